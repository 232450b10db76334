/** Somebody else's figures of the same load, beside which ours stand. */
import { type Markup, markup } from "../markup.ts";
import type { Run } from "./run.ts";
import { table } from "./table.ts";

export function published(runs: readonly Run[]): Markup[] {
  const all = runs.flatMap(({ report }) => report.load.scenario.published ?? []);
  const distinct = new Map(all.map((it) => [JSON.stringify(it), it]));
  return [...distinct.values()].map(({ source, rows }) =>
    markup`
<section aria-label="Published figures">
<div class="section-head"><h2>Published figures</h2><p>${source}</p></div>
${table(["Figure", "Published"], rows.map(({ figure, value }) => [figure, value]))}
<p class="aside">Measured by somebody else, on another machine: compare shapes, not figures.</p>
</section>`
  );
}
