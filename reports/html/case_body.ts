/** One scenario, opened: what was judged, its story, the exchange as a picture, the wire log. */
import type { EvidenceOf } from "../../suites/engine/evidence.ts";
import type { CheckResult } from "../../suites/engine/verdict.ts";
import type { CaseView } from "../read.ts";
import { shortened } from "../visible.ts";
import { diagram } from "./diagram.ts";
import { type Markup, markup, prose } from "./markup.ts";
import { type Catalogue, source } from "./requirement.ts";
import { rowId, wireLog } from "./wire_log.ts";
import { VERDICTS_BY_GRAVITY } from "./words.ts";

/** Links to the wire log that a check carries, and characters of a step's facts. */
const QUOTES = 6;
const FACTS = 300;

export function caseBody(of: CaseView, catalogue: Catalogue): Markup {
  return markup`${checks(of, catalogue)}${story(of)}${diagram(of)}${wireLog(of)}`;
}

function checks(of: CaseView, catalogue: Catalogue): Markup {
  if (!of.result) return markup`<p class="note">The run ended before this was judged.</p>`;
  const sorted = [...of.result.checks].sort((a, b) =>
    VERDICTS_BY_GRAVITY.indexOf(a.verdict) - VERDICTS_BY_GRAVITY.indexOf(b.verdict)
  );
  return markup`
<h4>Checks</h4>
<ul class="checks">${sorted.map((check) => checkItem(of, check, catalogue))}</ul>`;
}

function checkItem(of: CaseView, check: CheckResult, catalogue: Catalogue): Markup {
  const row = catalogue.get(check.requirement);
  const cause = check.cause && markup` · cause: ${check.cause}`;
  const stated = row && markup` · ${source(row)}`;
  return markup`
<li class="check"><span class="word ${check.verdict}">${check.verdict}</span>
<div>
<p class="statement"><span class="id">${check.requirement}</span> ${row && prose(row.statement)}</p>
<p class="message">${check.message}</p>
<p class="aside">${check.level}${cause}${stated}${quoteLinks(of, check)}</p>
</div>
</li>`;
}

function quoteLinks(of: CaseView, { quotes }: CheckResult): Markup | false {
  const links = quotes.slice(0, QUOTES).map((seq) => {
    const id = rowId(of, seq);
    return markup` <a href="#${id}" data-row="${id}">#${seq}</a>`;
  });
  return links.length > 0 && markup` · on the wire:${links}`;
}

function story(of: CaseView): Markup {
  const ends = new Map(
    of.evidence.filter((event) => event.kind === "step-end").map((event) => [event.step, event]),
  );
  const steps = of.story.steps.map((step, index) => {
    const end = ends.get(index);
    const ids = step.checks.map((id) => markup` <span class="id">${id}</span>`);
    return markup`
<li class="${end?.outcome ?? "not-reached"}"><code>${step.text}</code>${ids}${ending(end)}</li>`;
  });
  return markup`
<h4>Story <span>${of.story.file}:${of.story.at}</span></h4>
<ol class="story">${steps}</ol>`;
}

function ending(end: EvidenceOf<"step-end"> | undefined): Markup {
  if (!end) return markup` <span class="aside">not reached</span>`;
  const outcome = end.outcome !== "done" && markup` <span class="outcome">${end.outcome}</span>`;
  const detail = end.detail !== undefined && markup`<p class="aside">${end.detail}</p>`;
  return markup`${outcome}${detail}${measured(end)}`;
}

function measured({ facts }: EvidenceOf<"step-end">): Markup | false {
  if (!facts || Object.keys(facts).length === 0) return false;
  const text = shortened(JSON.stringify(facts), FACTS);
  return markup`<p class="aside"><code>${text}</code></p>`;
}
