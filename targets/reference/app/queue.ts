/**
 * A queue of aggregates whose events are to be sent: in this process, or in Redis for several. What
 * a queue loses is not lost: the events are in the outbox, where the sweep finds them.
 */

export interface Queue {
  /** Has the aggregate drained soon; of many that ask before it is, one is enough. */
  enqueue(aggregate: string): Promise<void>;
  /** Takes no more, and waits for what is being done. */
  close(): Promise<void>;
}

export type Drain = (aggregate: string) => Promise<void>;

interface Job {
  /** Somebody asked again since it began. */
  again: boolean;
  done: Promise<void>;
}

/** Runs in this process, one job an aggregate at a time, each tried once: the sweep tries again. */
export function createMemoryQueue(drain: Drain): Queue {
  const jobs = new Map<string, Job>();

  async function work(aggregate: string, job: Job): Promise<void> {
    do {
      job.again = false;
      await drain(aggregate).catch(() => {});
    } while (job.again);
    jobs.delete(aggregate);
  }

  return {
    enqueue(aggregate) {
      const running = jobs.get(aggregate);
      if (running !== undefined) running.again = true;
      else {
        const job: Job = { again: false, done: Promise.resolve() };
        jobs.set(aggregate, job);
        job.done = work(aggregate, job);
      }
      return Promise.resolve();
    },
    async close() {
      await Promise.all([...jobs.values()].map(({ done }) => done));
    },
  };
}
