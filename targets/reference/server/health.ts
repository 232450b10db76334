/** How often one address may ask whether the server is up. */
const MOST_A_SECOND = 20;
const WINDOW_MS = 1000;

export type HealthGate = (address: string | undefined, now: number) => boolean;

/** Whether the address may ask once more at `now` (monotonic milliseconds); it remembers one second. */
export function createHealthGate(): HealthGate {
  const asked = new Map<string | undefined, number>();
  let windowEnds = 0;
  return (address, now) => {
    if (now >= windowEnds) {
      asked.clear();
      windowEnds = now + WINDOW_MS;
    }
    const times = (asked.get(address) ?? 0) + 1;
    asked.set(address, times);
    return times <= MOST_A_SECOND;
  };
}
