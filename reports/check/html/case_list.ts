/** The scenarios by suite, with what filters them; each opens to its scenario. */
import { chunk } from "simple-statistics";
import { counting, duration } from "../../../suites/record/numbers.ts";
import type { Verdict } from "../../../suites/record/verdict.ts";
import type { CaseView, RunView } from "../../../suites/record/check/read.ts";
import { visibleLine } from "../../../suites/record/visible.ts";
import { caseBody } from "./case_body.ts";
import { type Markup, markup, packed } from "../../kit/markup.ts";
import { VERDICTS_BY_GRAVITY } from "./words.ts";

/** Characters of a scenario's text that a search looks through. */
const SEARCHED = 2000;
/** Bodies that are held together: with more of them a page is smaller, and opens one later. */
const TOGETHER = 48;
/** Requirements named in a scenario's line; the rest is a number. */
const NAMED = 3;

export function caseList(view: RunView): Markup {
  const catalogue = new Map(view.run.requirements.map((row) => [row.id, row]));
  const suites = [...Map.groupBy(view.cases, (of) => of.attempt.suite)];
  let next = 0;
  const row = (of: CaseView) => caseRow(of, next++);
  return markup`
<section class="cases" aria-labelledby="scenarios">
<div class="section-head">
<h2 id="scenarios">Scenarios</h2>
<p><span id="count" role="status"></span>
<button type="reset" form="filters" id="clear" class="quiet" hidden>Show all</button></p>
</div>
${toolbar(view.cases, suites.map(([name]) => name))}
<noscript><p class="note">The scenarios are listed by a script of this page.</p></noscript>
${suites.map(([name, cases]) => suiteGroup(name, cases))}
${packed("rows", suites.map(([, cases]) => markup`${cases.map(row)}`))}
<p id="nothing" class="note" hidden>No scenario matches.</p>
${
    chunk(suites.flatMap(([, cases]) => cases), TOGETHER).map((some, number) =>
      packed(`bodies-${number}`, some.map((of) => caseBody(of, catalogue)))
    )
  }
</section>`;
}

function toolbar(cases: readonly CaseView[], suites: readonly string[]): Markup {
  const verdicts = VERDICTS_BY_GRAVITY.filter((word) => countOf(cases, word) > 0);
  return markup`
<form class="toolbar" id="filters" role="search">
<input type="search" id="search" aria-label="Search scenarios" autocomplete="off"
 placeholder="Search scenarios, requirements, messages" spellcheck="false">
<fieldset><legend>Verdict</legend>${
    verdicts.map((word) => verdictChip(word, countOf(cases, word)))
  }</fieldset>
${select("suite", "Suite", suites)}
${select("level", "Level", ["must", "should", "may", "info"])}
</form>`;
}

function verdictChip(word: Verdict, count: number): Markup {
  return markup`
<label class="chip"><input type="checkbox" name="verdict" value="${word}">
<span class="dot ${word}"></span>${word} <b>${count}</b></label>`;
}

function select(name: string, title: string, options: readonly string[]): Markup {
  return markup`
<select name="${name}" aria-label="${title}"><option value="">${title}: all</option>
${options.map((option) => markup`<option>${option}</option>`)}</select>`;
}

/** A suite's head; its rows are held deflated, for thousands of them are most of a page. */
function suiteGroup(name: string, cases: readonly CaseView[]): Markup {
  const failed = countOf(cases, "fail");
  const trouble = failed > 0 && markup`, <b class="fail">${failed} failed</b>`;
  return markup`
<section class="suite" data-suite="${name}">
<h3>${name} <span>${counting(cases.length, "scenario")}${trouble}</span></h3>
<div class="rows"></div>
</section>`;
}

function countOf(cases: readonly CaseView[], verdict: Verdict): number {
  return cases.filter((of) => of.result?.verdict === verdict).length;
}

/** `at`: its place among all, by which the page finds its body. */
function caseRow(of: CaseView, at: number): Markup {
  const { attempt, result } = of;
  const verdict = result?.verdict ?? "unjudged";
  const levels = [...new Set(result?.checks.map((check) => check.level))].join(" ");
  return markup`
<details class="case" id="${attempt.id}" data-verdict="${verdict}" data-levels="${levels}"
 data-bodies="bodies-${Math.floor(at / TOGETHER)}" data-at="${at % TOGETHER}" data-more="${
    moreToSearch(of)
  }">
<summary><span class="word ${verdict}">${verdict}</span>
<span class="title">${attempt.title}<code>${attempt.id}</code></span>
<span class="ids">${requirementIds(of)}</span>
<span class="time">${result && duration(result.durationMs)}</span></summary>
<div class="body"></div>
</details>`;
}

/** The first few requirements of a scenario, worst first; the rest as a number. */
function requirementIds({ result }: CaseView): Markup[] {
  const checks = [...result?.checks ?? []].sort((a, b) =>
    VERDICTS_BY_GRAVITY.indexOf(a.verdict) - VERDICTS_BY_GRAVITY.indexOf(b.verdict)
  );
  const worst = new Map<string, Verdict>();
  for (const { requirement, verdict } of checks) {
    if (!worst.has(requirement)) worst.set(requirement, verdict);
  }
  const named = [...worst].slice(0, NAMED).map(([id, verdict]) =>
    markup`<span class="id ${verdict}">${id}</span>`
  );
  const more = worst.size - named.length;
  return more > 0 ? [...named, markup`<span class="more">+${more}</span>`] : named;
}

/** What a search finds beside the scenario's line: all its requirements, and what did not pass. */
function moreToSearch({ result }: CaseView): string {
  const checks = result?.checks ?? [];
  const ids = new Set(checks.map(({ requirement }) => requirement));
  const words = [
    ...ids.size > NAMED ? ids : [],
    ...checks.filter(({ verdict }) => verdict !== "pass").flatMap(({ message, cause = "" }) => [
      message,
      cause,
    ]),
  ];
  return visibleLine(words.join(" ").slice(0, SEARCHED));
}
