/**
 * The page of a load run, or of several laid over each other: one HTML file that opens from a disk,
 * needs no network, and asks the browser to refuse any. Charts are drawn here and now, so that the
 * page shows everything without a script.
 */
import type { LoadReport } from "../../../suites/record/load/report.ts";
import { htmlDocument } from "../../kit/document.ts";
import { markup } from "../../kit/markup.ts";
import { counts } from "./counts.ts";
import { evidence } from "./evidence.ts";
import { figures } from "./figures.ts";
import { header, titleOf } from "./header.ts";
import { health } from "./health.ts";
import { objectives } from "./objectives.ts";
import { percentiles } from "./percentiles.ts";
import { load } from "./plan.ts";
import { published } from "./published.ts";
import { runsOf } from "./run.ts";
import { script, style } from "../../kit/chart/style.ts";
import { timeline } from "./timeline.ts";
import { troubles } from "./troubles.ts";
import { usage } from "./usage.ts";

/**
 * One or several load reports as one HTML document.
 *
 * @throws {Error} when a histogram in them is none.
 */
export function loadPage(reports: readonly LoadReport[]): string {
  const runs = runsOf(reports);
  return htmlDocument({
    title: titleOf(runs),
    skipTo: { id: "figures", text: "To the latencies" },
    style,
    script,
    tip: "hidden",
    main: markup`${header(runs)}
${objectives(runs)}
${load(runs)}
${figures(runs)}
${published(runs)}
${counts(runs)}
${timeline(runs)}
${percentiles(runs)}
${usage(runs)}
${health(runs)}
${troubles(runs)}
${evidence(runs)}`,
  });
}
