/** One scenario, opened: what was judged, its scenario, the exchange as a picture, the wire log. */
import type { EvidenceOf } from "../../../suites/record/evidence.ts";
import type { CheckResult } from "../../../suites/record/verdict.ts";
import type { CaseView } from "../../../suites/record/check/read.ts";
import { message } from "./message.ts";
import { shortened } from "../../../suites/record/visible.ts";
import { diagram } from "./diagram.ts";
import { type Markup, markup, prose } from "../../kit/markup.ts";
import { type Catalogue, source } from "./requirement.ts";
import { rowId, wireLog } from "./wire_log.ts";
import { VERDICTS_BY_GRAVITY } from "./words.ts";

/** Links to the wire log that a check carries, and characters of a step's facts. */
const QUOTES = 6;
const FACTS = 300;

export function caseBody(of: CaseView, catalogue: Catalogue): Markup {
  return markup`${checks(of, catalogue)}${attempt(of)}${exchange(of)}${wireLog(of)}`;
}

/** The picture; of a scenario that passed the wire log says the same in a third of the room. */
const exchange = (of: CaseView): Markup | false => of.result?.verdict !== "pass" && diagram(of);

function checks(of: CaseView, catalogue: Catalogue): Markup {
  if (!of.result) return markup`<p class="note">The run ended before this was judged.</p>`;
  const sorted = [...of.result.checks].sort((a, b) =>
    VERDICTS_BY_GRAVITY.indexOf(a.verdict) - VERDICTS_BY_GRAVITY.indexOf(b.verdict)
  );
  return markup`
<h4>Checks</h4>
<ul class="checks">${sorted.map((check) => checkItem(check, catalogue))}</ul>`;
}

function checkItem(check: CheckResult, catalogue: Catalogue): Markup {
  const row = catalogue.get(check.requirement);
  const cause = check.cause && markup` · cause: ${check.cause}`;
  const where = check.step >= 0 && ` · step ${check.step + 1}`;
  const stated = row && markup` · ${source(row)}`;
  return markup`
<li class="check"><span class="word ${check.verdict}">${check.verdict}</span>
<div>
<p class="statement"><span class="id">${check.requirement}</span> ${row && prose(row.statement)}</p>
${message(check.message)}
<p class="aside">${check.level}${where}${cause}${stated}${quoteLinks(check)}</p>
</div>
</li>`;
}

function quoteLinks({ quotes }: CheckResult): Markup | false {
  const links = quotes.slice(0, QUOTES).map((seq) => {
    const id = rowId(seq);
    return markup` <a href="#${id}" data-row="${id}">#${seq}</a>`;
  });
  return links.length > 0 && markup` · on the wire:${links}`;
}

function attempt(of: CaseView): Markup {
  const ends = Map.groupBy(
    of.evidence.filter((event) => event.kind === "step-end"),
    (event) => event.step,
  );
  const steps = of.attempt.steps.map((step, index) => {
    const turns = ends.get(index) ?? [];
    const turn = worstOf(turns);
    const ids = step.checks.map((id) => markup` <span class="id">${id}</span>`);
    return markup`
<li class="${turn?.outcome ?? "not-reached"}"><code>${step.text}</code>${ids}${
      ending(turn, turns.length)
    }</li>`;
  });
  const broke = of.evidence.find((event) => event.kind === "broke");
  const isToldAbove = broke && ends.get(broke.step)?.some((end) => end.detail === broke.reason);
  return markup`
<h4>Scenario <span>${of.attempt.file}:${of.attempt.at}</span></h4>
<ol class="scenario">${steps}</ol>
${
    broke && !isToldAbove &&
    markup`<p class="note">The scenario could not go on: ${broke.reason}</p>`
  }`;
}

type Ending = EvidenceOf<"step-end">;

/** Of all the turns a step had, the one that says most: a broken one, a missed deadline, the last. */
function worstOf(turns: readonly Ending[]): Ending | undefined {
  return turns.find((turn) => turn.outcome === "broken") ??
    turns.find((turn) => turn.outcome === "deadline") ?? turns.at(-1);
}

function ending(end: Ending | undefined, turns: number): Markup {
  if (!end) return markup` <span class="aside">not reached</span>`;
  const times = turns > 1 && markup` <span class="aside">${turns} times</span>`;
  const outcome = end.outcome !== "done" && markup` <span class="outcome">${end.outcome}</span>`;
  const detail = end.detail !== undefined && markup`<p class="aside">${end.detail}</p>`;
  return markup`${times}${outcome}${detail}${measured(end)}`;
}

function measured({ facts }: Ending): Markup | false {
  if (!facts || Object.keys(facts).length === 0) return false;
  const text = shortened(JSON.stringify(facts), FACTS);
  return markup`<p class="aside"><code>${text}</code></p>`;
}
