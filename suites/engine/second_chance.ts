/**
 * The one policy of second chances. What was positively seen is never retried. What was missing is
 * run again only for a recorded reason outside the server; the second verdict then stands, and the
 * first is shown.
 */
import type { Evidence } from "../record/evidence.ts";
import { isMessage } from "../record/frames.ts";
import type { OutsideReason } from "../record/verdict.ts";
import type { EventLoopLag } from "./event_loop_lag.ts";
import type { Judged, Question } from "./judge.ts";

/** How often a scenario runs before its absences are put down to what is outside. */
export const MOST_ATTEMPTS = 3;

/** What is about time bears little of this process standing still; anything else what is well below its deadlines. */
const LONGEST_STALL_MS = { timed: 100, other: 1000 };
/** The part of its patience that a wait may lose to a stall. */
const SHARE_OF_PATIENCE = 0.5;

/** 429 Too Many Requests (RFC 6585, section 4). */
export const TOO_MANY = 429;

/**
 * Whether something is missing: a question could not be put, or what must come did not. What a
 * scenario about time finds is no sight either: what was read late seems to have come late.
 */
export function hasAbsence({ scenario, questions, broken }: Judged): boolean {
  const isWrong = (question: Question) => question.finding.holds !== true || isLate(question);
  if (broken !== undefined) return true;
  if (scenario.slow) return questions.some(isWrong);
  return questions.some((question) => isLate(question) || isWrong(question) && isAbsence(question));
}

/** What came, after its deadline: on a machine that stood still that says little of the server. */
const isLate = ({ lateMs }: Question): boolean => lateMs !== undefined;

/** Whether what does not hold is something that was not seen. */
export function isAbsence({ finding, missing }: Question): boolean {
  return finding.holds === "blocked" || missing || finding.quotes.length === 0;
}

/**
 * Why an absence proves nothing, where something outside is recorded that explains it. A scenario
 * that ran alone cannot have been turned away for want of room.
 */
export function outsideReason(
  { scenario, questions }: Pick<Judged, "scenario" | "questions">,
  events: readonly Evidence[],
  { began, lag, patienceMs, alone }: {
    readonly began: number;
    readonly lag: EventLoopLag;
    /** How long what must come was waited for after its deadline. */
    readonly patienceMs: number;
    readonly alone: boolean;
  },
): OutsideReason | undefined {
  const bears = scenario.slow || questions.some(isLate)
    ? LONGEST_STALL_MS.timed
    : Math.max(LONGEST_STALL_MS.other, SHARE_OF_PATIENCE * patienceMs);
  if (lag.longestStall(began) > bears) return "machine-stalled";
  if (refusedForNow(events)) return "rate-limited";
  if (!alone && turnedAway(events)) return "target-down";
  return undefined;
}

/** A new client, or a call of the target's API, that was told to come later. */
function refusedForNow(events: readonly Evidence[]): boolean {
  const calls = new Set<number>();
  for (const event of events) {
    if (event.kind === "upgrade-refused" && event.status === TOO_MANY) return true;
    if (event.kind === "request" && event.path.includes("/apps/")) calls.add(event.exchange);
    if (event.kind === "response" && event.status === TOO_MANY && calls.has(event.exchange)) {
      return true;
    }
  }
  return false;
}

/** A client that was sent away without a word, as one may be by a server that is full of others. */
function turnedAway(events: readonly Evidence[]): boolean {
  const greeted = new Set(
    events.flatMap((event) => event.kind === "received" && isMessage(event) ? [event.socket] : []),
  );
  return events.some((event) =>
    event.kind === "closed" && event.by === "target" && !greeted.has(event.socket)
  );
}
