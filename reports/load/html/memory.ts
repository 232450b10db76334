/** Memory by connections: the ramp's samples, and the line whose slope is the bytes a connection. */
import { mean } from "simple-statistics";
import { bytes } from "../../../suites/record/numbers.ts";
import type { Resources } from "../../../suites/record/load/resources.ts";
import type { Markup } from "../../kit/markup.ts";
import { countAxis, megabyteAxis } from "../../kit/chart/axes.ts";
import { chart, type Point, type Series } from "../../kit/chart/chart.ts";
import { lineOf, type Run } from "./run.ts";
import { aheadOf, memoryOf } from "./samples.ts";

export function memoryByConnections(runs: readonly Run[]): Markup | false {
  const series = runs.flatMap((run) => {
    const { resources } = run.report;
    return resources ? ofRun(runs, run, resources) : [];
  });
  const most = Math.max(1, ...series.flatMap(({ points }) => points.map(({ x }) => x)));
  return chart({
    title: "Memory by connections",
    gloss: "While the clients come up; the slope is what a connection takes",
    x: { ...countAxis("connections"), scale: { domain: [0, most], ticks: 5 } },
    y: megabyteAxis,
    series,
  });
}

function ofRun(runs: readonly Run[], run: Run, resources: Resources): Series[] {
  const points = ramp(run, resources);
  if (new Set(points.map(({ x }) => x)).size < 2) return []; // no slope to be seen
  const per = resources.memory.perConnection;
  return [
    { ...lineOf(runs, run, 1), name: "sampled", shape: "points", points },
    ...(per === undefined ? [] : [{
      ...lineOf(runs, run, 2),
      // Of several runs the table above has the figures.
      name: runs.length > 1 ? "regression" : `${bytes(per.bytes)} a connection`,
      stroke: "dashed" as const,
      points: line(points, per.bytes / 1e6),
    }]),
  ];
}

/** Each sample of the ramp at the connections that stood in that second. */
function ramp(run: Run, resources: Resources): Point[] {
  const { phases, intervals } = run.report.load.measurements;
  const end = phases[0]?.seconds ?? 0;
  const standing = new Map(intervals.map((it) => [it.second, it.standing]));
  const ahead = aheadOf(run, resources);
  return resources.samples.flatMap((sample) => {
    const second = Math.round(sample.at + ahead);
    const [x, memory] = [standing.get(second), memoryOf(sample)];
    if (second > Math.ceil(end) || x === undefined || memory === undefined) return [];
    return [{ x, y: memory / 1e6 }];
  }).sort((a, b) => a.x - b.x);
}

/** A line of regression goes through the mean of its points. */
function line(points: readonly Point[], slope: number): Point[] {
  const [x, y] = [mean(points.map((point) => point.x)), mean(points.map((point) => point.y))];
  const ends = [points[0]?.x ?? 0, points.at(-1)?.x ?? 0];
  return ends.map((at) => ({ x: at, y: y + slope * (at - x) }));
}
