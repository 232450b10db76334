/** A comparison as one HTML page: the regressions, then every row by its group. */
import { clock } from "../../suites/record/numbers.ts";
import { htmlDocument } from "../kit/document.ts";
import { bar, fact } from "../kit/header.ts";
import { type Markup, markup } from "../kit/markup.ts";
import media from "../kit/style/media.css" with { type: "text" };
import overview from "../kit/style/overview.css" with { type: "text" };
import pageStyle from "../kit/style/page.css" with { type: "text" };
import tables from "../kit/style/tables.css" with { type: "text" };
import theme from "../kit/style/theme.js" with { type: "text" };
import verdicts from "../kit/style/verdicts.css" with { type: "text" };
import { groupedTable } from "../kit/table.ts";
import { outcomeOf, regressionsOf } from "./compare.ts";
import type { Change, Comparison, Row, Side } from "./row.ts";

const TONES: Readonly<Record<Change, string>> = {
  broken: "fail",
  worse: "fail",
  flaky: "fail",
  new: "warn",
  gone: "warn",
  unknown: "warn",
  fixed: "pass",
  better: "pass",
  noise: "skip",
  same: "skip",
};

/** The comparison as one HTML document. */
export function comparisonPage(comparison: Comparison): string {
  const regressions = regressionsOf(comparison);
  const groups = [
    ...(regressions.length > 0 ? [["Regressions", regressions] as const] : []),
    ...Map.groupBy(comparison.rows.filter((row) => !row.isRegression), ({ group }) => group),
  ];
  return htmlDocument({
    title: `${comparison.new.title} compared`,
    skipTo: { id: "differences", text: "To the differences" },
    style: [pageStyle, verdicts, overview, tables, media].join("\n"),
    script: theme,
    tip: "hidden",
    main: markup`${header(comparison)}
<section aria-labelledby="differences">
<div class="section-head"><h2 id="differences">Differences</h2></div>
${
      groupedTable(
        ["What", "Base", "New", "Difference", ""],
        groups.map(([heading, rows]) => ({ heading, rows: rows.map(cells) })),
      )
    }
</section>`,
  });
}

function header(comparison: Comparison): Markup {
  const { incomplete, notes } = comparison;
  const tone = regressionsOf(comparison).length > 0
    ? "fail"
    : incomplete === undefined
    ? "pass"
    : "warn";
  return markup`
<header>
${bar(`comparison of ${comparison.kind} runs`)}
<h1>${comparison.new.title}</h1>
<p class="verdict ${tone}">${outcomeOf(comparison)}</p>
${
    incomplete !== undefined &&
    markup`<p class="banner"><strong>Not complete.</strong> ${incomplete}</p>`
  }
${notes.map((note) => markup`<p class="note">${note}</p>`)}
<dl class="facts">${fact("Base", side(comparison.base))}${fact("New", side(comparison.new))}</dl>
</header>`;
}

const side = ({ title, startedAt, runs }: Side) => `${title}, ${clock(startedAt)}, runs: ${runs}`;

function cells({ name, base, new: other, difference, detail, change }: Row) {
  return [
    name,
    base ?? "",
    other ?? "",
    [difference ?? "", detail ?? ""].filter((text) => text !== "").join(", "),
    markup`<span class="word ${TONES[change]}">${change}</span>`,
  ];
}
