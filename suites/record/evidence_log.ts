/** The evidence of one case while it grows, and the only way to wait for something. */
import type { Evidence, Happening } from "./evidence.ts";

export interface EvidenceLog {
  readonly case: string;
  /** Everything that has happened, in order; only ever appended to. */
  readonly events: readonly Evidence[];
  add(happening: Happening): Evidence;
  /**
   * The first event at index `from` or later that `wanted` accepts, already there or still to
   * come; `undefined` once `deadlineMs` has passed.
   */
  until(
    wanted: (event: Evidence) => boolean,
    options: { readonly from?: number; readonly deadlineMs: number },
  ): Promise<Evidence | undefined>;
}

/** The run's clock and sequence, shared by all journals, and where every event goes. */
export interface Recorder {
  log(caseId: string): EvidenceLog;
}

/** Text beyond this many characters is cut in evidence; `bytes` still tells its size. */
export const LONGEST_TEXT = 256 * 1024;

/** Opens a recorder; `keep` is called once for every event, in order. */
export function openRecorder(keep: (event: Evidence) => void): Recorder {
  const began = performance.now();
  let seq = 0;
  return {
    log: (caseId) => {
      const events: Evidence[] = [];
      const waiting = new Set<(event: Evidence) => void>();
      return {
        case: caseId,
        events,
        add: (happening) => {
          const t = Math.round((performance.now() - began) * 1000) / 1000;
          const event: Evidence = { seq: seq++, t, case: caseId, ...happening };
          events.push(event);
          keep(event);
          for (const wake of waiting) wake(event);
          return event;
        },
        until: (wanted, { from = 0, deadlineMs }) => {
          for (let index = from; index < events.length; index++) {
            const event = events[index];
            if (event && wanted(event)) return Promise.resolve(event);
          }
          return new Promise((resolve) => {
            const settle = (event?: Evidence) => {
              clearTimeout(timer);
              waiting.delete(wake);
              resolve(event);
            };
            const wake = (event: Evidence) => {
              if (wanted(event)) settle(event);
            };
            const timer = setTimeout(settle, deadlineMs);
            waiting.add(wake);
          });
        },
      };
    },
  };
}
