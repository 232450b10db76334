/** Who received what of an application: observers, events, and the fields of each. */
import type { Coverage } from "../coverage.ts";
import { type Markup, markup } from "../../kit/markup.ts";

export function coverageSection(coverage: readonly Coverage[]): Markup | false {
  return coverage.length > 0 && markup`
<section class="coverage" aria-labelledby="coverage">
<div class="section-head"><h2 id="coverage">Who received what</h2>
<p>Every field that each observer got to see; a dash is what was not covered.</p></div>
${coverage.map(table)}
</section>`;
}

function table({ scenario, observers, events }: Coverage): Markup {
  return markup`
<div class="scroll"><table>
<caption>${scenario}</caption>
<thead><tr><th scope="col">event</th>${
    observers.map((who) => markup`<th scope="col">${who}</th>`)
  }</tr></thead>
<tbody>${
    events.map(({ event, fields }) =>
      markup`<tr><th scope="row">${event}</th>${
        observers.map((who) => markup`<td>${(fields[who] ?? []).join(" ") || "–"}</td>`)
      }</tr>`
    )
  }</tbody>
</table></div>`;
}
