/** Doing something again and again, with a pause between, until it is stopped. */

/** `work` must not reject. Returns its end, which waits for what is being done. */
export function repeating(everyMs: number, work: () => Promise<void>): () => Promise<void> {
  let stopped = false;
  let wake = () => {};

  async function run(): Promise<void> {
    while (!stopped) {
      const pause = Promise.withResolvers<void>();
      const timer = setTimeout(pause.resolve, everyMs);
      wake = pause.resolve;
      await pause.promise;
      clearTimeout(timer);
      if (!stopped) await work();
    }
  }

  const running = run();
  return () => {
    stopped = true;
    wake();
    return running;
  };
}
