/**
 * The latencies in figures. None is shown without its count: how many were timed, and how many of
 * those that were expected were delivered.
 */
import { milliseconds, whole } from "../../../suites/record/numbers.ts";
import { type Histogram, quantileOf } from "../../../suites/record/load/histogram.ts";
import { LATENCIES } from "../../../suites/record/load/measurements.ts";
import {
  type Latency,
  latencyOf,
  measuredPhases,
  type Phase,
} from "../../../suites/record/load/phases.ts";
import { type Content, type Markup, markup } from "../../kit/markup.ts";
import { blot } from "../../kit/chart/legend.ts";
import { deliveredOf, type Loaded } from "./delivered.ts";
import type { Run } from "./run.ts";
import { type Group, groupedTable } from "../../kit/table.ts";

const QUANTILES = [["p50", 0.5], ["p90", 0.9], ["p95", 0.95], ["p99", 0.99], ["p99.9", 0.999], [
  "max",
  1,
]] as const;

const MEANING: Readonly<Record<Latency, string>> = {
  connect: "dial until TCP and TLS are established",
  handshake: "until connection_established",
  authorize: "until the application’s signature",
  subscribe: "subscribe until it succeeded",
  recover: "loss until all subscriptions are open again",
  answer: "publish until the API’s answer",
  delivery: "publish until a subscriber has it",
  first: "publish until the first has it",
  last: "publish until the last has it",
  whisper: "client event until a subscriber has it",
};

export function figures(runs: readonly Run[]): Markup {
  const [only, ...others] = runs;
  const shown = only && others.length === 0 ? ofOne(only) : ofSeveral(runs);
  return markup`
<section aria-labelledby="figures">
<div class="section-head"><h2 id="figures">Latencies</h2>
<p>Milliseconds, each from the intended instant</p>${only && runs.length === 1 && bound(only)}</div>
${shown}
</section>`;
}

function ofOne({ report: { load } }: Run): Markup {
  const groups = load.measurements.phases.map((phase): Group => ({
    heading: heading(phase),
    rows: kindsOf([phase]).map((kind) => row(named(kind), kind, [phase], load)),
  })).filter(({ rows }) => rows.length > 0);
  return groupedTable(["Phase and latency", ...HEAD], groups);
}

/** Of several, what each measures as a whole, one under the other: their phases need not be the same. */
function ofSeveral(runs: readonly Run[]): Markup {
  const all = runs.map((run) => ({
    ...run,
    phases: measuredPhases(run.report.load.measurements),
  }));
  const groups = kindsOf(all.flatMap(({ phases }) => phases)).map((kind): Group => ({
    heading: named(kind),
    rows: all.map(({ report, label, colour, phases }) =>
      row(
        markup`<span class="of-run">${blot(colour)}<span>${label} ${
          bound({ report })
        }</span></span>`,
        kind,
        phases,
        report.load,
      )
    ),
  }));
  return groupedTable(["Latency, in the measured phases", ...HEAD], groups);
}

const HEAD = ["Timed", "Delivered / expected", ...QUANTILES.map(([name]) => name)];

function row(
  name: Content,
  kind: Latency,
  phases: readonly Phase[],
  load: Loaded,
): Content[] {
  const histogram = latencyOf(phases, kind);
  return [
    name,
    whole(histogram?.totalCount ?? 0),
    deliveredOf(kind, phases, histogram, load),
    ...QUANTILES.map(([, quantile]) => value(histogram, quantile)),
  ];
}

/** Where the figures are, and not only above: nobody may take them for the target's. */
function bound({ report }: Pick<Run, "report">): Markup | false {
  return report.load.generatorBound.length > 0 &&
    markup`<strong class="word fail">generator-bound</strong>`;
}

function heading({ name, seconds, measured }: Phase): Markup {
  const aside = `${Number(seconds.toFixed(1))} s${measured ? "" : ", not measured"}`;
  return markup`${name} <span class="aside">${aside}</span>`;
}

function named(kind: Latency): Markup {
  return markup`${kind} <span class="aside">${MEANING[kind]}</span>`;
}

/** Those that were timed, and those that were expected where nothing arrived. */
function kindsOf(phases: readonly Phase[]): Latency[] {
  const expected = phases.some(({ counts }) => counts.expected > 0);
  const whispered = phases.some((phase) => latencyOf([phase], "whisper"));
  const failed = phases.some(({ counts }) => counts.refused + counts.unanswered > 0);
  return LATENCIES.filter((kind) =>
    phases.some((phase) => latencyOf([phase], kind)) ||
    kind === "delivery" && expected && !whispered || kind === "answer" && failed
  );
}

function value(histogram: Histogram | undefined, quantile: number): Content {
  return histogram ? milliseconds(quantileOf(histogram, quantile)) : "–";
}
