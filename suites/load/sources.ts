/** From which local addresses a load is dialed, when one has too few ports for it. */

/** An address has some 28,000 local ports for one server; other programs need some of them. */
const PORTS = 25_000;

/** Addresses of the loopback network for so many connections; of any other host nobody can know. */
export function loopbackSources(host: string, connections: number): string[] | undefined {
  if (host !== "127.0.0.1" && host !== "localhost") return undefined;
  const addresses = Math.ceil(connections / PORTS);
  return addresses > 1
    ? Array.from({ length: addresses }, (_, i) => `127.0.0.${i + 1}`)
    : undefined;
}
