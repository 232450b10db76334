/** What a load run says at its end. */
import { duration, percent, whole } from "../record/numbers.ts";
import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import type { LoadReport } from "../record/load/report.ts";
import { loadOutcome } from "../../reports/load/outcome.ts";
import { visibleLine } from "../record/visible.ts";
import { quantileOf } from "../record/load/histogram.ts";
import { LATENCIES } from "../record/load/measurements.ts";
import { countsOf, latencyOf, measuredPhases } from "../record/load/phases.ts";

const QUANTILES = [["p50", 0.5], ["p95", 0.95], ["p99", 0.99], ["p99.9", 0.999], [
  "max",
  1,
]] as const;
const NAME = 10;
const WIDTH = 9;
/** In colour when they are shown, which is not known when this file is read. */
const SIGN = { met: () => green("✔"), missed: () => red("✘"), unknown: () => yellow("?") } as const;

const COLOUR = { pass: green, warn: yellow, fail: red } as const;

/** The lines of the summary, with the reports that were written. */
export function loadSummary(report: LoadReport, written: readonly string[]): string {
  const { scenario, measurements, objectives, generatorBound, findings } = report.load;
  const { sentence, tone } = loadOutcome(report);
  const phases = measuredPhases(measurements);
  const { expected, delivered, accepted } = countsOf(phases);
  const { standing, planned, most } = measurements.connections;
  const before = most > standing ? `, ${whole(most)} at most` : "";
  const lines = LATENCIES.flatMap((latency) => {
    const histogram = latencyOf(phases, latency);
    if (!histogram) return [];
    const cells = QUANTILES.map(([, share]) =>
      duration(quantileOf(histogram, share) / 1000).padStart(WIDTH)
    );
    return [
      `  ${latency.padEnd(NAME)}${cells.join("")}${dim(`  of ${whole(histogram.totalCount)}`)}`,
    ];
  });
  return [
    bold(visibleLine(`${scenario.title}, on ${report.target.title}`)),
    ...(measurements.complete ? [] : [red("Not complete: what was seen until the end")]),
    `  ${whole(standing)} of ${whole(planned)} connections were open at the end${before}; ` +
    `${whole(accepted)} events accepted`,
    // No latency without this.
    expected > 0
      ? `  ${whole(delivered)} of ${whole(expected)} expected deliveries (${
        percent(delivered, expected)
      })`
      : "  no deliveries were expected",
    ...(lines.length > 0
      ? [
        "",
        `  ${"".padEnd(NAME)}${QUANTILES.map(([name]) => name.padStart(WIDTH)).join("")}`,
        ...lines,
      ]
      : []),
    "",
    ...objectives.map(({ text, measured, verdict }) =>
      `${SIGN[verdict]()} ${visibleLine(`${text}: ${measured ?? "not measured"}`)}`
    ),
    ...findings.map((finding) => red(`! ${visibleLine(finding)}`)),
    ...generatorBound.map((reason) => yellow(`generator-bound: ${visibleLine(reason)}`)),
    COLOUR[tone](bold(sentence)),
    ...report.evidence.notes.map((note) => dim(`  ${visibleLine(note)}`)),
    ...written.map((path) => dim(`  ${path}`)),
    "",
  ].join("\n");
}
