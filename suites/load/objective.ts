/**
 * Objectives, as scenarios and `--objective` write them:
 *
 *     delivery p95 <= 65ms            connect max < 1s
 *     delivered >= 100%               duplicated == 0
 *     rss per connection <= 15KB      cpu <= 1.5
 *     rss growth <= 1MB/min           bytes per event <= 10B
 *     descriptors after release == idle
 *
 *     objective = figure operation bound
 *     figure    = latency quantile | "delivered" | count | "rss per connection" | "rss growth"
 *               | "bytes per event" | "descriptors after release" | "rss" | "cpu"
 *     quantile  = "p" number | "max"
 *     operation = "<" | "<=" | ">" | ">=" | "=="
 *     bound     = number [ "us" | "ms" | "s" | "%" | "B" | "kB" | "MB" | "GB" | "MB/min" | … ] | "idle"
 */
import { didYouMean } from "../language/bad_file.ts";
import { CannotRun } from "./engine.ts";
import { LATENCIES } from "../record/load/measurements.ts";
import type { LoadPlan } from "../record/load/plan.ts";

/** What is counted of deliveries and events, and should be 0. */
export const COUNTS = [
  "lost",
  "late",
  "duplicated",
  "reordered",
  "unexpected",
  "refused",
  "unanswered",
] as const;
/** What the target used, and not what it did. */
export const RESOURCE_FIGURES = [
  "rss per connection",
  "rss growth",
  "bytes per event",
  "descriptors after release",
  "rss",
  "cpu",
] as const;
const OPERATIONS = ["<", "<=", ">", ">=", "=="] as const;

export type Operation = typeof OPERATIONS[number];

export type Figure =
  /** In milliseconds; `quantile` 1 is the longest. */
  | { readonly of: typeof LATENCIES[number]; readonly quantile: number }
  /** A share: 1 is all. */
  | { readonly of: "delivered" }
  | { readonly of: typeof COUNTS[number] }
  /** In bytes; `cpu` in cores. */
  | { readonly of: typeof RESOURCE_FIGURES[number] };

export interface Objective {
  /** As it was written. */
  readonly text: string;
  readonly figure: Figure;
  readonly operation: Operation;
  /** In the figure's own unit. */
  readonly value: number;
}

/** How many of the figure's own unit one of these is. */
const UNITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  latency: { us: 0.001, µs: 0.001, ms: 1, s: 1000 },
  share: { "%": 0.01 },
  count: { "": 1 },
  bytes: { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9 },
  "bytes a minute": { "B/min": 1, "kB/min": 1e3, "KB/min": 1e3, "MB/min": 1e6, "GB/min": 1e9 },
  // Of descriptors, those more than there were at rest.
  "more than idle": { "": 1, idle: 0 },
  cores: { "": 1 },
};

const member = <T extends string>(list: readonly T[], word: string): word is T =>
  (list as readonly string[]).includes(word);

const PARTS = /^\s*(.+?)\s*(<=|>=|==|<|>)\s*(\d+(?:\.\d+)?)\s*(\S*)\s*$/;

/** Reads one objective; a string says what is wrong with it. */
export function readObjective(text: string): Objective | string {
  const parts = PARTS.exec(text.replace(/\bidle\s*$/, "0 idle"));
  if (!parts) {
    return `"${text}" is no objective; write it as "delivery p95 <= 65ms" or "delivered >= 100%"`;
  }
  const [, words = "", operation = "", number = "", unit = ""] = parts;
  const figure = readFigure(words.replace(/\s+/g, " "));
  if (typeof figure === "string") return figure;
  const units = UNITS[kindOf(figure)] ?? {};
  const factor = units[unit];
  if (factor === undefined) {
    const known = Object.keys(units).filter((name) => name !== "");
    return known.length === 0
      ? `"${words}" has no unit: write ${words} ${operation} ${number}`
      : `"${words}" is in ${known.join(", ")}: write ${words} ${operation} ${number}${
        known.at(-2) ?? known[0]
      }`;
  }
  if (!member(OPERATIONS, operation)) return `"${operation}" compares nothing`;
  // Cut what binary fractions add: 65 % is 0.65.
  return {
    text: text.trim(),
    figure,
    operation,
    value: short(Number(number) * factor),
  };
}

function readFigure(words: string): Figure | string {
  if (words === "delivered") return { of: words };
  if (member(COUNTS, words)) return { of: words };
  if (member(RESOURCE_FIGURES, words)) return { of: words };
  const [latency = "", which] = words.split(" ");
  if (!member(LATENCIES, latency)) {
    return `"${words}" is nothing that a load run measures.${
      didYouMean(latency, [...LATENCIES, "delivered", ...COUNTS, ...RESOURCE_FIGURES])
    }`;
  }
  const share = which === "max"
    ? 1
    : /^p\d+(\.\d+)?$/.test(which ?? "")
    ? Number(which?.slice(1)) / 100
    : NaN;
  if (!(share > 0 && share <= 1)) {
    return `"${words}" needs a quantile: ${latency} p95, ${latency} p99.9 or ${latency} max`;
  }
  return { of: latency, quantile: short(share) };
}

/** Whether it is of what the target used, which no engine measures. */
export const isResource = ({ of }: Figure): boolean => member(RESOURCE_FIGURES, of);

export function kindOf(figure: Figure): keyof typeof PLANNED {
  if ("quantile" in figure) return "latency";
  if (figure.of === "rss growth") return "bytes a minute";
  if (figure.of === "descriptors after release") return "more than idle";
  if (figure.of === "delivered") return "share";
  if (figure.of === "cpu") return "cores";
  return member(RESOURCE_FIGURES, figure.of) ? "bytes" : "count";
}

/** An objective as a plan has it. */
export type PlannedObjective = NonNullable<LoadPlan["objectives"]>[number];

/** The unit in which a plan has the bound of each kind of figure, and its factor. */
const PLANNED = {
  latency: { unit: "ms", factor: 1 },
  share: { unit: "%", factor: 100 },
  count: { unit: "", factor: 1 },
  bytes: { unit: "B", factor: 1 },
  "bytes a minute": { unit: "B/min", factor: 1 },
  "more than idle": { unit: "", factor: 1 },
  cores: { unit: "", factor: 1 },
} as const;

/** An objective of a plan, in words again. Throws `CannotRun` where it is none of the grammar. */
export function inWords({ metric, quantile, operation, value }: PlannedObjective): Objective {
  const words = quantile === undefined
    ? metric
    : `${metric} ${quantile === 1 ? "max" : `p${short(quantile * 100)}`}`;
  const bad = (why: string) => new CannotRun(`the plan's objective: ${why}`);
  const figure = readFigure(words);
  if (typeof figure === "string") throw bad(figure);
  const { unit, factor } = PLANNED[kindOf(figure)];
  const objective = readObjective(`${words} ${operation} ${short(value * factor)}${unit}`);
  if (typeof objective === "string") throw bad(objective);
  return objective;
}

/** Without what binary fractions add. */
const short = (value: number) => Number(value.toPrecision(12));
