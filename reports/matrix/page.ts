/** The matrix as one HTML page: scores, every requirement by server, and what shows each cell. */
import { clock } from "../../suites/record/numbers.ts";
import { shortened } from "../../suites/record/visible.ts";
import { SCORES, STANDING_WORDS, WRONG } from "../check/scores.ts";
import { htmlDocument } from "../kit/document.ts";
import { bar } from "../kit/header.ts";
import { type Content, type Markup, markup, prose } from "../kit/markup.ts";
import media from "../kit/style/media.css" with { type: "text" };
import overview from "../kit/style/overview.css" with { type: "text" };
import pageStyle from "../kit/style/page.css" with { type: "text" };
import tables from "../kit/style/tables.css" with { type: "text" };
import theme from "../kit/style/theme.js" with { type: "text" };
import verdicts from "../kit/style/verdicts.css" with { type: "text" };
import { scrolling, table } from "../kit/table.ts";
import type { Cell, Evidence, Matrix, MatrixRow, Server } from "./matrix.ts";
import own from "./matrix.css" with { type: "text" };
import client from "./matrix.js" with { type: "text" };

const MESSAGE = 300;

/** The matrix as one HTML document. */
export function matrixPage(matrix: Matrix): string {
  const { servers, rows } = matrix;
  return htmlDocument({
    title: servers.map(({ title }) => title).join(", "),
    skipTo: { id: "requirements", text: "To the requirements" },
    style: [pageStyle, verdicts, overview, tables, own, media].join("\n"),
    script: [client, theme].join("\n"),
    tip: "hidden",
    main: markup`
<header>
${bar("Pusher Channels servers by requirement")}
<h1>${servers.length === 1 ? "One server" : `${servers.length} servers`} by requirement</h1>
</header>
${scoreTable(servers)}
${requirementTable(servers, rows)}
<section aria-labelledby="evidence">
<div class="section-head"><h2 id="evidence">Evidence</h2></div>
${rows.flatMap((row) => servers.map((server, at) => evidence(server, row, row.cells[at])))}
</section>`,
  });
}

function scoreTable(servers: readonly Server[]): Markup {
  const scores = SCORES.filter((score) => servers.some((it) => (it.scores[score]?.of ?? 0) > 0));
  return markup`<section aria-label="Scores">${
    table(
      ["", ...servers.map(serverHead)],
      [
        ...scores.map((score) => [score, ...servers.map((it) => scoreWords(it.scores[score]))]),
        ["Tested", ...servers.map(({ startedAt }) => clock(startedAt))],
        [
          "Depth",
          ...servers.map(({ depth, complete }) => complete ? depth : `${depth}, not complete`),
        ],
      ],
    )
  }</section>`;
}

function scoreWords(counts: Server["scores"]["conformance"] | undefined): Content {
  if (!counts) return "–";
  const failed = counts.failed + counts.flaky + counts.expected + counts.known;
  return markup`<b>${counts.passed}</b> of ${counts.of}${failed > 0 && markup`, ${failed} failed`}`;
}

const serverHead = ({ title, report }: Server): Content =>
  report === undefined ? title : markup`<a href="${report}">${title}</a>`;

function requirementTable(servers: readonly Server[], rows: readonly MatrixRow[]): Markup {
  const sections = [...Map.groupBy(rows, ({ requirement }) => requirement.section)];
  const bodies = sections.map(([section, all]) =>
    markup`<tbody><tr class="heading"><th colspan="${
      servers.length + 1
    }" scope="rowgroup">${section}</th></tr>
${all.map((row) => requirementRow(servers, row))}</tbody>`
  );
  return markup`
<section aria-labelledby="requirements" id="matrix">
<div class="section-head"><h2 id="requirements">Requirements</h2><p id="left" aria-live="polite"></p></div>
<div class="search" id="tools" hidden>
<input type="search" id="search" placeholder="Search: presence, P-113, failed …" aria-label="Search the requirements">
<select id="filter" aria-label="Which requirements">
<option value="all" selected>All</option>
<option value="wrong">Failed somewhere</option>
<option value="differs">Servers differ</option>
</select>
</div>
<div class="matrix-table">${
    scrolling(["Requirement", ...servers.map(({ title }) => title)], bodies)
  }</div>
</section>`;
}

function requirementRow(servers: readonly Server[], { requirement, cells }: MatrixRow): Markup {
  const standings = cells.map(({ standing }) => standing);
  const is = [
    ...(WRONG.some((standing) => standings.includes(standing)) ? ["wrong"] : []),
    ...(new Set(standings).size > 1 ? ["differs"] : []),
  ];
  const words = [
    requirement.id,
    requirement.level,
    requirement.score,
    requirement.section,
    requirement.statement,
    ...standings.map((standing) => STANDING_WORDS[standing]),
  ].join(" ").toLowerCase();
  return markup`<tr data-words="${words}" data-is="${is.join(" ")}"><th scope="row">
<b>${requirement.id}</b> ${requirement.level} · ${requirement.score}<br>${
    prose(requirement.statement)
  }</th>${
    servers.map((server, at) => markup`<td>${cellOf(server, requirement.id, cells[at])}</td>`)
  }</tr>\n`;
}

/** A link to what shows it: the evidence further down, or, of what passed, the scenario in the server's report. */
function cellOf(server: Server, id: string, cell: Cell | undefined): Content {
  if (!cell) return "–";
  const words = STANDING_WORDS[cell.standing];
  const [first] = cell.evidence;
  const href = first?.verdict === "pass"
    ? server.report && `${server.report}#${first.scenario}`
    : first && `#${anchor(server, id)}`;
  return href === undefined
    ? markup`<span class="stands s-${cell.standing}">${words}</span>`
    : markup`<a class="stands s-${cell.standing}" href="${href}">${words}</a>`;
}

const anchor = ({ name }: Server, id: string) => `${name}-${id}`;

/** What was seen of a requirement that did not pass. */
function evidence(server: Server, { requirement }: MatrixRow, cell: Cell | undefined): Content {
  const [first] = cell?.evidence ?? [];
  if (!cell || !first || first.verdict === "pass") return false;
  return markup`
<details class="evidence-of" id="${anchor(server, requirement.id)}">
<summary><b>${requirement.id}</b> ${server.title}: <span class="stands s-${cell.standing}">${
    STANDING_WORDS[cell.standing]
  }</span> ${first.observation}</summary>
<p>${prose(requirement.statement)}</p>
<ul>${cell.evidence.map((one) => seen(server, one))}</ul>
</details>`;
}

function seen(server: Server, { scenario, message, blockedBy }: Evidence): Markup {
  const where = server.report === undefined
    ? scenario
    : markup`<a href="${server.report}#${scenario}">${scenario}</a>`;
  return markup`<li>${where}: ${shortened(message ?? "", MESSAGE)}${
    blockedBy !== undefined &&
    markup`, blocked by <a href="#${anchor(server, blockedBy)}">${blockedBy}</a>`
  }</li>`;
}
