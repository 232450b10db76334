/** The head of the page: what was tested, and what came of it. */
import { bar, fact } from "../../kit/header.ts";
import { clock, counting, duration } from "../../../suites/record/numbers.ts";
import {
  catalogueNote,
  durationMs,
  findings,
  headline,
  isComplete,
  unjudged,
  whyIncomplete,
} from "../outcome.ts";
import { offer } from "../../../suites/record/probed.ts";
import type { RunView } from "../../../suites/record/check/read.ts";
import { isOwnCase } from "../../../suites/record/check/own_cases.ts";
import { type Markup, markup } from "../../kit/markup.ts";

export function header(view: RunView): Markup {
  return markup`
<header>
${bar("Pusher Channels protocol report")}
<h1>${view.run.target.title}</h1>
<p class="verdict ${tone(view)}">${headline(view)}</p>
${incomplete(view)}
${jump}
<details class="more-facts">
<summary>${inShort(view)}</summary>
<dl class="facts">${facts(view)}</dl>
</details>
</header>`;
}

/** The ways into the page, on its first screen: a search that goes on in the list, and the matrix. */
const jump = markup`
<form id="find" class="find" role="search" aria-label="Find">
<input type="search" name="words" aria-label="Find scenarios, requirements, messages"
 placeholder="Find scenarios, requirements, messages" autocomplete="off" spellcheck="false">
<a href="#requirements">Requirements</a>
<a href="#scenarios">Scenarios</a>
</form>`;

/** The facts that a reader asks for first. */
function inShort(view: RunView): string {
  const { run, cases, probed } = view;
  const doubts = probed?.doubts.length ?? 0;
  const scenarios = cases.filter(({ attempt }) => !isOwnCase(attempt.id)).length;
  return [
    counting(scenarios, "scenario"),
    duration(durationMs(view)),
    run.depth,
    clock(run.startedAt),
    `Plumbline ${run.plumbline}`,
    ...(doubts > 0 ? [counting(doubts, "doubt")] : []),
  ].join(", ");
}

function facts(view: RunView): Markup[] {
  const { run, finish } = view;
  const { os, arch, cpus, deno } = run.machine;
  const catalogue = catalogueNote(view);
  const machine = `Deno ${deno}, ${os} ${arch}, ${counting(cpus, "core")}`;
  return [
    fact("WebSocket", markup`<code>${run.target.websocket}</code>`),
    fact("HTTP API", markup`<code>${run.target.api}</code>`),
    ...(run.target.application === undefined ? [] : [fact("Application", run.target.application)]),
    ...(view.probed
      ? [fact("Features", offer(view.probed)), ...view.probed.doubts.map((it) => fact("Doubt", it))]
      : []),
    fact("Scenarios", view.cases.filter(({ attempt }) => !isOwnCase(attempt.id)).length),
    fact("Took", duration(durationMs(view))),
    ...(catalogue === undefined ? [] : [fact("Catalogue", catalogue)]),
    fact("Depth", run.depth),
    fact("Seed", String(run.seed)),
    fact("Started", clock(run.startedAt)),
    fact("Plumbline", `${run.plumbline}, ${machine}`),
    ...(finish ? [fact("Exit code", finish.exitCode)] : []),
    ...(run.target.claims.length > 0 ? [fact("Claims", run.target.claims.join(", "))] : []),
  ];
}

function tone(view: RunView): "pass" | "warn" | "fail" {
  if (findings(view, "fail").length > 0) return "fail";
  const isStale = (view.baseline?.stale.length ?? 0) > 0;
  return isComplete(view) && !isStale && findings(view, "warn").length === 0 ? "pass" : "warn";
}

function incomplete(view: RunView): Markup | false {
  const why = whyIncomplete(view);
  const left = unjudged(view).length;
  const rest = left > 0 && ` ${counting(left, "scenario")} begun and never judged.`;
  return why !== undefined &&
    markup`<p class="banner"><strong>This run is incomplete:</strong> ${
      why.replace(/\.$/, "")
    }.${rest}</p>`;
}
