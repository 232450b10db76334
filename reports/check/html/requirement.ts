/** A requirement in full, and the links that lead from it. */
import type { Requirement } from "../../../suites/record/requirement.ts";
import type { CaseView } from "../../../suites/record/check/read.ts";
import { type Judged, STANDING_WORDS } from "../scores.ts";
import { type Markup, markup, prose } from "../../kit/markup.ts";
import { BASIS_WORDS } from "./words.ts";

/** Requirements by id. */
export type Catalogue = ReadonlyMap<string, Requirement>;

/** Where a requirement is stated, as a link where there is a page to open. */
export function source({ source, url }: Requirement): Markup {
  return url === undefined
    ? markup`<span class="source">${source}</span>`
    : markup`<a class="source" href="${url}" rel="noreferrer">${source}</a>`;
}

/** Where it says how a requirement is disputed: a place in the docs, for a report has no network. */
export function dispute({ id }: Requirement): Markup {
  return markup`<span class="dispute">to dispute it: docs/requirements.md#${id}</span>`;
}

/** A link that opens a scenario further down the page. */
export function linkTo(id: string): Markup {
  return markup`<a class="to-case" href="#${id}">${id}</a>`;
}

/** What opens under the matrix when a cell is chosen. */
export function requirementDetail({ requirement: row, standing, checks }: Judged): Markup {
  const cases = [...new Set(checks.map(({ of }) => of))];
  const aside = [row.level, scoreWords(row), BASIS_WORDS[row.basis]].join(" · ");
  return markup`
<p class="line">
<span class="id">${row.id}</span>
<span class="tag s-${standing}">${STANDING_WORDS[standing]}</span>
<span class="aside">${aside}</span>
</p>
<p class="statement">${prose(row.statement)}</p>
<p class="aside">${source(row)} · ${dispute(row)}</p>
${cases.length > 0 ? judgedBy(cases) : markup`<p class="aside">${whyUnjudged(row)}</p>`}`;
}

function judgedBy(cases: readonly CaseView[]): Markup {
  const items = cases.map((of) =>
    markup`<li><span class="dot ${of.result?.verdict}"></span>${of.attempt.title} ${
      linkTo(of.attempt.id)
    }</li>`
  );
  return markup`<ul class="links">${items}</ul>`;
}

function scoreWords({ score, optIn }: Requirement): string {
  const name = score === "none" ? "never scored" : score;
  return optIn === undefined ? name : `${name}, opt-in ${optIn}`;
}

function whyUnjudged({ withoutScenario }: Requirement): string {
  return withoutScenario === undefined
    ? "No scenario of this run judged it."
    : `No scenario: ${withoutScenario}.`;
}
