/** A queue of aggregates whose events are to be sent: in this process, or in Redis for several. */

export interface Queue {
  /** Has the aggregate drained soon; of many that ask before it is, one is enough. */
  enqueue(aggregate: string): Promise<void>;
  /** What could not be done however often it was tried: the dead letters. */
  dead(): Promise<readonly DeadLetter[]>;
  /** Takes no more, and waits for what is being done. */
  close(): Promise<void>;
}

export interface DeadLetter {
  readonly aggregate: string;
  readonly reason: string;
}

export type Drain = (aggregate: string) => Promise<void>;

export const RETRIES = 8;
export const FIRST_WAIT_MS = 50;

/** Runs in this process. What it still holds when the process ends is in the outbox all the same. */
export function createMemoryQueue(drain: Drain): Queue {
  const letters: DeadLetter[] = [];
  const waiting = new Set<string>();
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  async function work(aggregate: string): Promise<void> {
    for (let attempt = 0; attempt < RETRIES && !stopping.signal.aborted; attempt++) {
      waiting.delete(aggregate);
      try {
        return await drain(aggregate);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (attempt === RETRIES - 1) letters.push({ aggregate, reason });
        else await pause(FIRST_WAIT_MS * 2 ** attempt, stopping.signal);
      }
    }
  }

  return {
    enqueue(aggregate) {
      if (!waiting.has(aggregate) && !stopping.signal.aborted) {
        waiting.add(aggregate);
        const job = work(aggregate).finally(() => running.delete(job));
        running.add(job);
      }
      return Promise.resolve();
    },
    dead: () => Promise.resolve(letters),
    async close() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
