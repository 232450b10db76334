/**
 * The report as one HTML file: it opens from a disk, needs no network, and asks the browser to
 * refuse any.
 *
 * Everything is written here, escaped, once. The scenarios' bodies are held deflated, so that a run of
 * hundreds of scenarios is a small file that opens at once, and each is laid out when somebody opens it.
 */
import { caseList } from "./case_list.ts";
import { coverageSection } from "./coverage.ts";
import { htmlDocument } from "../../kit/document.ts";
import { findingsSection } from "./findings.ts";
import { header } from "./header.ts";
import { type Markup, markup } from "../../kit/markup.ts";
import { matrix } from "./matrix.ts";
import { offeredSection } from "./offered.ts";
import { scoreCards } from "./score_cards.ts";
import { script, style } from "./style.ts";
import { plainLog } from "./wire_log.ts";
import { coverageOf } from "../coverage.ts";
import type { RunView } from "../../../suites/record/check/read.ts";
import { judgedRequirements, scoresOf } from "../scores.ts";

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
<div class="overview">
${findingsSection(view, judged)}
${matrix(judged)}
</div>
${coverageSection(coverageOf(view))}
${caseList(view)}
${offeredSection(view.probed)}
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
