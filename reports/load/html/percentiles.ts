/** The latencies by percentile: whole distributions, not three figures of them. */
import type { Histogram } from "../../../suites/record/load/histogram.ts";
import { type Latency, latencyOf, measuredPhases } from "../../../suites/record/load/phases.ts";
import { type Markup, markup } from "../../kit/markup.ts";
import { millisecondAxis } from "../../kit/chart/axes.ts";
import { type Chart, chart, type Series } from "../../kit/chart/chart.ts";
import { curve, listedPercentile, percentileAxis } from "./curve.ts";
import { STROKES } from "../../kit/chart/dashes.ts";
import { lineOf, type Run } from "./run.ts";

export function percentiles(runs: readonly Run[]): Markup {
  const charts = [
    curves(
      "Delivery by percentile",
      "From the intended instant of an event to each subscriber",
      byPhase(runs, "delivery"),
    ),
    curves(
      "Fan-out by percentile",
      "From the same instant to the API’s answer, the first and the last subscriber",
      byKind(runs, ["answer", "first", "last"]),
    ),
    curves(
      "Client events by percentile",
      "From the intended instant of a client event to each subscriber",
      byPhase(runs, "whisper"),
    ),
    curves(
      "Connections by percentile",
      "From the intended instant of dialing, and from the loss of a connection",
      byKind(runs, ["connect", "handshake", "authorize", "subscribe", "recover"]),
    ),
  ];
  return markup`
<section aria-labelledby="by-percentile">
<div class="section-head"><h2 id="by-percentile">By percentile</h2>
<p>Each nine has the same width</p></div>
<div class="charts">${charts}</div>
</section>`;
}

function curves(title: string, gloss: string, series: readonly Series[]): Markup | false {
  const longest = Math.max(1, ...series.map(({ points }) => points.at(-1)?.x ?? 1));
  const of: Chart = {
    title,
    gloss,
    x: percentileAxis(longest),
    y: millisecondAxis,
    series,
    listed: listedPercentile,
  };
  return chart(of);
}

/** One run has a line a phase, several one line each. */
function byPhase(runs: readonly Run[], kind: Latency): Series[] {
  const [only, ...others] = runs;
  if (!only || others.length > 0) return byKind(runs, [kind]);
  return measuredPhases(only.report.load.measurements).flatMap((phase) => {
    const histogram = latencyOf([phase], kind);
    return histogram ? [{ name: phase.name, histogram }] : [];
  }).map(({ name, histogram }, index) => ({
    ...line(histogram, index),
    ...lineOf(runs, only, index + 1),
    name,
  }));
}

function byKind(runs: readonly Run[], kinds: readonly Latency[]): Series[] {
  return runs.flatMap((run) => {
    const { phases } = run.report.load.measurements;
    return kinds.flatMap((kind, index): Series[] => {
      const histogram = latencyOf(
        kind === "recover" ? phases : measuredPhases(run.report.load.measurements),
        kind,
      );
      if (!histogram) return [];
      return [{ ...line(histogram, index), ...lineOf(runs, run, index + 1), name: kind }];
    });
  });
}

function line(histogram: Histogram, index: number): Pick<Series, "count" | "stroke" | "points"> {
  return {
    count: histogram.totalCount,
    stroke: STROKES[index % STROKES.length] ?? "solid",
    points: curve(histogram),
  };
}
