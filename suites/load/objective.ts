/**
 * Objectives, as scenarios and `--objective` write them:
 *
 *     delivery p95 <= 65ms            connect max < 1s
 *     delivered >= 100%               duplicated == 0
 *     rss per connection <= 15KB      cpu <= 1.5
 *
 *     objective = figure operation bound
 *     figure    = latency quantile | "delivered" | count | "rss per connection" | "rss" | "cpu"
 *     quantile  = "p" number | "max"
 *     operation = "<" | "<=" | ">" | ">=" | "=="
 *     bound     = number [ "us" | "ms" | "s" | "%" | "kB" | "MB" | "GB" ]
 */
import { didYouMean } from "../language/bad_file.ts";
import { CannotRun } from "./engine.ts";
import { LATENCIES } from "../record/load/measurements.ts";
import type { LoadPlan } from "../record/load/plan.ts";

/** What is counted of deliveries and events, and should be 0. */
export const COUNTS = [
  "duplicated",
  "reordered",
  "late",
  "unexpected",
  "refused",
  "unanswered",
] as const;
/** What the target used, and not what it did. */
export const RESOURCE_FIGURES = ["rss per connection", "rss", "cpu"] as const;
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
  cores: { "": 1 },
};

const member = <T extends string>(list: readonly T[], word: string): word is T =>
  (list as readonly string[]).includes(word);

/** Reads one objective; a string says what is wrong with it. */
export function readObjective(text: string): Objective | string {
  const parts = /^\s*(.+?)\s*(<=|>=|==|<|>)\s*(\d+(?:\.\d+)?)\s*(\S*)\s*$/.exec(text);
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
    value: Number((Number(number) * factor).toPrecision(12)),
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
  return { of: latency, quantile: Number(share.toPrecision(12)) };
}

export function kindOf(figure: Figure): "latency" | "share" | "count" | "bytes" | "cores" {
  if ("quantile" in figure) return "latency";
  if (figure.of === "delivered") return "share";
  if (figure.of === "cpu") return "cores";
  return member(RESOURCE_FIGURES, figure.of) ? "bytes" : "count";
}

/** An objective of a plan, in words again. */
export function inWords(
  { metric, quantile, operation, value }: NonNullable<LoadPlan["objectives"]>[number],
): Objective {
  const which = quantile === undefined
    ? ""
    : quantile === 1
    ? " max"
    : ` p${Number((quantile * 100).toPrecision(12))}`;
  const unit = quantile === undefined ? "%" : "ms";
  const number = quantile === undefined ? Number((value * 100).toPrecision(12)) : value;
  const objective = readObjective(`${metric}${which} ${operation} ${number}${unit}`);
  if (typeof objective === "string") throw new CannotRun(`the plan's objective: ${objective}`);
  return objective;
}
