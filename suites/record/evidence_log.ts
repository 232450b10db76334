/** The evidence of one case while it grows, and the only way to wait for something. */
import { deserialize, serialize } from "node:v8";
import type { Evidence, Happening } from "./evidence.ts";
import { type Depth, type RunIntake, runIntake } from "./intake.ts";
import { beginning } from "./beginning.ts";

export interface EvidenceLog {
  readonly case: string;
  /** What the run still takes in of what is sent to it. */
  readonly intake: RunIntake;
  /** Everything that has happened, in order; only ever appended to. */
  readonly events: readonly Evidence[];
  /** `overdueMs`: how long after its deadline it came, where somebody waited for it. */
  add(happening: Happening, overdueMs?: number): Evidence;
  /**
   * The first event at index `from` or later that `wanted` accepts, already there or still to
   * come; `undefined` once `deadlineMs` has passed, or when the server died.
   *
   * A wait of the log's own deadline goes on for as long as the log is patient: what comes then
   * is late, not missing.
   */
  until(
    wanted: (event: Evidence) => boolean,
    options: { readonly from?: number; readonly deadlineMs: number },
  ): Promise<Evidence | undefined>;
  /** Settles when the server died under the case. */
  readonly death: Promise<void>;
  /** How much longer than its deadline something that must come is waited for, in milliseconds. */
  readonly patienceMs: number;
  /** The least that it was so far. */
  readonly leastPatienceMs: number;
  /** Whether all that is waited for now has been waited for in vain before. */
  readonly isInVain: boolean;
  /** Tells that a step begins, and returns what tells its end: what is waited for in vain gets its deadline, no more. */
  beginStep(isVain: boolean): () => void;
  /** How long after its deadline an awaited event came, in milliseconds; 0 for one in time. */
  lateness(seq: number): number;
  /** Keeps what has happened in as few bytes as it takes; until `unfold`, `events` holds only what came since. */
  fold(): void;
  unfold(): void;
}

/** What a log waits for beyond a deadline. */
export interface Patience {
  /** The deadline of whatever must come; other waits end when they say. */
  readonly deadlineMs: number;
  /** How much longer such a wait goes on. */
  readonly patienceMs: number;
}

/** The run's clock and sequence, shared by all journals, and where every event goes. */
export interface Recorder {
  readonly intake: RunIntake;
  log(caseId: string, patience?: Patience): EvidenceLog;
}

/** Nothing more comes from a server that died. */
const isDeath = (event: Evidence) => event.kind === "server" && event.what === "died";

/** Characters that are kept of what Plumbline says itself, and of what no judge reads whole. */
export const LONGEST_TEXT = 256 * 1024;

/** Characters that are kept of what a target says, for judges to read whole; `bytes` still tells its size. */
export const LONGEST_HEARD = 16 * 1024 * 1024;

/** Characters of long texts that are held at once; of the oldest only the beginning is held. */
const HELD: Readonly<Record<Depth, number>> = {
  quick: 32 * 1024 * 1024,
  full: 32 * 1024 * 1024,
  history: 1024 * 1024,
};
/** What is left of such a text; a shorter one is never cut. */
export const LONGEST_OLD = 16 * 1024;

/**
 * Opens a recorder; `keep` is called once for every event, in order. How deep a run goes says how
 * much a target may send.
 */
export function openRecorder(
  keep: (event: Evidence) => void,
  depth: Depth = "quick",
): Recorder {
  const began = performance.now();
  const shorten = holding(HELD[depth]);
  const intake = runIntake(depth);
  let seq = 0;
  return {
    intake,
    log: (caseId, patience) => {
      const events: Evidence[] = [];
      const late = new Map<number, number>();
      const waiting = new Set<(event: Evidence) => void>();
      const death = Promise.withResolvers<void>();
      const most = patience?.patienceMs ?? 0;
      let least = most;
      const running = { all: 0, vain: 0 };
      let folded: Uint8Array | undefined;
      // Another step that runs beside it may wait for something that does come.
      const isInVain = () => running.vain > 0 && running.vain === running.all;
      const patienceMs = () => isInVain() ? 0 : most;
      return {
        case: caseId,
        intake,
        events,
        add: (happening, overdueMs = 0) => {
          const t = Math.round((performance.now() - began) * 1000) / 1000;
          const event: Evidence = { seq: seq++, t, case: caseId, ...happening };
          events.push(event);
          if (overdueMs > 0) late.set(event.seq, Math.round(overdueMs));
          keep(event);
          shorten(events);
          for (const wake of waiting) wake(event);
          if (isDeath(event)) death.resolve();
          return event;
        },
        until: (wanted, { from = 0, deadlineMs }) => {
          for (let index = from; index < events.length; index++) {
            const event = events[index];
            if (event && wanted(event)) return Promise.resolve(event);
          }
          const extraMs = patience && deadlineMs === patience.deadlineMs ? patienceMs() : 0;
          const due = performance.now() + deadlineMs;
          return new Promise((resolve) => {
            const settle = (event?: Evidence) => {
              clearTimeout(timer);
              waiting.delete(wake);
              resolve(event);
            };
            const wake = (event: Evidence) => {
              if (wanted(event)) {
                const overdueMs = performance.now() - due;
                if (overdueMs > 0) late.set(event.seq, Math.round(overdueMs));
                settle(event);
              } else if (isDeath(event)) settle();
            };
            const timer = setTimeout(settle, deadlineMs + extraMs);
            waiting.add(wake);
          });
        },
        death: death.promise,
        get patienceMs() {
          return patienceMs();
        },
        get leastPatienceMs() {
          return least;
        },
        get isInVain() {
          return isInVain();
        },
        beginStep: (isVain) => {
          running.all++;
          if (isVain) running.vain++;
          least = Math.min(least, patienceMs());
          return () => {
            running.all--;
            if (isVain) running.vain--;
          };
        },
        lateness: (seq) => late.get(seq) ?? 0,
        fold: () => {
          // Long texts are cut where they lie when there are too many.
          if (folded || events.some(isLong)) return;
          folded = serialize(events.splice(0));
        },
        unfold: () => {
          if (!folded) return;
          // What went in comes out: nothing but these lines writes or reads the bytes.
          events.unshift(...deserialize(folded) as Evidence[]);
          folded = undefined;
        },
      };
    },
  };
}

/** Cuts the oldest long texts of all logs, as soon as too much of them is held; called with the log that grew. */
function holding(most: number): (grown: Evidence[]) => void {
  const long: { readonly events: Evidence[]; readonly index: number; readonly length: number }[] =
    [];
  let held = 0;
  return (grown) => {
    const index = grown.length - 1;
    const length = textOf(grown[index])?.length ?? 0;
    if (length <= LONGEST_OLD) return;
    long.push({ events: grown, index, length });
    held += length;
    while (held > most) {
      const oldest = long.shift();
      if (!oldest) return;
      held -= oldest.length;
      const event = oldest.events[oldest.index];
      if (event) oldest.events[oldest.index] = cut(event);
    }
  };
}

const isLong = (event: Evidence): boolean => (textOf(event)?.length ?? 0) > LONGEST_OLD;

function textOf(event: Evidence | undefined): string | undefined {
  if (event?.kind === "received") return event.text;
  return event?.kind === "response" ? event.body : undefined;
}

function cut(event: Evidence): Evidence {
  if (event.kind === "response") {
    return { ...event, body: beginning(event.body, LONGEST_OLD), isCut: true };
  }
  return event.kind === "received" && event.text !== undefined
    ? { ...event, text: beginning(event.text, LONGEST_OLD), isCut: true }
    : event;
}
