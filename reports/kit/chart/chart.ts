/** A chart as a figure: its title, its legend, the drawing, and the table behind it. */
import { whole } from "../../../suites/record/numbers.ts";
import * as Plot from "@observablehq/plot";
import { type Markup, markup } from "../markup.ts";
import { DASHES, type Stroke } from "./dashes.ts";
import { legend } from "./legend.ts";
import { drawing } from "./plot.ts";
import { scrolling } from "../table.ts";

export interface Point {
  readonly x: number;
  /** NaN where there is none: the line breaks there. */
  readonly y: number;
}

export interface Series {
  /** What it shows; of several runs, all runs' lines of one name look alike but for their colour. */
  readonly name: string;
  /** Whose it is, where the chart shows several runs. */
  readonly run?: string;
  /** How many latencies it rests on. */
  readonly count?: number;
  /** The number of its colour, from 1. */
  readonly colour: number;
  readonly stroke?: Stroke;
  /** A line, without it. */
  readonly shape?: "points";
  readonly points: readonly Point[];
}

export interface Axis {
  readonly label: string;
  /** A value with its unit, as the table has it; ticks are the same without a unit. */
  readonly format: (value: number) => string;
  readonly tick?: (value: number) => string;
}

export interface Chart {
  readonly title: string;
  readonly gloss?: string;
  readonly x: Axis & { readonly scale?: Plot.ScaleOptions };
  readonly y: Axis;
  readonly series: readonly Series[];
  /** What lies behind the lines. */
  readonly behind?: readonly Plot.Markish[];
  /** Which points the table has; all, without it. */
  readonly listed?: (x: number) => boolean;
}

const WIDTH = 500;
const HEIGHT = 260;
/** The chart, or nothing where not measured. */
export function chart(of: Chart): Markup | false {
  const series = of.series.filter(({ points }) => points.some(({ y }) => !Number.isNaN(y)));
  if (series.length === 0) return false;
  const { svg, across } = drawing(options({ ...of, series }), inWords(of, series));
  return markup`
<figure class="chart">
<figcaption><h3>${of.title}</h3>${of.gloss !== undefined && markup`<p>${of.gloss}</p>`}</figcaption>
${legend(series)}
${svg}
${behind({ ...of, series }, across)}
</figure>`;
}

function options({ x, y, series, behind = [] }: Chart): Plot.PlotOptions {
  const highest = Math.max(0, ...series.flatMap(({ points }) => points.map(finite)));
  const tick = y.tick ?? y.format;
  return {
    width: WIDTH,
    height: HEIGHT,
    marginTop: 34,
    marginBottom: 46,
    marginRight: 18,
    marginLeft: 22 + 8 * Math.max(3, tick(highest).length),
    x: {
      nice: false,
      label: x.label,
      labelArrow: "none",
      tickFormat: x.tick ?? x.format,
      ...x.scale,
    },
    y: {
      domain: [0, highest > 0 ? highest * 1.06 : 1],
      nice: 5,
      ticks: 5,
      grid: true,
      label: y.label,
      labelArrow: "none",
      tickFormat: tick,
    },
    marks: [...behind, Plot.ruleY([0]), ...series.map(mark)],
  };
}

/** As the table has it, with the count that no latency goes without. */
function labelOf({ name, run, count }: Series): string {
  const label = run === undefined ? name : `${run}: ${name}`;
  return count === undefined ? label : `${label} (${whole(count)})`;
}

function finite({ y }: Point): number {
  return Number.isFinite(y) ? y : 0;
}

function mark({ points, colour, stroke = "solid", shape }: Series): Plot.Markish {
  const channels = { x: "x", y: "y" };
  const ink = `var(--c${colour})`;
  if (shape === "points") return Plot.dot(points, { ...channels, r: 2.2, fill: ink });
  return Plot.line(points, {
    ...channels,
    stroke: ink,
    strokeWidth: 1.8,
    ...(stroke !== "solid" && { strokeDasharray: DASHES[stroke] }),
  });
}

function inWords({ title, x, y }: Chart, series: readonly Series[]): string {
  const ranges = series.map((of) => {
    const values = of.points.map((point) => point.y).filter((value) => Number.isFinite(value));
    return `${labelOf(of)}: ${y.format(Math.min(...values))} to ${y.format(Math.max(...values))}`;
  });
  return `${title}, by ${x.label}. ${ranges.join("; ")}. The figures are in the table below.`;
}

/**
 * A row for each place by its name: runs do not begin at the same fraction of a second. Each says
 * where it lies in the drawing, so that the page's script can show it there.
 */
function behind(
  { x, y, series, listed = () => true }: Chart,
  across: (x: number) => number,
): Markup {
  const places = series.flatMap(({ points }) => points.map((point) => point.x)).filter(listed);
  const rows = Map.groupBy(places.sort((a, b) => a - b), x.format);
  const values = series.map(({ points }) =>
    new Map(points.map((point) => [x.format(point.x), point.y]))
  );
  const cell = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? "–" : y.format(value);
  const body = [...rows].map(([name, [at = 0]]) =>
    markup`<tr data-x="${Math.round(across(at))}"><th scope="row">${name}</th>${
      values.map((of) => markup`<td>${cell(of.get(name))}</td>`)
    }</tr>\n`
  );
  return markup`
<details class="behind"><summary>As a table</summary>
${scrolling([x.label, ...series.map(labelOf)], markup`<tbody>${body}</tbody>`)}
</details>`;
}
