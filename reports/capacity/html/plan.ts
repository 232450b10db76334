/** How many nodes, and what that rests on. */
import { counting, percent, threeDigits, whole } from "../../../suites/record/numbers.ts";
import type { CapacityReport } from "../../../suites/record/capacity/report.ts";
import { type Markup, markup } from "../../kit/markup.ts";
import { table } from "../../kit/table.ts";

export function plan(report: CapacityReport): Markup | false {
  const { nodes } = report;
  if (!nodes) return false;
  const { users, events, deliveries, needed, withSpare, utilisation, bound } = nodes;
  return markup`
<section class="evidence" aria-labelledby="plan">
<div class="section-head"><h2 id="plan">${counting(withSpare, "node")} for ${
    counting(users, "user")
  }</h2></div>
${
    table(["", ""], [
      ["Events a second", threeDigits(events)],
      ["Deliveries a second", whole(deliveries)],
      ["Needed", `${counting(needed, "node")}, decided by ${bound}`],
      ["With one that may fail", counting(withSpare, "node")],
      ["Each is at", `${percent(utilisation.all, 1)} of what one was measured to carry`],
      ["With one down", percent(utilisation.oneDown, 1)],
    ])
  }
<h3>Assumed</h3>
<ul>${nodes.assumptions.map((text) => markup`<li>${text}</li>`)}</ul>
</section>`;
}
