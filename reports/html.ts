/**
 * The report as one HTML file: it opens from a disk, needs no network, and asks the browser to
 * refuse any.
 *
 * Everything is written here, escaped, once. The scenarios' bodies are held inert, so that a run of
 * hundreds of scenarios opens at once and each is laid out when somebody opens it.
 */
import { caseList } from "./html/case_list.ts";
import { coverageSection } from "./html/coverage.ts";
import { findingsSection } from "./html/findings.ts";
import { header } from "./html/header.ts";
import { inline, type Markup, markup } from "./html/markup.ts";
import { matrix } from "./html/matrix.ts";
import { policy } from "./html/policy.ts";
import { scoreCards } from "./html/score_cards.ts";
import { script, style } from "./html/style.ts";
import { plainLog } from "./html/wire_log.ts";
import { coverageOf } from "./coverage.ts";
import type { RunView } from "./read.ts";
import { judgedRequirements, scoresOf } from "./scores.ts";

/** The run as one HTML document. */
export function htmlReport(view: RunView): string {
  const judged = judgedRequirements(view);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${view.run.target.title} · Plumbline</title>
${inline("style", style)}
</head>
<body>
<a class="skip-link" href="#scenarios">To the scenarios</a>
<main>
${header(view)}
${scoreCards(scoresOf(judged))}
${findingsSection(view, judged)}
${matrix(judged)}
${coverageSection(coverageOf(view))}
${caseList(view)}
${runLog(view)}
</main>
<div id="tip" role="tooltip" hidden></div>
${inline("script", script)}
</body>
</html>
`.text;
}

function runLog({ apart }: RunView): Markup | false {
  return apart.length > 0 && markup`
<details class="group run-log">
<summary>Outside the scenarios <b>${apart.length}</b></summary>
${plainLog(apart)}
</details>`;
}
