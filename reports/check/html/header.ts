/** The head of the page: what was tested, and what came of it. */
import { bar, fact } from "../../kit/header.ts";
import { clock, counting, duration } from "../../../suites/record/numbers.ts";
import { durationMs, findings, headline, isComplete, unjudged, whyIncomplete } from "../outcome.ts";
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
<dl class="facts">${facts(view)}</dl>
</header>`;
}

function facts(view: RunView): Markup[] {
  const { run, finish } = view;
  const { os, arch, cpus, deno } = run.machine;
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
  return isComplete(view) && findings(view, "warn").length === 0 ? "pass" : "warn";
}

function incomplete(view: RunView): Markup | false {
  const why = whyIncomplete(view);
  const left = unjudged(view).length;
  const rest = left > 0 && ` ${counting(left, "scenario")} begun and never judged.`;
  return why !== undefined &&
    markup`<p class="banner"><strong>This run is incomplete.</strong> ${why}${rest}</p>`;
}
