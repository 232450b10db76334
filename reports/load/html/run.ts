/** The runs of a page, each with the name and the colour it has in every chart and table. */
import type { LoadReport } from "../../../suites/record/load/report.ts";
import { visibleLine } from "../../../suites/record/visible.ts";

export interface Run {
  readonly report: LoadReport;
  /** Short, and no other run's. */
  readonly label: string;
  /** The number of its colour, from 1. */
  readonly colour: number;
  /** What is second 0 of its charts: of one run its start, of several where their phases begin. */
  readonly origin: number;
}

/** How many colours `charts.css` tells apart. */
const COLOURS = 6;

export function runsOf(reports: readonly LoadReport[]): Run[] {
  const labels = labelsOf(reports);
  return reports.map((report, index) => ({
    report,
    label: labels[index] ?? "",
    colour: index % COLOURS + 1,
    origin: reports.length > 1 ? report.load.measurements.phases[0]?.seconds ?? 0 : 0,
  }));
}

/** What tells runs apart, in the fewest words: the target, with its engine, with its scenario, with its start. */
function labelsOf(reports: readonly LoadReport[]): string[] {
  if (reports.length === 1) return reports.map(({ target }) => visibleLine(target.title));
  const words: ((report: LoadReport) => string)[] = [
    ({ target }) => target.title,
    ({ evidence }) => evidence.engine,
    ({ load }) => load.scenario.name,
    ({ evidence }) => evidence.startedAt.slice(0, 10),
    ({ evidence }) => evidence.startedAt.slice(11, 19),
  ];
  const differ = words.filter((word) => new Set(reports.map(word)).size > 1);
  for (let taken = 1; taken <= differ.length; taken++) {
    const labels = reports.map((report) =>
      differ.slice(0, taken).map((word) => visibleLine(word(report))).join(", ")
    );
    if (new Set(labels).size === reports.length) return labels;
  }
  return reports.map((_, index) => `Run ${index + 1}`);
}

/** Whose a line is: of one run it has the colour of its own, of several the run's. */
export function lineOf(
  runs: readonly Run[],
  { label, colour }: Run,
  own: number,
): { readonly run?: string; readonly colour: number } {
  return runs.length > 1 ? { run: label, colour } : { colour: (own - 1) % COLOURS + 1 };
}
