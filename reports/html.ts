/**
 * The report as one HTML file: it opens from a disk, needs no network, and asks the browser to
 * refuse any.
 *
 * Everything is written here, escaped, once. The scenarios' bodies are held inert, so that a run of
 * hundreds of scenarios opens at once and each is laid out when somebody opens it.
 */
import { caseList } from "./html/case_list.ts";
import { coverageSection } from "./html/coverage.ts";
import { htmlDocument } from "./html/document.ts";
import { findingsSection } from "./html/findings.ts";
import { header } from "./html/header.ts";
import { type Markup, markup } from "./html/markup.ts";
import { matrix } from "./html/matrix.ts";
import { scoreCards } from "./html/score_cards.ts";
import { script, style } from "./html/style.ts";
import { plainLog } from "./html/wire_log.ts";
import { coverageOf } from "./coverage.ts";
import type { RunView } from "./read.ts";
import { judgedRequirements, scoresOf } from "./scores.ts";

/** The run as one HTML document. */
export function htmlReport(view: RunView): string {
  const judged = judgedRequirements(view);
  return htmlDocument({
    title: view.run.target.title,
    skipTo: { id: "scenarios", text: "To the scenarios" },
    style,
    script,
    tip: "told",
    main: markup`${header(view)}
${scoreCards(scoresOf(judged))}
${findingsSection(view, judged)}
${matrix(judged)}
${coverageSection(coverageOf(view))}
${caseList(view)}
${runLog(view)}`,
  });
}

function runLog({ apart }: RunView): Markup | false {
  return apart.length > 0 && markup`
<details class="group run-log">
<summary>Outside the scenarios <b>${apart.length}</b></summary>
${plainLog(apart)}
</details>`;
}
