/**
 * The page of a search for a capacity: one HTML file that opens from a disk and needs no network,
 * in the style of a load run's.
 */
import { bar } from "../../kit/header.ts";
import { clock, duration } from "../../../suites/record/numbers.ts";
import { capacityOutcome, loadInWords } from "../outcome.ts";
import type { CapacityReport } from "../../../suites/record/capacity/report.ts";
import { htmlDocument } from "../../kit/document.ts";
import { type Markup, markup } from "../../kit/markup.ts";
import { script, style } from "../../kit/chart/style.ts";
import { table } from "../../kit/table.ts";
import { charts } from "./charts.ts";
import { plan } from "./plan.ts";
import { scaling } from "./scaling.ts";
import { steps } from "./steps.ts";

/** A search's report as one HTML document. */
export function capacityPage(report: CapacityReport): string {
  const title = `${report.target.title}: ${report.scenario.title}`;
  return htmlDocument({
    title: title,
    skipTo: { id: "steps", text: "To the figures" },
    style,
    script,
    tip: "hidden",
    main: markup`${header(report)}
${broken(report)}
${steps(report)}
${charts(report)}
${scaling(report)}
${plan(report)}
${evidence(report)}`,
  });
}

function header(report: CapacityReport): Markup {
  const { sentence, grounds, tone } = capacityOutcome(report);
  return markup`
<header>
${bar("capacity")}
<h1>${report.target.title}</h1>
<p class="scenario">${report.scenario.title}</p>
<p class="verdict ${tone}">${sentence}</p>
<p>${grounds}</p>
<ul>${report.objectives.map((text) => markup`<li><code>${text}</code></li>`)}</ul>
</header>`;
}

/** What reached its limit at the next higher load. */
function broken({ broken, result, dimension }: CapacityReport): Markup | false {
  if (broken.length === 0 || !result || !("beyond" in result)) return false;
  return markup`
<section class="load-findings" aria-labelledby="broken">
<h2 id="broken">Limits reached at ${loadInWords(result.beyond.load, dimension)}, causes first</h2>
<ul>${
    broken.map(({ what, text }) =>
      markup`<li><span class="dot fail"></span><strong>${what}</strong>: ${text}</li>`
    )
  }</ul>
</section>`;
}

function evidence({ evidence, scenario, search }: CapacityReport): Markup {
  const { machine, hashes } = evidence;
  return markup`
<section class="evidence" aria-labelledby="evidence">
<div class="section-head"><h2 id="evidence">Evidence</h2></div>
${
    table(["", ""], [
      ["Scenario", markup`<code>${scenario.file}</code>`],
      ["Scenario, SHA-256", markup`<code>${hashes.scenario.slice(0, 16)}</code>`],
      ["Harness, SHA-256", markup`<code>${hashes.harness.slice(0, 16)}</code>`],
      ["Plumbline", evidence.plumbline],
      ["Engine", evidence.engine],
      [
        "Search",
        `from ${search.from} to ${search.max} at most, both ends run ${search.repeats} times`,
      ],
      ["Started", clock(evidence.startedAt)],
      ["Took", duration(evidence.durationMs)],
      ["System", `${machine.os} ${machine.arch}, kernel ${machine.kernel}`],
      ["CPU", `${machine.cpu}, ${machine.cores} cores`],
      ["Notes", evidence.notes.join("; ")],
    ])
  }
</section>`;
}
