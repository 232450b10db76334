/** What a reader came for: each thing that did not hold, why, and where to look. */
import { counting } from "../../../suites/record/numbers.ts";
import type { Verdict } from "../../../suites/record/verdict.ts";
import { type Finding, findings, staleDeviations } from "../outcome.ts";
import type { RunView } from "../../../suites/record/check/read.ts";
import type { Judged } from "../scores.ts";
import { type Content, type Markup, markup, prose } from "../../kit/markup.ts";
import { message } from "./message.ts";
import { caseLink, type Catalogue, source } from "./requirement.ts";

export function findingsSection(view: RunView, judged: readonly Judged[]): Markup {
  const catalogue = new Map(view.run.requirements.map((row) => [row.id, row]));
  const reasons = new Map(view.run.target.known.map((it) => [it.requirement, it.reason]));
  const listed = (verdict: Verdict) =>
    [...Map.groupBy(findings(view, verdict), ({ check }) => check.requirement)]
      .map(([id, found]) => finding(id, found, catalogue, reasons));
  return markup`
<section class="findings" aria-label="Findings">
${group("fail", "Failed", listed("fail"))}
${group("warn", "Warnings", listed("warn"))}
${group("known", "Known deviations", listed("known"))}
${group("skip", "Skipped", skips(findings(view, "skip")))}
${stale(view, judged)}
</section>`;
}

/** Failures stand open; the rest waits to be asked for. */
function group(verdict: Verdict, title: string, items: readonly Markup[]): Markup | false {
  const open = verdict === "fail" && markup` open`;
  return items.length > 0 && markup`
<details class="group"${open}>
<summary><span class="dot ${verdict}"></span>${title} <b>${items.length}</b></summary>
<ul>${items}</ul>
</details>`;
}

function finding(
  id: string,
  found: readonly Finding[],
  catalogue: Catalogue,
  reasons: ReadonlyMap<string, string>,
): Markup {
  const row = catalogue.get(id);
  const { level, verdict } = found[0]?.check ?? {};
  const reason = verdict === "known" && reasons.get(id);
  const why: Content = [
    reason !== undefined && reason !== false &&
    markup`<p class="reason">Listed as known: ${reason}</p>`,
    markup`<ul>${found.map(seen)}</ul>`,
  ];
  return item(
    markup`<span class="id">${id}</span>
<p class="statement">${row && prose(row.statement)}</p>
<p class="aside">${level}${causes(found)}${row && markup` · ${source(row)}`}</p>`,
    why,
  );
}

function item(what: Content, why: Content): Markup {
  return markup`
<li class="finding"><div class="what">${what}</div><div class="why">${why}</div></li>`;
}

function causes(found: readonly Finding[]): Markup[] {
  const distinct = new Set(found.flatMap(({ check }) => check.cause ?? []));
  return [...distinct].map((cause) => markup` · ${cause}`);
}

function seen({ of, check }: Finding): Markup {
  return markup`<li>${message(check.message)}${caseLink(of)}</li>`;
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
