/** The head of the page: what was loaded, and what came of it. */
import { bar, fact } from "../../kit/header.ts";
import { clock, counting, duration, whole } from "../../../suites/record/numbers.ts";
import { loadOutcome } from "../outcome.ts";
import { type Content, type Markup, markup } from "../../kit/markup.ts";
import { blot } from "../../kit/chart/legend.ts";
import type { Run } from "./run.ts";

export function header(runs: readonly Run[]): Markup {
  return markup`
<header>
${bar("load report")}
${runs.length === 1 ? runs.map(alone) : together(runs)}
</header>`;
}

/** What a page of these runs is called. */
export function titleOf(runs: readonly Run[]): string {
  const titles = new Set(runs.map(({ report }) => report.load.scenario.title));
  const [scenario] = titles;
  if (runs.length === 1) return `${runs[0]?.report.target.title}: ${scenario}`;
  return titles.size === 1 ? `${scenario}: ${runs.length} runs` : `${runs.length} load runs`;
}

function alone({ report }: Run): Markup {
  const { sentence, tone } = loadOutcome(report);
  return markup`
<h1>${report.target.title}</h1>
<p class="scenario">${report.load.scenario.title}</p>
<p class="verdict ${tone}">${sentence}</p>
${troubled(report)}
<dl class="facts">${facts(report)}</dl>`;
}

function together(runs: readonly Run[]): Markup {
  const items = runs.map(({ report, label, colour }) => {
    const { sentence, tone } = loadOutcome(report);
    return markup`
<li><h2>${blot(colour)}${label}</h2>
<p class="verdict ${tone}">${sentence}</p>
${troubled(report)}</li>`;
  });
  return markup`<h1>${titleOf(runs)}</h1><ul class="runs">${items}</ul>`;
}

/** Whatever a reader must not overlook, each with its own words. */
function troubled({ load }: Run["report"]): Content {
  const { generatorBound, findings, measurements } = load;
  const { connections } = measurements;
  return [
    generatorBound.length > 0 && markup`
<div class="banner grave" role="alert"><p><strong>Generator-bound.</strong>
The generator, and not the target, was measured: do not trust the latencies below.</p>
<ul>${generatorBound.map((it) => markup`<li>${it}</li>`)}</ul></div>`,
    !measurements.complete && markup`
<p class="banner"><strong>This run is incomplete.</strong>
It ended before its last phase did; the figures are of what was seen until then.</p>`,
    connections.standing < connections.planned && markup`
<p class="banner">At the end ${whole(connections.standing)} of
${counting(connections.planned, "planned connection")} were open with all their subscriptions.</p>`,
    findings.length > 0 && markup`
<section class="load-findings" aria-label="Findings"><h2>Findings</h2>
<ul>${findings.map((it) => markup`<li><span class="dot fail"></span>${it}</li>`)}</ul></section>`,
  ];
}

function facts({ evidence, load, exitCode, target }: Run["report"]): Markup[] {
  const { plan, measurements } = load;
  return [
    fact("WebSocket", markup`<code>${plan.target.websocket}</code>`),
    fact("HTTP API", markup`<code>${plan.target.api}</code>`),
    fact("Target file", target.name),
    fact("Connections", whole(measurements.connections.planned)),
    fact("Engine", evidence.engine),
    fact("Took", duration(evidence.durationMs)),
    fact("Started", clock(evidence.startedAt)),
    fact("Exit code", exitCode),
  ];
}
