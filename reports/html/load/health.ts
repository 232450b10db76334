/** Whether the generator itself was well: where it was not, the figures are its own. */
import { decodeHistogram, quantileOf } from "../../../suites/load/histogram.ts";
import { type Content, type Markup, markup } from "../markup.ts";
import { bytes, milliseconds, threeDigits, whole } from "./number.ts";
import type { Run } from "./run.ts";
import { groupedTable } from "./table.ts";

const SHOWN = [["p50", 0.5], ["p99", 0.99], ["p99.9", 0.999], ["max", 1]] as const;

export function health(runs: readonly Run[]): Markup {
  const all = runs.map(({ report }) => report.load.measurements);
  const row = (name: string, of: (it: typeof all[number]) => Content) => [name, ...all.map(of)];
  const groups = [
    {
      heading: "Its own use",
      rows: [
        row("CPU", ({ generator }) => `${threeDigits(generator.cpuSeconds)} s`),
        row("CPU a delivery", ({ generator, phases }) => {
          const delivered = phases.reduce((sum, { counts }) => sum + counts.delivered, 0);
          return delivered > 0
            ? `${threeDigits(1e6 * generator.cpuSeconds / delivered)} µs of ${whole(delivered)}`
            : "–";
        }),
        row("Memory at most", ({ generator }) => bytes(generator.maxRss)),
      ],
    },
    {
      heading:
        markup`Send lag <span class="aside">the intended instant until it was handed to the kernel, ms</span>`,
      rows: quantiles(all.map(({ generator }) => generator.sendLag)),
    },
    {
      heading:
        markup`Scheduler delay <span class="aside">how late its own timers woke it, ms</span>`,
      rows: quantiles(all.map(({ generator }) => generator.schedulerDelay)),
    },
  ];
  const head = ["", ...(runs.length > 1 ? runs.map(({ label }) => label) : ["Generator"])];
  return markup`
<section aria-labelledby="health">
<div class="section-head"><h2 id="health">Health of the generator</h2>
<p>What it was late by is in the latencies above</p></div>
${groupedTable(head, groups)}
</section>`;
}

function quantiles(texts: readonly string[]): Content[][] {
  const histograms = texts.map(decodeHistogram);
  return [
    ["samples", ...histograms.map(({ totalCount }) => whole(totalCount))],
    ...SHOWN.map(([name, quantile]) => [
      name,
      ...histograms.map((of) => of.totalCount > 0 ? milliseconds(quantileOf(of, quantile)) : "–"),
    ]),
  ];
}
