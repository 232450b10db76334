/**
 * Gunther's Universal Scalability Law:
 *
 *     X(N) = λN / (1 + α(N − 1) + βN(N − 1))
 *
 * Throughput X at load N, with λ the throughput of one unit of load, α the share that waits for
 * something that only one can have (contention), and β what it costs all to agree with each other
 * (coherency). With β the curve has a peak, past which more load means less throughput.
 * (Gunther, Guerrilla Capacity Planning, 2007.)
 */

/** Throughput at N units of load. */
export function law(n: number, lambda: number, alpha: number, beta: number): number {
  return lambda * n / (1 + alpha * (n - 1) + beta * n * (n - 1));
}
