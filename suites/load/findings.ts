/** What the target did wrong under the load: each thing exactly, with its moment and its count. */
import type { LoadMeasurements } from "./measurements.ts";
import { counted, counting, moment } from "./words.ts";

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

/** What troubles mean, by where they happened. */
const MEANINGS: Readonly<Record<string, (count: number) => string>> = {
  connect: (n) => `${counting(n, "client")} did not come up`,
  reconnect: (n) => `${counting(n, "attempt")} to come back failed`,
  connection: (n) => `${counting(n, "connection")} ended that should have stayed`,
  subscribe: (n) => `${counting(n, "subscription")} refused`,
  publish: (n) => `${counting(n, "request")} to publish failed`,
  error: (n) => `the server sent ${counting(n, "error")}`,
  decrypt: (n) => `${counting(n, "event")} could not be opened`,
};

/** All findings, the gravest first. */
export function findings(measurements: LoadMeasurements, death?: Death): Finding[] {
  return [
    ...(death ? [died(death, measurements)] : []),
    ...measurements.troubles.map((trouble) => ({
      text: trouble.what === "connect"
        ? `${told(trouble)}; never more than ${counted(most(measurements))} stood`
        : told(trouble),
      fatal: true,
    })),
    ...measurements.phases.flatMap(inPhase),
  ];
}

function died({ at, code, signal, lastWords }: Death, measurements: LoadMeasurements): Finding {
  const before = measurements.intervals.findLast(({ second }) => second < Math.floor(at));
  const standing = before ? `, when ${counting(before.standing, "connection")} stood` : "";
  const how = signal ? `on ${signal}` : `with status ${code}`;
  const words = lastWords.trim() ? `; its last words: ${lastWords.trim().slice(-400)}` : "";
  return {
    text: `the target's process ended ${moment(at)}${standing}, ${how}${words}`,
    fatal: true,
  };
}

function told({ what, detail, first, last, count }: Trouble): string {
  const meaning = MEANINGS[what]?.(count) ?? `${what}: ${counting(count, "time")}`;
  const when = count === 1 ? moment(first) : `from ${first.toFixed(1)} s to ${last.toFixed(1)} s`;
  return `${meaning} ${when}: ${detail}`;
}

const most = ({ intervals, connections }: LoadMeasurements) =>
  Math.max(connections.standing, ...intervals.map(({ standing }) => standing));

function inPhase({ name, counts }: LoadMeasurements["phases"][number]): Finding[] {
  const lost = counts.expected - counts.delivered;
  const of = `of ${counted(counts.expected)} in phase "${name}"`;
  const noted = (count: number, text: string) =>
    count > 0
      ? [{ text: `${counting(count, "delivery", "deliveries")} ${text} ${of}`, fatal: false }]
      : [];
  return [
    ...noted(lost, "lost"),
    ...noted(counts.duplicated, "came twice"),
    ...noted(counts.reordered, "overtaken by a later one"),
    ...noted(counts.ancient, "too far behind to say whether twice or late"),
    ...noted(counts.late, "later than the settling time"),
    ...noted(counts.unexpected, "that nobody had subscribed to, beside those"),
  ];
}
