/** Every requirement as one cell, under its heading. */
import { type Judged, STANDING_WORDS, STANDINGS } from "../scores.ts";
import { type Markup, markup, packed } from "../../kit/markup.ts";
import { requirementDetail } from "./requirement.ts";

export function matrix(all: readonly Judged[]): Markup {
  const judged = all.filter(isShown(all));
  const rows = [...Map.groupBy(judged, (row) => row.requirement.section)];
  return markup`
<section class="matrix" aria-labelledby="requirements">
<div class="section-head"><h2 id="requirements">Requirements</h2>${legend(judged)}</div>
<div id="cells">${rows.map(([name, rows]) => sectionRow(name, rows))}</div>
<div id="chosen" class="chosen" aria-live="polite" hidden></div>
${packed("details", rows.flatMap(([, rows]) => rows.map(requirementDetail)))}
</section>`;
}

/** What is about applications is left out where none was tested. */
function isShown(all: readonly Judged[]): (row: Judged) => boolean {
  const isOfApplications = ({ requirement }: Judged) => requirement.id.startsWith("APP-");
  const isTested = all.some((row) => isOfApplications(row) && row.checks.length > 0);
  return (row) => isTested || !isOfApplications(row);
}

function legend(judged: readonly Judged[]): Markup {
  const present = STANDINGS.filter((standing) => judged.some((row) => row.standing === standing));
  const items = present.map((standing) =>
    markup`<li><i class="s-${standing}"></i>${STANDING_WORDS[standing]}</li>`
  );
  return markup`<ul class="key">${items}</ul>`;
}

function sectionRow(name: string, rows: readonly Judged[]): Markup {
  return markup`
<div class="row"><h3>${name}</h3><div class="cells">${rows.map(cell)}</div></div>`;
}

/** One tab stop for all cells: arrow keys move between them, so only the first is in the order. */
function cell({ requirement: row, standing }: Judged): Markup {
  const number = Number(row.id.split("-")[1]);
  const statement = row.statement.replace(/[`*]/g, "");
  const label = `${row.id}, ${row.level}, ${STANDING_WORDS[standing]}: ${statement}`;
  const tabindex = row.id === "P-001" ? 0 : -1;
  return markup`
<button type="button" class="cell s-${standing}" data-id="${row.id}" tabindex="${tabindex}"
 aria-label="${label}" data-number="${number}"></button>`;
}
