/** Whether the generator itself was well: where it was not, the figures are its own. */
import { bytes, milliseconds, threeDigits, whole } from "../../../suites/record/numbers.ts";
import { decodeHistogram, quantileOf } from "../../../suites/record/load/histogram.ts";
import { countsOf } from "../../../suites/record/load/phases.ts";
import { type Content, type Markup, markup } from "../../kit/markup.ts";
import type { Run } from "./run.ts";
import { table } from "../../kit/table.ts";

const SHOWN = [["p50", 0.5], ["p99", 0.99], ["p99.9", 0.999], ["max", 1]] as const;

export function health(runs: readonly Run[]): Markup {
  const several = runs.length > 1;
  const name = (of: Run, what: string) => several ? `${of.label}: ${what}` : what;
  const late = runs.flatMap((run) => {
    const { sendLag, schedulerDelay } = run.report.load.measurements.generator;
    return [
      quantiles(
        markup`${name(run, "send lag")} ${
          aside("the intended instant until handed to the kernel")
        }`,
        sendLag,
      ),
      quantiles(
        markup`${name(run, "scheduler delay")} ${aside("how late its own timers woke it")}`,
        schedulerDelay,
      ),
    ];
  });
  return markup`
<section aria-labelledby="health">
<div class="section-head"><h2 id="health">Health of the generator</h2>
<p>What it was late by is in the latencies above</p></div>
${table(["Its own use", ...(several ? runs.map(({ label }) => label) : ["This run"])], use(runs))}
${table(["Milliseconds", "Samples", ...SHOWN.map(([quantile]) => quantile)], late)}
</section>`;
}

function use(runs: readonly Run[]): Content[][] {
  const all = runs.map(({ report }) => report.load.measurements);
  return [
    ["CPU", ...all.map(({ generator }) => `${threeDigits(generator.cpuSeconds)} s`)],
    [
      "CPU a delivery",
      ...all.map(({ generator, phases }) => {
        const { delivered } = countsOf(phases);
        return delivered > 0 ? `${threeDigits(1e6 * generator.cpuSeconds / delivered)} µs` : "–";
      }),
    ],
    ["Memory at most", ...all.map(({ generator }) => bytes(generator.maxRss))],
  ];
}

function aside(text: string): Markup {
  return markup`<span class="aside">${text}</span>`;
}

function quantiles(name: Content, text: string): Content[] {
  const histogram = decodeHistogram(text);
  return [
    name,
    whole(histogram.totalCount),
    ...SHOWN.map(([, quantile]) =>
      histogram.totalCount > 0 ? milliseconds(quantileOf(histogram, quantile)) : "–"
    ),
  ];
}
