/**
 * Ending in order (P-072): whoever is sent away comes back at once, and thousands who come back in
 * the same instant are an outage of their own. So farewells are spread over time.
 */

/** Farewells a second, where there is time enough. */
const FAREWELLS_PER_SECOND = 1000;
const STEP_MS = 20;

/**
 * Calls `each` for all of them in even steps: a thousand a second, or as many as it takes to be
 * through after `withinMs`.
 */
export async function spread<T>(
  all: readonly T[],
  withinMs: number,
  each: (one: T) => void,
): Promise<void> {
  const lastsMs = Math.min(withinMs, all.length / FAREWELLS_PER_SECOND * 1000);
  const startedAt = performance.now();
  let done = 0;
  while (done < all.length) {
    const elapsed = performance.now() - startedAt + STEP_MS;
    const due = elapsed >= lastsMs ? all.length : Math.ceil(all.length * elapsed / lastsMs);
    for (const one of all.slice(done, due)) each(one);
    done = Math.max(done, due);
    if (done < all.length) await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

/** Resolves when the work is done or `ms` have passed; true when it was done. */
export async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let overdue: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    overdue = setTimeout(() => resolve(false), Math.max(0, ms));
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(overdue);
  }
}
