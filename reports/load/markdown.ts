/** A load run as Markdown for a pull request: its objectives, its findings, its latencies. */
import { duration, percent, whole } from "../../suites/record/numbers.ts";
import { quantileOf } from "../../suites/record/load/histogram.ts";
import { LATENCIES } from "../../suites/record/load/measurements.ts";
import { countsOf, latencyOf, measuredPhases } from "../../suites/record/load/phases.ts";
import { loadOutcome } from "./outcome.ts";
import type { LoadReport } from "../../suites/record/load/report.ts";
import { code, plain } from "../kit/markdown_text.ts";
import { shortened } from "../../suites/record/visible.ts";

/** A comment on GitHub holds 65,536 characters; so many of this size stay well below. */
const LINES = 40;
const LENGTH = 600;

const SIGNS = { met: "✅", missed: "❌", unknown: "❔" } as const;

/** The run as Markdown. */
export function loadMarkdown(report: LoadReport): string {
  const { load, target } = report;
  const parts = [
    `## ${plain(target.title)}: ${loadOutcome(report).sentence}`,
    facts(report),
    load.generatorBound.length > 0 &&
    `> **Generator-bound.** The generator, and not the target, was measured.\n${
      listed(load.generatorBound)
    }`,
    objectives(report),
    load.findings.length > 0 && `### Findings\n\n${listed(load.findings)}`,
    latencies(report),
  ];
  return `${parts.filter((part) => part).join("\n\n")}\n`;
}

function facts({ load, evidence }: LoadReport): string {
  const { planned, standing } = load.measurements.connections;
  const { expected, delivered } = countsOf(measuredPhases(load.measurements));
  return [
    plain(load.scenario.title),
    code(load.plan.target.websocket),
    `${whole(standing)} of ${whole(planned)} connections`,
    ...(expected > 0
      ? [
        `${whole(delivered)} of ${whole(expected)} deliveries (${percent(delivered, expected)})`,
      ]
      : []),
    plain(evidence.engine),
    evidence.startedAt,
  ].join(" · ");
}

function objectives({ load }: LoadReport): string {
  if (load.objectives.length === 0) return "";
  const rows = load.objectives.map(({ text, measured, verdict }) =>
    `| ${code(text)} | ${plain(measured ?? "–")} | ${SIGNS[verdict]} ${verdict} |`
  );
  return ["| Objective | Measured | |", "|---|---:|---|", ...rows].join("\n");
}

function listed(lines: readonly string[]): string {
  const items = lines.slice(0, LINES).map((line) => `- ${plain(shortened(line, LENGTH))}`);
  const more = lines.length - items.length;
  if (more > 0) items.push(`- … and ${more} more in the full report.`);
  return items.join("\n");
}

/** Folded away; each with the count of what was timed, below the deliveries that came. */
function latencies({ load }: LoadReport): string {
  const phases = measuredPhases(load.measurements);
  const rows = LATENCIES.flatMap((kind) => {
    const histogram = latencyOf(phases, kind);
    if (!histogram) return [];
    const quantiles = [0.5, 0.95, 0.99, 0.999, 1]
      .map((share) => duration(quantileOf(histogram, share) / 1000));
    return [`| ${kind} | ${whole(histogram.totalCount)} | ${quantiles.join(" | ")} |`];
  });
  if (rows.length === 0) return "";
  return [
    "<details><summary>Latencies</summary>\n",
    "| Latency | Timed | p50 | p95 | p99 | p99.9 | max |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...rows,
    "\n</details>",
  ].join("\n");
}
