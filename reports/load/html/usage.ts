/** What the target used through the run, beside what the generator did. */
import { bytes, threeDigits, whole } from "../../../suites/record/numbers.ts";
import { cpuOf, cpuPerDelivery } from "../../../suites/record/load/cpu.ts";
import type { LoadMeasurements } from "../../../suites/record/load/measurements.ts";
import type { Resources, ResourceSample } from "../../../suites/record/load/resources.ts";
import { type Content, type Markup, markup } from "../../kit/markup.ts";
import { coreAxis, countAxis, megabyteAxis, megabytesPerSecondAxis } from "../../kit/chart/axes.ts";
import { type Axis, chart, type Point, type Series } from "../../kit/chart/chart.ts";
import { STROKES } from "../../kit/chart/dashes.ts";
import { memoryByConnections } from "./memory.ts";
import { lineOf, type Run } from "./run.ts";
import { aheadOf, memoryOf } from "./samples.ts";
import { type Interval, overTime, phaseBands, rangeOf, thinned, timeAxis } from "./seconds.ts";
import { table } from "../../kit/table.ts";

/** A line of a chart: whose it is, and where it is read. */
interface Line {
  readonly name: string;
  readonly sampled?: (sample: ResourceSample) => number | undefined;
  readonly generated?: (interval: Interval) => number;
}

const CPU: readonly Line[] = [
  { name: "target", sampled: ({ process, container }) => process?.cpu ?? container?.cpu },
  { name: "generator", generated: ({ cpu }) => cpu },
];
/** Of its own: beside it the others would be flat. */
const MACHINE: readonly Line[] = [{ name: "all of it", sampled: ({ host }) => host?.cpu }];
const MEMORY: readonly Line[] = [
  { name: "target", sampled: (sample) => mega(memoryOf(sample)) },
  { name: "generator", generated: ({ rss }) => rss / 1e6 },
  { name: "Redis", sampled: ({ redis }) => mega(redis?.memory) },
];
const NETWORK: readonly Line[] = [
  {
    name: "target received",
    sampled: ({ process, container }) => mega(container?.received ?? process?.received),
  },
  {
    name: "target sent",
    sampled: ({ process, container }) => mega(container?.sent ?? process?.sent),
  },
];
const DESCRIPTORS: readonly Line[] = [
  {
    name: "target",
    sampled: ({ process, container }) => process?.descriptors ?? container?.descriptors,
  },
];
const COMMANDS: readonly Line[] = [{ name: "Redis", sampled: ({ redis }) => redis?.commands }];

export function usage(runs: readonly Run[]): Markup {
  const x = timeAxis(runs);
  const behind = phaseBands(runs);
  const drawn = (title: string, y: Axis, lines: readonly Line[]) =>
    chart({ title, x, behind, y, series: lines.flatMap((line, at) => series(runs, line, at)) });
  const queries = new Set(
    runs.flatMap(({ report }) =>
      report.resources?.samples.flatMap(({ queries }) => Object.keys(queries ?? {})) ?? []
    ),
  );
  const sampled = runs.some(({ report }) => report.resources);
  return markup`
<section aria-labelledby="usage">
<div class="section-head"><h2 id="usage">CPU and memory</h2>
${!sampled && markup`<p>Of the generator alone: the target was not sampled</p>`}</div>
${usedTable(runs)}
${restarts(runs)}
<div class="charts">
${drawn("CPU", coreAxis, CPU)}
${drawn("Memory", megabyteAxis, MEMORY)}
${memoryByConnections(runs)}
${drawn("CPU of the machine", coreAxis, MACHINE)}
${drawn("Descriptors", countAxis("open"), DESCRIPTORS)}
${drawn("Network", megabytesPerSecondAxis, NETWORK)}
${drawn("Redis commands", countAxis("a second"), COMMANDS)}
${
    [...queries].map((name) =>
      drawn(name, countAxis(""), [{ name, sampled: ({ queries }) => queries?.[name] }])
    )
  }
</div>
</section>`;
}

function mega(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value / 1e6;
}

function series(runs: readonly Run[], line: Line, at: number): Series[] {
  return runs.map((run) => ({
    ...lineOf(runs, run, at + 1),
    name: line.name,
    stroke: STROKES[at] ?? "solid",
    points: line.generated ? overTime(run, line.generated) : sampledOver(run, line.sampled),
  }));
}

function sampledOver(run: Run, value: Line["sampled"]): Point[] {
  const { resources } = run.report;
  if (!resources || !value) return [];
  const ahead = aheadOf(run, resources) - run.origin;
  const { from, to } = rangeOf(run);
  const points = resources.samples.map((sample) => ({
    x: Math.round(sample.at + ahead + run.origin) - run.origin,
    y: value(sample) ?? NaN,
  }));
  return thinned(points.filter(({ x }) => x >= from && x <= to));
}

type Cell = (resources: Resources, measurements: LoadMeasurements) => Content;
const USED: readonly (readonly [string, Cell])[] = [
  ["Cores, on average", (...run) => digits(cpuOf(...run))],
  ["CPU a delivery", (...run) => digits(cpuPerDelivery(...run), " µs")],
  ["Memory before the first connection", ({ memory }) => amount(memory.idle)],
  ["Memory at most", ({ memory }) => amount(memory.peak)],
  ["Memory after the last connection", ({ memory }) => amount(memory.released)],
  [
    "Memory a connection",
    ({ memory: { perConnection: per } }) =>
      per
        ? markup`${bytes(per.bytes)} <span class="aside">R² ${per.explained.toFixed(3)}, ${
          whole(per.samples)
        } samples up to ${whole(per.connections)} connections</span>`
        : "–",
  ],
];

function usedTable(runs: readonly Run[]): Markup | false {
  const head = [
    "What the target used",
    ...(runs.length > 1 ? runs.map(({ label }) => label) : ["This run"]),
  ];
  const rows = USED.map(([name, of]) => [
    name,
    ...runs.map(({ report: { resources, load } }) =>
      resources ? of(resources, load.measurements) : "–"
    ),
  ]);
  return runs.some(({ report }) => report.resources) && table(head, rows);
}

function digits(value: number | undefined, unit = ""): string {
  return value === undefined ? "–" : `${threeDigits(value)}${unit}`;
}

function amount(value: number | undefined): string {
  return value === undefined ? "–" : bytes(value);
}

function restarts(runs: readonly Run[]): Markup[] {
  return runs.flatMap((run) => {
    const { resources } = run.report;
    if (!resources) return [];
    return resources.restarts.map(({ at, what }) =>
      markup`<p class="note"><strong>${threeDigits(at + aheadOf(run, resources))} s:</strong>
${runs.length > 1 && `${run.label}: `}${what}</p>`
    );
  });
}
