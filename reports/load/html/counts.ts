/** Every event and every delivery, counted phase by phase. */
import { percent, whole } from "../../../suites/record/numbers.ts";
import type { Counts } from "../../../suites/record/load/measurements.ts";
import { countsOf, measuredPhases, type Phase } from "../../../suites/record/load/phases.ts";
import { type Content, type Markup, markup } from "../../kit/markup.ts";
import type { Run } from "./run.ts";
import { table } from "../../kit/table.ts";

/** In the order of a table; `bad` is what should be none. */
const COUNTS: readonly { name: string; bad: boolean; of: (counts: Counts) => number }[] = [
  { name: "Expected", bad: false, of: (it) => it.expected },
  { name: "Delivered", bad: false, of: (it) => it.delivered },
  { name: "Late", bad: true, of: (it) => it.late },
  { name: "Lost", bad: true, of: (it) => it.lost },
  { name: "Duplicated", bad: true, of: (it) => it.duplicated },
  { name: "Reordered", bad: true, of: (it) => it.reordered },
  { name: "Unexpected", bad: true, of: (it) => it.unexpected },
  { name: "Too late to tell", bad: true, of: (it) => it.ancient },
  { name: "Events accepted", bad: false, of: (it) => it.accepted },
  { name: "Refused", bad: true, of: (it) => it.refused },
  { name: "Unanswered", bad: true, of: (it) => it.unanswered },
];

export function counts(runs: readonly Run[]): Markup {
  const columns = runs.length > 1
    ? runs.map(({ label, report }) => ({
      name: label,
      counts: countsOf(measuredPhases(report.load.measurements)),
    }))
    : runs.flatMap(({ report }) =>
      report.load.measurements.phases.filter(hasCounts).map((phase) => ({
        name: phase.measured ? phase.name : `${phase.name}, not measured`,
        counts: phase.counts,
      }))
    );
  const rows = COUNTS.map(({ name, bad, of }) => [
    name,
    ...columns.map(({ counts }) => cell(of(counts), bad)),
  ]);
  rows.splice(2, 0, [
    "Share delivered",
    ...columns.map(({ counts: { delivered, expected } }) => {
      const text = percent(delivered, expected);
      return delivered === expected ? text : markup`<span class="word fail">${text}</span>`;
    }),
  ]);
  return markup`
<section aria-labelledby="counts">
<div class="section-head"><h2 id="counts">Deliveries and events</h2>
<p>Each counted, for every event and every subscriber</p></div>
${table(["Count", ...columns.map(({ name }) => name)], rows)}
</section>`;
}

/** The ramp has events only where something is wrong. */
function hasCounts({ counts }: Phase): boolean {
  return Object.values(counts).some((count) => count > 0);
}

function cell(count: number, bad: boolean): Content {
  return bad && count > 0 ? markup`<span class="word fail">${whole(count)}</span>` : whole(count);
}
