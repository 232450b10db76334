/** What anybody needs to judge whether the figures are theirs too, and to run them again. */
import { bytes, clock, counting, duration } from "../../../suites/record/numbers.ts";
import { shortened } from "../../../suites/record/visible.ts";
import { type Content, type Markup, markup } from "../../kit/markup.ts";
import type { Run } from "./run.ts";
import { scrolling } from "../../kit/table.ts";

type Report = Run["report"];

const ROWS: readonly (readonly [string, (report: Report) => Content])[] = [
  ["Target", ({ target }) => `${target.title} (${target.name})`],
  ["Scenario", ({ load }) => markup`<code>${load.scenario.file}</code>`],
  ["Scenario, SHA-256", ({ evidence }) => hash(evidence.hashes.scenario)],
  ["Plan, SHA-256", ({ evidence }) => hash(evidence.hashes.plan)],
  ["Harness, SHA-256", ({ evidence }) => hash(evidence.hashes.harness)],
  ["Plumbline", ({ evidence }) => evidence.plumbline],
  ["Engine", ({ evidence }) => evidence.engine],
  ["Processes", ({ load }) => String(load.measurements.part.of)],
  ["Started", ({ evidence }) => clock(evidence.startedAt)],
  ["Took", ({ evidence }) => duration(evidence.durationMs)],
  [
    "System",
    ({ evidence: { machine } }) => `${machine.os} ${machine.arch}, kernel ${machine.kernel}`,
  ],
  ["CPU", ({ evidence: { machine } }) => `${machine.cpu}, ${counting(machine.cores, "core")}`],
  ["Memory", ({ evidence: { machine } }) => bytes(machine.memory)],
  ["Deno", ({ evidence: { machine } }) => machine.deno],
  ["Sampled", ({ resources }) => list(resources?.sources ?? ["nothing of the target"])],
  ["Notes", ({ evidence }) => list(evidence.notes)],
];

/** What is the same in all runs is said once, across them. */
export function evidence(runs: readonly Run[]): Markup {
  const rows = ROWS.map(([name, of]) => {
    const cells = runs.map(({ report }) => markup`${of(report)}`);
    const same = new Set(cells.map(({ text }) => text)).size === 1;
    return markup`<tr><th scope="row">${name}</th>${
      same
        ? markup`<td colspan="${runs.length}">${cells[0]}</td>`
        : cells.map((cell) => markup`<td>${cell}</td>`)
    }</tr>\n`;
  });
  return markup`
<section class="evidence" aria-labelledby="evidence">
<div class="section-head"><h2 id="evidence">Evidence</h2></div>
${
    scrolling(
      runs.length > 1 ? ["Of", ...runs.map(({ label }) => label)] : [],
      markup`<tbody>${rows}</tbody>`,
    )
  }
</section>`;
}

/** Enough of it to tell two apart; `report.json` has all. */
function hash(text: string): Markup {
  return markup`<code>${shortened(text, 17)}</code>`;
}

function list(items: readonly string[]): Content {
  return items.length > 1
    ? markup`<ul>${items.map((it) => markup`<li>${it}</li>`)}</ul>`
    : items[0];
}
