/** What a search for a capacity says: a line a run, and a table with the verdict at its end. */
import { bytes, counting, duration, percent, significant, whole } from "../record/numbers.ts";
import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import { capacityOutcome, loadInWords } from "../../reports/capacity/outcome.ts";
import type { CapacityReport } from "../record/capacity/report.ts";
import { visibleLine } from "../record/visible.ts";
import type { Dimension } from "../record/capacity/report.ts";
import { type Step, stepsOf } from "../record/capacity/steps.ts";
import type { Trial } from "../record/capacity/trial.ts";

/** In colour when they are shown, which is not known when this file is read. */
const SIGN = {
  met: () => green("✔"),
  missed: () => red("✘"),
  generator: () => yellow("?"),
} as const;
const TONES = { pass: green, warn: yellow, fail: red } as const;
const HEAD = ["met", "events/s", "deliveries/s", "p50", "p95", "p99", "CPU", "memory"] as const;
const WIDTHS = [9, 10, 14, 9, 9, 9, 9, 9] as const;
const FIRST = 14;

/** What one run came to. */
export function trialLine(
  { load, outcome, latency, reasons }: Trial,
  dimension: Dimension,
): string {
  const said = outcome === "met"
    ? latency ? `delivery p99 ${duration(latency.p99)}` : "met"
    : reasons[0] ?? outcome;
  return `${SIGN[outcome]()} ${loadInWords(load, dimension)}: ${visibleLine(said)}\n`;
}

/** The whole, with the reports that were written. */
export function capacitySummary(report: CapacityReport, written: readonly string[]): string {
  const { dimension, broken, scenario, target, evidence } = report;
  const { sentence, grounds, tone } = capacityOutcome(report);
  return [
    bold(`${scenario.title}: how much of it ${target.title} carries`),
    ...report.objectives.map((text) => dim(`  ${text}`)),
    "",
    row(dimension === "connections" ? "connections" : "wanted/s", HEAD),
    ...stepsOf(report.trials).map((step) =>
      `${row(whole(step.load), cells(step))}${step.load === report.knee ? "  ← knee" : ""}`
    ),
    "",
    `${TONES[tone](bold(sentence))}: ${visibleLine(grounds)}`,
    ...broken.map(({ what, text }, i) =>
      `  ${i === 0 ? "first limit" : "then"}: ${bold(what)}: ${visibleLine(text)}`
    ),
    ...scaling(report),
    ...plan(report),
    ...evidence.notes.map((note) => dim(`  ${note}`)),
    ...written.map((path) => dim(`  ${path}`)),
    "",
  ].join("\n");
}

const row = (first: string, rest: readonly string[]): string =>
  first.padStart(FIRST) + rest.map((cell, i) => cell.padStart(WIDTHS[i] ?? 0)).join("");

function cells({ met, runs, verdict, events, deliveries, latency, cpu, memory }: Step): string[] {
  return [
    verdict === "generator" ? "unknown" : `${met} of ${runs}`,
    String(Number(events.toFixed(1))),
    whole(deliveries),
    ...[latency?.p50, latency?.p95, latency?.p99].map((ms) => ms === undefined ? "" : duration(ms)),
    cpu === undefined ? "" : significant(cpu),
    memory === undefined ? "" : bytes(memory),
  ];
}

function scaling({ scaling, dimension }: CapacityReport): string[] {
  if (!scaling) return [];
  const { alpha, beta, unit, lambda, explained, peak, residuals } = scaling;
  const worst = Math.max(...residuals.map(({ residual }) => Math.abs(residual)));
  return [
    `  scaling: ${whole(lambda)} deliveries/s for ${loadInWords(unit, dimension)}, contention α ${
      alpha.toPrecision(2)
    }, coherency β ${beta.toPrecision(2)} (Universal Scalability Law; R² ${
      explained.toFixed(3)
    }, residuals up to ${percent(worst, 1)})`,
    peak !== undefined
      ? `  by that law throughput is highest at ${loadInWords(Math.round(peak), dimension)}`
      : "  no saturation point was reached",
  ];
}

function plan(report: CapacityReport): string[] {
  const { nodes } = report;
  if (!nodes) return [];
  const { users, events, needed, withSpare, utilisation: { all, oneDown }, bound } = nodes;
  return [
    bold(
      `For ${counting(users, "user")} and ${whole(events)} events a second: ${
        counting(withSpare, "node")
      }`,
    ) + ` (${needed} that are needed for ${bound}, and one that may fail)`,
    `  each is at ${percent(all, 1)} of what one carries, and at ${
      percent(oneDown, 1)
    } with one down`,
    ...nodes.assumptions.map((text) => dim(`  assumed: ${text}`)),
  ];
}
