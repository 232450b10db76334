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

/** Characters that are kept of what Plumbline says itself, and of what no judge reads whole. */
export const LONGEST_TEXT = 256 * 1024;

/** Characters that are kept of what a target says, for judges to read whole; `bytes` still tells its size. */
export const LONGEST_HEARD = 16 * 1024 * 1024;

/** Characters of long texts that are held at once; of the oldest only the beginning is held. */
const HELD = 64 * 1024 * 1024;

/** Opens a recorder; `keep` is called once for every event, in order. */
export function openRecorder(keep: (event: Evidence) => void): Recorder {
  const began = performance.now();
  const shorten = holding();
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
          shorten(events);
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

/** Cuts the oldest long texts of all logs, as soon as too much of them is held; called with the log that grew. */
function holding(): (grown: Evidence[]) => void {
  const long: { readonly events: Evidence[]; readonly index: number; readonly length: number }[] =
    [];
  let held = 0;
  return (grown) => {
    const index = grown.length - 1;
    const length = textOf(grown[index])?.length ?? 0;
    if (length <= LONGEST_TEXT) return;
    long.push({ events: grown, index, length });
    held += length;
    while (held > HELD) {
      const oldest = long.shift();
      if (!oldest) return;
      held -= oldest.length;
      const event = oldest.events[oldest.index];
      if (event) oldest.events[oldest.index] = cut(event);
    }
  };
}

function textOf(event: Evidence | undefined): string | undefined {
  if (event?.kind === "received") return event.text;
  return event?.kind === "response" ? event.body : undefined;
}

function cut(event: Evidence): Evidence {
  // A part of a string holds on to the whole of it; text that is made anew does not.
  const beginning = (text: string) => JSON.parse(JSON.stringify(text.slice(0, LONGEST_TEXT)));
  if (event.kind === "response") return { ...event, body: beginning(event.body), isCut: true };
  return event.kind === "received" && event.text !== undefined
    ? { ...event, text: beginning(event.text) }
    : event;
}
