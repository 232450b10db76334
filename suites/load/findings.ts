/** What the target did wrong under the load: each thing exactly, with its moment and its count. */
import { counting, moment, whole } from "../record/numbers.ts";
import type { LoadMeasurements } from "../record/load/measurements.ts";
import { timesOf } from "../record/load/phases.ts";

export interface Finding {
  readonly text: string;
  /** The target did not carry the load that was planned, whatever the objectives say. */
  readonly fatal: boolean;
}

/** How the process of the target ended, where Plumbline had started it. */
export interface Death {
  /** Seconds since the run was opened. */
  readonly at: number;
  readonly code: number;
  readonly signal: string | null;
  readonly lastWords: string;
}

type Trouble = LoadMeasurements["troubles"][number];
type Phase = ReturnType<typeof timesOf>[number];

/** What has not come of events, at their instants: its phase tells of it. */
const MISSING = "missing";

/** What troubles mean, by where they happened. */
const MEANINGS: Readonly<Record<string, (count: number) => string>> = {
  connect: (n) => `${counting(n, "client")} did not come up`,
  reconnect: (n) => `${counting(n, "attempt")} to come back failed`,
  connection: (n) => `${counting(n, "connection")} ended that should have stayed`,
  authorize: (n) => `${counting(n, "subscription")} for which the application gave no signature`,
  subscribe: (n) => `${counting(n, "subscription")} refused`,
  publish: (n) => `${counting(n, "request")} to publish failed`,
  error: (n) => `the server sent ${counting(n, "error")}`,
  decrypt: (n) => `${counting(n, "event")} could not be opened`,
};

const span = (from: number, to: number) =>
  moment(from) === moment(to) ? `at ${moment(from)}` : `from ${moment(from)} to ${moment(to)}`;

/** A terminal's Ctrl-C reaches the server so much (s) sooner than it is noticed here. */
const SOONER = 0.2;

/** All findings, the gravest first; of a run that was interrupted, what was until then. */
export function findings(
  measurements: LoadMeasurements,
  death?: Death,
  interruptedAt = Infinity,
): Finding[] {
  return [
    ...(death ? [died(death, measurements)] : []),
    ...measurements.troubles.filter(({ what, first }) =>
      what !== MISSING && first < interruptedAt - SOONER
    ).map((
      trouble,
    ) => ({
      text: `${params(trouble)}${
        trouble.what === "connect" ? `; never more than ${whole(most(measurements))} stood` : ""
      }`,
      fatal: true,
    })),
    ...timesOf(measurements).flatMap((phase) => inPhase(phase, measurements)),
  ];
}

function died({ at, code, signal, lastWords }: Death, { intervals }: LoadMeasurements): Finding {
  const before = intervals.findLast(({ second }) => second + 1 <= at);
  const standing = before ? `, when ${counting(before.standing, "connection")} stood` : "";
  const how = signal ? `on ${signal}` : `with status ${code}`;
  const words = lastWords.trim() ? `; its last words: ${lastWords.trim().slice(-400)}` : "";
  return {
    text: `the target's process ended at ${moment(at)}${standing}, ${how}${words}`,
    fatal: true,
  };
}

function params({ what, detail, first, last, count }: Trouble): string {
  const meaning = MEANINGS[what]?.(count) ?? `${what}, ${counting(count, "time")}`;
  return `${meaning} ${span(first, last)}: ${detail}`;
}

const most = ({ intervals, connections }: LoadMeasurements) =>
  Math.max(connections.standing, ...intervals.map(({ standing }) => standing));

function inPhase(phase: Phase, measurements: LoadMeasurements): Finding[] {
  const { counts, name, from, to } = phase;
  const where = `in phase "${name}" (${span(from, to)})`;
  const events = counts.accepted + counts.refused + counts.unanswered;
  const ofEvents = (count: number, what: string, more = "") =>
    count > 0
      ? [{
        text: `${whole(count)} of ${counting(events, "event")} ${what} ${where}${more}`,
        fatal: true,
      }]
      : [];
  const ofDeliveries = (count: number, what: string) =>
    count > 0
      ? [{
        text: `${whole(count)} beside ${
          counting(counts.expected, "delivery", "deliveries")
        } ${what} ${where}`,
        fatal: false,
      }]
      : [];
  const lost = counts.expected - counts.delivered;
  return [
    ...ofEvents(counts.unanswered, "got no answer", silence(measurements)),
    ...ofEvents(counts.refused, "refused"),
    ...(lost > 0
      ? [{
        text: `${whole(lost)} of ${
          counting(counts.expected, "delivery", "deliveries")
        } lost ${where}${moments(phase, measurements)}`,
        fatal: false,
      }]
      : []),
    ...ofDeliveries(counts.duplicated, "came once more"),
    ...ofDeliveries(counts.reordered, "came after one that was sent later"),
    ...ofDeliveries(counts.ancient, "came too late to say whether for the first time"),
    ...ofDeliveries(counts.late, "came after the settling time"),
    ...ofDeliveries(counts.unexpected, "came to who had not subscribed"),
  ];
}

/** Of which events of a phase something is missing, and when those were due. */
function moments({ from, to }: Phase, { troubles }: LoadMeasurements): string {
  const due = troubles.filter(({ what, first, last }) =>
    what === MISSING && first < to && last >= from
  ).map(({ detail, first, last }) =>
    `${detail}, due ${span(Math.max(first, from), Math.min(last, to))}`
  );
  return due.length > 0 ? `: of ${due.join("; of ")}` : "";
}

/** Since when nothing came any more, where events had no answer. */
function silence({ intervals }: LoadMeasurements): string {
  const last = intervals.findLast(({ delivered }) => delivered > 0);
  const after = last ? last.second + 1 : 0;
  return intervals.length > after + 1 ? `; nothing was delivered after second ${after}` : "";
}
