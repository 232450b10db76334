/** Somebody else's figures of the same load, with ours beside them. */
import { mean } from "simple-statistics";
import {
  bytes,
  duration,
  significant,
  threeDigits,
  whole,
} from "../../../suites/record/numbers.ts";
import { quantileOf } from "../../../suites/record/load/histogram.ts";
import { LATENCIES } from "../../../suites/record/load/measurements.ts";
import { countsOf, latencyOf, measuredPhases } from "../../../suites/record/load/phases.ts";
import type { LoadReport } from "../../../suites/record/load/report.ts";
import { type Markup, markup } from "../../kit/markup.ts";
import type { Run } from "./run.ts";
import { table } from "../../kit/table.ts";

export function published(runs: readonly Run[]): Markup[] {
  const all = runs.flatMap(({ report }) => report.load.scenario.published ?? []);
  const distinct = new Map(all.map((it) => [JSON.stringify(it), it]));
  const head = runs.length > 1 ? runs.map(({ label }) => label) : ["This run"];
  return [...distinct.values()].map(({ source, rows }) =>
    markup`
<section class="published" aria-labelledby="published">
<div class="section-head"><h2 id="published">Published figures</h2></div>
<p>${source}.</p>
${
      table(
        ["Figure", "Published", ...head],
        rows.map(({ figure, value }) => [
          figure,
          value,
          ...runs.map(({ report }) => ours(figure, report) ?? "–"),
        ]),
      )
    }
<p class="aside">Theirs are of another machine and another tool: compare shapes, not figures.</p>
</section>`
  );
}

/** Ours of what a published figure is called; undefined where that is none that we measure. */
function ours(figure: string, report: LoadReport): string | undefined {
  const { measurements } = report.load;
  const phases = measuredPhases(measurements);
  const [, latency, quantile] = /^(\w+) (average|max|p\d+(?:\.\d+)?)$/.exec(figure) ?? [];
  const kind = LATENCIES.find((name) => name === latency);
  if (kind !== undefined && quantile !== undefined) {
    const histogram = latencyOf(phases, kind);
    if (!histogram) return undefined;
    const value = quantile === "average"
      ? histogram.mean
      : quantileOf(histogram, quantile === "max" ? 1 : Number(quantile.slice(1)) / 100);
    return `${duration(value / 1000)} of ${whole(histogram.totalCount)}`;
  }
  if (figure === "connections") return whole(measurements.connections.standing);
  if (figure === "events a second") {
    const seconds = phases.slice(1).reduce((sum, phase) => sum + phase.seconds, 0); // not the ramp's
    return seconds > 0 ? significant(countsOf(phases).accepted / seconds) : undefined;
  }
  if (/^cpu\b/.test(figure)) return averageCpu(report);
  if (SERVER_MEMORY.test(figure)) return amount(report.resources?.memory.peak);
  return figure === "memory, Redis" ? redisMemory(report) : undefined;
}

/** Memory of the server that was tested; what stands beside it (nginx, a database) is not ours. */
const SERVER_MEMORY = /^memory(, (server|Reverb|soketi|sockudo))?$/;

function amount(count: number | undefined): string | undefined {
  return count === undefined ? undefined : bytes(count);
}

function redisMemory({ resources }: LoadReport): string | undefined {
  const sampled = resources?.samples.flatMap(({ redis }) => redis?.memory ?? []) ?? [];
  return sampled.length === 0 ? undefined : bytes(Math.max(...sampled));
}

/** Over all samples, as the average of a dashboard is. */
function averageCpu({ resources, evidence }: LoadReport): string | undefined {
  const used =
    resources?.samples.flatMap(({ process, container }) => process?.cpu ?? container?.cpu ?? []) ??
      [];
  if (used.length === 0) return undefined;
  return `${threeDigits(mean(used))} of ${evidence.machine.cores} cores`;
}
