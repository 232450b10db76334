/** What went wrong on the way, each kind once. */
import { threeDigits, whole } from "../../../suites/record/numbers.ts";
import { type Markup, markup } from "../../kit/markup.ts";
import type { Run } from "./run.ts";
import { table } from "../../kit/table.ts";

export function troubles(runs: readonly Run[]): Markup | false {
  const rows = runs.flatMap(({ report, label }) =>
    report.load.measurements.troubles.map(({ what, detail, first, last, count }) => [
      what,
      ...(runs.length > 1 ? [label] : []),
      markup`<code>${detail}</code>`,
      whole(count),
      `${threeDigits(first)} s`,
      `${threeDigits(last)} s`,
    ])
  );
  const head = [
    "Where",
    ...(runs.length > 1 ? ["Run"] : []),
    "Message",
    "Times",
    "First",
    "Last",
  ];
  return rows.length > 0 && markup`
<section class="troubles" aria-labelledby="troubles">
<div class="section-head"><h2 id="troubles">Troubles</h2>
<p>Each kind once; seconds since the start</p></div>
${table(head, rows)}
</section>`;
}
