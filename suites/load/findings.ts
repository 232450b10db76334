/** What the target did wrong under the load: each thing exactly, with its moment and its count. */
import { counting, moment, whole } from "../record/numbers.ts";
import type { LoadReport } from "../record/load/report.ts";
import type { LoadMeasurements } from "../record/load/measurements.ts";
import { timesOf } from "../record/load/phases.ts";

export interface Finding {
  readonly text: string;
  /** The target did not carry the load that was planned, whatever the objectives say. */
  readonly fatal: boolean;
}

/** How the process of the target ended, where Plumbline had started it. */
export type Death = NonNullable<LoadReport["load"]["death"]>;

type Trouble = LoadMeasurements["troubles"][number];
type Phase = ReturnType<typeof timesOf>[number];

/** What has not come of events, at their instants: its phase tells of it. */
const MISSING = "missing";

/** What troubles mean, by where they happened. */
const MEANINGS: Readonly<Record<string, (count: number) => string>> = {
  connect: (n) => `${counting(n, "client")} did not connect`,
  reconnect: (n) => `${counting(n, "attempt")} to reconnect failed`,
  connection: (n) => `${counting(n, "connection")} lost`,
  authorize: (n) => `${counting(n, "subscription")} not signed by the application`,
  subscribe: (n) => `${counting(n, "subscription")} refused`,
  publish: (n) => `${counting(n, "request")} to publish failed`,
  error: (n) => `the server sent ${counting(n, "error")}`,
  decrypt: (n) => `${counting(n, "event")} could not be decrypted`,
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
    ...(death ? [{ text: deathInWords(death, measurements), fatal: true }] : []),
    ...collapse(measurements, interruptedAt),
    ...measurements.troubles.filter(({ what, first }) =>
      what !== MISSING && first < interruptedAt - SOONER
    ).map((
      trouble,
    ) => ({
      text: `${troubleInWords(trouble)}${
        trouble.what === "connect" ? `; at most ${whole(most(measurements))} were open` : ""
      }`,
      fatal: true,
    })),
    ...timesOf(measurements).flatMap((phase) => inPhase(phase, measurements)),
  ];
}

/** How a process ended. */
export function deathInWords(
  { at, code, signal, lastWords }: Death,
  { intervals }: LoadMeasurements,
): string {
  const before = intervals.findLast(({ second }) => second + 1 <= at);
  const open = before ? `, with ${counting(before.standing, "connection")} open` : "";
  const how = signal ? `on ${signal}` : `with status ${code}`;
  const words = lastWords.trim() ? `; last output: ${lastWords.trim().slice(-400)}` : "";
  return `the target's process ended at ${moment(at)} ${how}${open}${words}`;
}

/** One kind of trouble: how many, of what, when, and in whose words. */
export function troubleInWords({ what, detail, first, last, count }: Trouble): string {
  const meaning = MEANINGS[what]?.(count) ?? `${what}, ${counting(count, "time")}`;
  return `${meaning} ${span(first, last)}: ${detail}`;
}

const most = ({ connections }: LoadMeasurements) => connections.most;

/** That all clients were lost: how many there had been, since when, and in whose words. */
function collapse(
  { connections: { planned, standing, most }, troubles }: LoadMeasurements,
  interruptedAt: number,
): Finding[] {
  const [lost] = troubles.filter(({ what }) => what === "connection")
    .toSorted((a, b) => b.count - a.count);
  if (standing > 0 || most === 0 || !lost || lost.first >= interruptedAt - SOONER) return [];
  const open = `${counting(most, "connection")} of ${whole(planned)} were open at most`;
  return [{
    text: `${open}, and none was left after ${moment(lost.last)}: ${lost.detail}`,
    fatal: true,
  }];
}

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
  const ofDeliveries = (count: number, one: string, many: string, more = "") =>
    count > 0
      ? [{
        text: `${whole(count)} of ${counting(counts.expected, "delivery", "deliveries")} ${
          count === 1 ? one : many
        } ${where}${more}`,
        fatal: false,
      }]
      : [];
  return [
    ...ofEvents(counts.unanswered, "got no answer", silence(measurements)),
    ...ofEvents(counts.refused, counts.refused === 1 ? "was refused" : "were refused"),
    ...ofDeliveries(counts.lost, "was lost", "were lost", moments(phase, measurements)),
    ...ofDeliveries(counts.duplicated, "was a duplicate", "were duplicates"),
    ...ofDeliveries(counts.reordered, "was out of order", "were out of order"),
    ...ofDeliveries(
      counts.ancient,
      "was too late to tell whether it was a duplicate",
      "were too late to tell whether they were duplicates",
    ),
    ...ofDeliveries(counts.late, "was late", "were late"),
    ...(counts.unexpected > 0
      ? [{
        text: `${
          counting(counts.unexpected, "delivery", "deliveries")
        } that nobody was owed ${where}`,
        fatal: false,
      }]
      : []),
  ];
}

/** Of which events of a phase something is missing, and when those were due. */
function moments({ from, to }: Phase, { troubles }: LoadMeasurements): string {
  const due = troubles.filter(({ what, first, last }) =>
    what === MISSING && first < to && last >= from
  ).map(({ detail, first, last }) =>
    `${detail}, due ${span(Math.max(first, from), Math.min(last, to))}`
  );
  return due.length > 0 ? `: ${due.join("; ")}` : "";
}

/** Since when nothing came any more, where events had no answer. */
function silence({ intervals }: LoadMeasurements): string {
  const last = intervals.findLast(({ delivered }) => delivered > 0);
  const after = last ? last.second + 1 : 0;
  return intervals.length > after + 1 ? `; nothing was delivered after second ${after}` : "";
}
