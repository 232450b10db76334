/** A scenario's exchange as a sequence diagram, drawn as inline SVG. */
import type { CaseView } from "../../../suites/record/check/read.ts";
import { shortened, visibleLine } from "../../../suites/record/visible.ts";
import { planDiagram, type Row, TARGET } from "./diagram_rows.ts";
import { type Markup, markup } from "../../kit/markup.ts";

const GUTTER = 64;
/** Lanes share this width as long as each keeps its least. */
const SHARED = 960;
const LEAST_LANE = 190;
const MOST_LANE = 320;
const HEAD = 40;
const BAND = 30;
const ARROW = 32;
/** What a second line under an arrow adds. */
const SECOND = 10;
/** Width of an average character of a label, in the units of the picture. */
const CHARACTER = 6.2;

/** The diagram, or nothing where nothing was exchanged. */
export function diagram(of: CaseView): Markup | false {
  const { lanes, rows } = planDiagram(of);
  if (!rows.some((row) => row.row === "arrow")) return false;
  const lane = Math.max(LEAST_LANE, Math.min(MOST_LANE, Math.floor(SHARED / lanes.length)));
  const place = new Map(lanes.map((name, index) => [name, GUTTER + lane * (index + 0.5)]));
  const width = GUTTER + lane * lanes.length;
  const { at, height } = heights(rows);
  const label = "The exchange as a sequence diagram; the wire log below holds the same in words";
  return markup`
<h4>Exchange</h4>
<div class="diagram" role="region" tabindex="0" aria-label="Sequence diagram">
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"
 aria-label="${label}">
${lanes.map((name) => laneMark(name, place.get(name) ?? 0, lifetime(name, rows, at)))}
${rows.map((row, index) => drawn(row, place, at[index] ?? 0, width))}
</svg>
</div>`;
}

/** Where each row stands, and where the picture ends. */
function heights(rows: readonly Row[]): { at: readonly number[]; height: number } {
  const at: number[] = [];
  let y = HEAD;
  let second = 0;
  for (const row of rows) {
    y += second + (row.row === "band" ? BAND : ARROW);
    second = row.row === "arrow" && row.on !== "" ? SECOND : 0;
    at.push(y);
  }
  at.push(y + second + BAND / 2);
  return { at, height: y + second + BAND };
}

interface Life {
  readonly from: number;
  readonly to: number;
}

/** A socket's line runs from its dialling to its close; the others' run through. */
function lifetime(lane: string, rows: readonly Row[], at: readonly number[]): Life {
  const isMine = (row: Row) => row.row === "arrow" && (row.from === lane || row.to === lane);
  const first = rows.findIndex(isMine);
  const last = rows.findLastIndex(isMine);
  const end = rows[last];
  const isClosed = end?.row === "arrow" && end.style === "close";
  const isSocket = lane.includes("#");
  return {
    from: (isSocket ? at[first] : undefined) ?? HEAD - 8,
    to: (isSocket && isClosed ? at[last] : at.at(-1)) ?? HEAD,
  };
}

function laneMark(lane: string, x: number, { from, to }: Life): Markup {
  const kind = lane === TARGET ? "lane target" : "lane";
  return markup`
<g class="${kind}">
<line x1="${x}" y1="${from}" x2="${x}" y2="${to}" />
<text x="${x}" y="20">${visibleLine(shortened(lane, 26))}</text>
</g>`;
}

type Places = ReadonlyMap<string, number>;

/** Each row is drawn about its own line and moved to its place, so that like rows are alike in the file. */
function drawn(row: Row, place: Places, y: number, width: number): Markup {
  return row.row === "arrow" ? arrow(row, place, y, width) : band(row, y, width);
}

function arrow(row: Extract<Row, { row: "arrow" }>, place: Places, y: number, width: number) {
  const from = place.get(row.from) ?? 0;
  const to = place.get(row.to) ?? 0;
  const way = Math.sign(to - from);
  const tip = to - way * 4;
  const head = `${tip},0 ${tip - way * 7},-3.5 ${tip - way * 7},3.5`;
  const middle = (from + to) / 2;
  const room = Math.floor(Math.abs(to - from) / CHARACTER);
  const end = socketEnd(row, place);
  const name = row.quoted ? `arrow ${row.style} quoted` : `arrow ${row.style}`;
  const isCut = row.label.length > room || row.on.length > room;
  return markup`
<g class="${name}" transform="translate(0 ${y})">${time(row.offset)}
${row.quoted && mark(row.on === "" ? 26 : 36, width)}<line x1="${from}" x2="${tip}" />
<polygon points="${head}" />
${row.style === "close" && markup`<path d="M${end - 5},-5 l10,10 m-10,0 l10,-10" />`}
<text x="${middle}" y="-5">${shortened(row.label, room)}</text>
${row.on !== "" && markup`<text class="on" x="${middle}" y="13">${shortened(row.on, room)}</text>`}
${isCut && markup`<title>${row.label} ${row.on}</title>`}</g>`;
}

/** The stripe behind what a check quotes. */
function mark(height: number, width: number): Markup {
  const x = GUTTER - 4;
  const wide = width - x - 8;
  return markup`<rect class="mark" x="${x}" y="-18" width="${wide}" height="${height}" rx="4"/>`;
}

/** Where the line of the party that is not the target stands. */
function socketEnd(row: Extract<Row, { row: "arrow" }>, place: Places): number {
  return place.get(row.from === TARGET ? row.to : row.from) ?? 0;
}

function band(row: Extract<Row, { row: "band" }>, y: number, width: number): Markup {
  const x = GUTTER - 4;
  const label = shortened(row.label, Math.floor((width - x - 20) / CHARACTER));
  return markup`
<g class="band ${row.tone}" transform="translate(0 ${y})">${
    row.offset !== undefined && time(row.offset)
  }
<rect x="${x}" y="-16" width="${width - x - 8}" height="22" rx="4" />
<text x="${x + 10}" y="-1">${label}</text></g>`;
}

function time(offset: number): Markup {
  return markup`<text class="t" x="${GUTTER - 12}">${offset.toFixed(1)}</text>`;
}
