/**
 * A queue of aggregates whose events are to be sent: in this process, or in Redis for several. What
 * a queue loses is not lost: the events are in the outbox.
 */

export interface Queue {
  /** Has the aggregate drained soon; of many that ask before it is, one is enough. */
  enqueue(aggregate: string): Promise<void>;
  /** What could not be done however often it was tried: the dead letters, one for an aggregate. */
  dead(): Promise<readonly DeadLetter[]>;
  /** Takes no more, and waits for what is being done. */
  close(): Promise<void>;
}

export interface DeadLetter {
  readonly aggregate: string;
  readonly reason: string;
}

export type Drain = (aggregate: string) => Promise<void>;

/** How often a job is tried before it is a dead letter. */
export const ATTEMPTS = 8;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;

/** The wait after the attempt of this number, from 1, has failed. */
export const waitAfterMs = (attempt: number): number =>
  Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);

interface Job {
  /** Somebody asked again since it began. */
  again: boolean;
  done: Promise<void>;
}

/** Runs in this process, one job an aggregate at a time. */
export function createMemoryQueue(drain: Drain): Queue {
  const letters = new Map<string, string>();
  const jobs = new Map<string, Job>();
  const stopping = new AbortController();

  async function attempt(aggregate: string): Promise<void> {
    for (let number = 1; number <= ATTEMPTS; number++) {
      try {
        await drain(aggregate);
        letters.delete(aggregate);
        return;
      } catch (error) {
        letters.set(aggregate, error instanceof Error ? error.message : String(error));
        if (number < ATTEMPTS) await pause(waitAfterMs(number), stopping.signal);
        if (stopping.signal.aborted) return;
      }
    }
  }

  async function work(aggregate: string, job: Job): Promise<void> {
    do {
      job.again = false;
      await attempt(aggregate);
    } while (job.again && !stopping.signal.aborted);
    jobs.delete(aggregate);
  }

  return {
    enqueue(aggregate) {
      const running = jobs.get(aggregate);
      if (running !== undefined) running.again = true;
      else if (!stopping.signal.aborted) {
        const job: Job = { again: false, done: Promise.resolve() };
        jobs.set(aggregate, job);
        job.done = work(aggregate, job);
      }
      return Promise.resolve();
    },
    // A job that is still being tried is not dead.
    dead: () =>
      Promise.resolve(
        [...letters].filter(([aggregate]) => !jobs.has(aggregate))
          .map(([aggregate, reason]) => ({ aggregate, reason })),
      ),
    async close() {
      stopping.abort();
      await Promise.all([...jobs.values()].map(({ done }) => done));
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
