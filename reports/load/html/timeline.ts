/** How the run went, second by second: latency, deliveries, connections. */
import { type Markup, markup } from "../../kit/markup.ts";
import { countAxis, millisecondAxis } from "../../kit/chart/axes.ts";
import { chart, type Point, type Series } from "../../kit/chart/chart.ts";
import { lineOf, type Run } from "./run.ts";
import { overTime, phaseBands, spansOf, timeAxis } from "./seconds.ts";

export function timeline(runs: readonly Run[]): Markup {
  const x = timeAxis(runs);
  const behind = phaseBands(runs);
  const charts = [
    chart({ title: "Delivery latency", x, behind, y: millisecondAxis, series: latencies(runs) }),
    chart({ title: "Deliveries", x, behind, y: countAxis("a second"), series: deliveries(runs) }),
    chart({
      title: "Open connections",
      x,
      behind,
      y: countAxis("connections"),
      series: standing(runs),
    }),
  ];
  return markup`
<section aria-labelledby="over-time">
<div class="section-head"><h2 id="over-time">Over time</h2>
<p>Shaded: not measured, or clients still connecting</p></div>
<div class="charts">${charts}</div>
</section>`;
}

/** One run shows all that is known of a second; of several, the colour says which run it is. */
function latencies(runs: readonly Run[]): Series[] {
  const quantiles = [["p50", "solid"], ["p99", "dashed"], ["max", "dotted"]] as const;
  const kept = runs.length > 1 ? quantiles.slice(0, 2) : quantiles;
  return runs.flatMap((run) =>
    kept.map(([name, stroke], index) => ({
      ...lineOf(runs, run, index + 1),
      name,
      stroke,
      points: overTime(run, (it) => it.delivered > 0 ? it[name] / 1000 : NaN),
    }))
  );
}

function deliveries(runs: readonly Run[]): Series[] {
  return runs.flatMap((run) => [
    {
      ...lineOf(runs, run, 2),
      name: "expected, mean of the phase",
      stroke: "dashed" as const,
      points: expected(run),
    },
    {
      ...lineOf(runs, run, 1),
      name: "delivered",
      points: overTime(run, (it) => it.delivered),
    },
  ]);
}

/**
 * What is owed a second, as an even share of what the whole phase owes: from its begin to its end,
 * and wherever deliveries are told of.
 */
function expected(run: Run): Point[] {
  const places = overTime(run, () => 0).map(({ x }) => x);
  return spansOf(run).filter(({ from, to }) => to > from).flatMap(({ phase, from, to }) => {
    const y = phase.counts.expected / (to - from);
    return [from, ...places.filter((x) => x > from && x < to), to].map((x) => ({ x, y }));
  });
}

function standing(runs: readonly Run[]): Series[] {
  return runs.flatMap((run) => {
    const { planned } = run.report.load.measurements.connections;
    return [
      {
        ...lineOf(runs, run, 2),
        name: "planned",
        stroke: "dashed" as const,
        points: overTime(run, () => planned, "end"),
      },
      {
        ...lineOf(runs, run, 1),
        name: "standing",
        points: overTime(run, (it) => it.standing, "end"),
      },
    ];
  });
}
