/** A run second by second: where its phases lie, and few enough points for a chart of hours. */
import * as Plot from "@observablehq/plot";
import type { LoadMeasurements } from "../../../suites/record/load/measurements.ts";
import type { Phase } from "../../../suites/record/load/phases.ts";
import type { Chart, Point } from "../../kit/chart/chart.ts";
import type { Run } from "./run.ts";

export type Interval = LoadMeasurements["intervals"][number];

/** More points than a chart can show are not drawn one by one. */
const POINTS = 240;

/** A phase, from second to second of the chart; an interrupted run ends within one. */
export interface Span {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
}

export function spansOf(run: Run): Span[] {
  const { from: start, to: end } = rangeOf(run);
  let at = start;
  return run.report.load.measurements.phases.map((phase) => {
    const from = Math.min(at, end);
    at += phase.seconds;
    return { phase, from, to: Math.min(at, end) };
  });
}

/** The first and the last second that the engine tells of. */
export function rangeOf({ report, origin }: Run): { readonly from: number; readonly to: number } {
  const { intervals } = report.load.measurements;
  return { from: -origin, to: (intervals.at(-1)?.second ?? -1) + 1 - origin };
}

/**
 * One point for each interval, at its begin, or at its `end` where that is the moment of the value; of
 * more than a chart can show, the extremes.
 */
export function overTime(
  { report, origin }: Run,
  value: (interval: Interval) => number,
  moment: "begin" | "end" = "begin",
): Point[] {
  const all = report.load.measurements.intervals.map((it) => ({
    x: it.second + (moment === "end" ? 1 : 0) - origin,
    y: value(it),
  }));
  return thinned(all);
}

/**
 * The lowest and the highest of each lot of neighbours, in the order they came, so that no peak and
 * no dip is lost. They stand at the lot's begin and middle, so that all lines have the same places.
 */
export function thinned(points: readonly Point[]): Point[] {
  if (points.length <= POINTS) return [...points];
  const lot = Math.ceil(2 * points.length / POINTS);
  return Array.from({ length: Math.ceil(points.length / lot) }, (_, index) => {
    const all = points.slice(index * lot, (index + 1) * lot);
    const some = all.filter(({ y }) => !Number.isNaN(y)).sort((a, b) => a.y - b.y);
    const extremes = [some[0], some.at(-1)].sort((a, b) => (a?.x ?? 0) - (b?.x ?? 0));
    const places = new Set([all[0]?.x ?? 0, all[all.length >> 1]?.x ?? 0]);
    return [...places].map((x, at) => ({ x, y: extremes[at]?.y ?? NaN }));
  }).flat();
}

/** Seconds of a chart that shows these runs, whole. */
export function timeAxis(runs: readonly Run[]): Chart["x"] {
  const ranges = runs.map(rangeOf);
  const first = Math.min(0, ...ranges.map(({ from }) => Math.floor(from)));
  const last = Math.max(1, ...ranges.map(({ to }) => to));
  return {
    label: runs.length > 1 ? "since the phases began, min:s" : "since the start, min:s",
    format: clock,
    scale: { domain: [first, last], ticks: ticksOf(first, last) },
  };
}

/** Bands for the phases, where they are the same in all runs; what is not measured is darker. */
export function phaseBands(runs: readonly Run[]): Plot.Markish[] {
  const [first, ...rest] = runs.map(spansOf);
  if (!first || !rest.every((other) => same(first, other))) return [];
  const spans = first.filter(({ from, to }) => to > from);
  const width = Math.max(0, ...spans.map(({ to }) => to)) - (spans[0]?.from ?? 0);
  // A name that would run into the next one's is left to the tables; a narrow window has larger ones.
  const fits = ({ phase, from, to }: Span, letter: number) =>
    (to - from) / width > phase.name.length * letter;
  const named = spans.filter((span) => fits(span, 0.018));
  return [
    Plot.rectX(spans, {
      x1: "from",
      x2: "to",
      fill: ({ phase }: Span) =>
        phase.measured && phase !== first[0]?.phase ? "none" : "var(--band)",
    }),
    Plot.ruleX(spans.slice(1), { x: "from", stroke: "var(--edge)" }),
    names(named.filter((span) => fits(span, 0.024)), "name"),
    names(named.filter((span) => !fits(span, 0.024)), "name tight"),
  ];
}

function names(spans: readonly Span[], className: string): Plot.Markish {
  return Plot.text(spans, {
    x: ({ from, to }: Span) => (from + to) / 2,
    text: ({ phase }: Span) => phase.name,
    frameAnchor: "top",
    dy: -14,
    className,
  });
}

function same(some: readonly Span[], others: readonly Span[]): boolean {
  return some.length === others.length && some.every(({ phase, to }, index) => {
    const other = others[index];
    return other?.phase.name === phase.name && Math.abs(other.to - to) <= 1;
  });
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];

function ticksOf(first: number, last: number): number[] {
  const step = STEPS.find((seconds) => (last - first) / seconds <= 7) ?? 86_400;
  const start = Math.ceil(first / step) * step;
  return Array.from(
    { length: Math.floor((last - start) / step) + 1 },
    (_, at) => start + at * step,
  );
}

/** `0:05`, `12:30`, `-0:03`, `1:00:00`. */
export function clock(seconds: number): string {
  const whole = Math.abs(Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, "0");
  const text = hours > 0
    ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}`
    : `${minutes}:${rest}`;
  return seconds < 0 && whole > 0 ? `-${text}` : text;
}
