/** What a reader came for: each thing that did not hold, why, and where to look. */
import type { CauseOfFailure, Placed } from "../../../suites/record/causes.ts";
import { counting } from "../../../suites/record/numbers.ts";
import type { Verdict } from "../../../suites/record/verdict.ts";
import { COUNTED } from "../../../suites/record/fail_on.ts";
import { causes, type Finding, findings, staleDeviations } from "../outcome.ts";
import type { RunView } from "../../../suites/record/check/read.ts";
import type { Judged } from "../scores.ts";
import { type Content, type Markup, markup, prose } from "../../kit/markup.ts";
import { message } from "./message.ts";
import { type Catalogue, dispute, linkTo, source } from "./requirement.ts";

/** Groups in the order a reader wants them: what went wrong, then what was to be expected. */
const GROUPS: readonly (readonly [Verdict, string])[] = [
  ["fail", "Failed"],
  ["flaky", "Flaky"],
  ["late", "Late"],
  ["warn", "Warnings"],
  ["expected", "Expected"],
  ["known", "Known deviations"],
];
/** Checks of one cause that stand open; the others are folded beneath. */
const SHOWN = 2;

export function findingsSection(view: RunView, judged: readonly Judged[]): Markup {
  const catalogue = new Map(view.run.requirements.map((row) => [row.id, row]));
  const reasons = new Map(view.run.target.known.map((it) => [it.requirement, it.reason]));
  return markup`
<section class="findings" aria-label="Findings">
${
    GROUPS.map(([verdict, title]) => {
      const found = causes(view, [verdict]);
      const count = new Set(found.map(({ requirement }) => requirement)).size;
      return group(
        verdict,
        titleOf(view, verdict, title),
        count,
        found.map((one) => cause(one, catalogue, reasons)),
      );
    })
  }
${skipped(skips(findings(view, "skip")))}
${stale(view, judged)}
${staleEntries(view)}
</section>`;
}

/** Where there is a baseline, what failed is new. */
const titleOf = ({ baseline }: RunView, verdict: Verdict, title: string) =>
  baseline && COUNTED[baseline.failOn].has(verdict) ? `New: ${title.toLowerCase()}` : title;

/** Failures stand open; the rest waits to be asked for. */
function group(
  verdict: Verdict,
  title: string,
  count: number,
  items: readonly Markup[],
): Markup | false {
  const open = verdict === "fail" && markup` open`;
  return items.length > 0 && markup`
<details class="group"${open}>
<summary><span class="dot ${verdict}"></span>${title} <b>${count}</b></summary>
<ul>${items}</ul>
</details>`;
}

const skipped = (items: readonly Markup[]) => group("skip", "Skipped", items.length, items);

/** What differs, the checks that show it, and beneath them what could not be judged because of it. */
function cause(
  { requirement, level, verdict, kind, observation, evidence, blocks }: CauseOfFailure,
  catalogue: Catalogue,
  reasons: ReadonlyMap<string, string>,
): Markup {
  const row = catalogue.get(requirement);
  const reason = verdict === "known" ? reasons.get(requirement) : undefined;
  const [shown, more] = [evidence.slice(0, SHOWN), evidence.slice(SHOWN)];
  const blocked = new Set(blocks.map(({ check }) => check.requirement));
  return item(
    markup`<span class="id">${requirement}</span>
<p class="statement">${row && prose(row.statement)}</p>
<p class="aside">${level} · ${kind}${observation !== "" && markup` · ${observation}`}${
      row && markup` · ${source(row)} · ${dispute(row)}`
    }</p>`,
    [
      reason !== undefined && markup`<p class="reason">Listed as known: ${reason}</p>`,
      markup`<ul>${shown.map(seen)}</ul>`,
      folded(`${counting(more.length, "check")} more`, more.map(seen)),
      folded(
        `Blocks ${counting(blocks.length, "check")} of ${counting(blocked.size, "requirement")}`,
        blocks.map((place) => markup`<li>${place.check.requirement} ${linkTo(place.case)}</li>`),
      ),
    ],
  );
}

function folded(summary: string, items: readonly Markup[]): Markup | false {
  return items.length > 0 &&
    markup`<details class="more"><summary>${summary}</summary><ul>${items}</ul></details>`;
}

function item(what: Content, why: Content): Markup {
  return markup`
<li class="finding"><div class="what">${what}</div><div class="why">${why}</div></li>`;
}

function seen({ case: id, check }: Placed): Markup {
  return markup`<li>${message(check.message)}${linkTo(id)}</li>`;
}

/** Skips are grouped by what the target file lacks, because that is what the reader can act on. */
function skips(found: readonly Finding[]): Markup[] {
  return [...Map.groupBy(found, ({ check }) => check.message)].map(([message, of]) => {
    const ids = new Set(of.map(({ check }) => check.requirement));
    const scenarios = counting(new Set(of.map((it) => it.of)).size, "scenario");
    return item(
      markup`<p class="statement">${message}</p><p class="aside">${scenarios}</p>`,
      markup`<p class="ids">${[...ids].join(" ")}</p>`,
    );
  });
}

function stale(view: RunView, judged: readonly Judged[]): Markup | false {
  const ids = staleDeviations(view, judged).join(", ");
  return ids !== "" && markup`
<p class="note"><strong>Listed as known, but held in this run:</strong> ${ids}.
Take them off the target’s list.</p>`;
}

function staleEntries({ baseline }: RunView): Markup | false {
  return baseline !== undefined && baseline.stale.length > 0 && markup`
<div class="note"><strong>Expected to fail, but held in this run; take it off the list:</strong>
<ul>${
    baseline.stale.map(({ scenario, requirement, at }) =>
      markup`<li>${requirement} in ${scenario} (${baseline.file}, line ${at})</li>`
    )
  }</ul></div>`;
}
