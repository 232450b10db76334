/** What grows with load: throughput beside the law that was fitted to it, latency, CPU. */
import { law } from "../../../suites/record/capacity/scaling_law.ts";
import { type Step, stepsOf } from "../../../suites/record/capacity/steps.ts";
import type { CapacityReport } from "../../../suites/record/capacity/report.ts";
import { type Markup, markup } from "../../kit/markup.ts";
import { coreAxis, countAxis, millisecondAxis } from "../../kit/chart/axes.ts";
import { STROKES } from "../../kit/chart/dashes.ts";
import { chart, type Point, type Series } from "../../kit/chart/chart.ts";

/** Points that a curve is drawn through. */
const FINE = 60;

export function charts(report: CapacityReport): Markup | false {
  const steps = stepsOf(report.trials).filter(({ verdict }) => verdict !== "generator");
  if (steps.length < 2) return false;
  const most = Math.max(...steps.map(({ load }) => load));
  const x = {
    ...countAxis(report.dimension === "connections" ? "connections" : "events a second"),
    scale: { domain: [0, most], ticks: 5 },
  };
  const line = (
    name: string,
    colour: number,
    read: (step: Step) => number | undefined,
  ): Series => ({
    name,
    colour,
    stroke: STROKES[colour - 1] ?? "solid",
    points: steps.map((step) => ({ x: step.load, y: read(step) ?? NaN })),
  });
  return markup`
<section aria-labelledby="charts">
<div class="section-head"><h2 id="charts">By load</h2></div>
<div class="charts">
${
    chart({
      title: "Delivery latency",
      x,
      y: millisecondAxis,
      series: [
        line("p50", 1, ({ latency }) => latency?.p50),
        line("p95", 2, ({ latency }) => latency?.p95),
        line("p99", 3, ({ latency }) => latency?.p99),
      ],
    })
  }
${
    chart({
      title: "Deliveries a second",
      x,
      y: countAxis("deliveries a second"),
      series: [
        { ...line("measured", 1, ({ deliveries }) => deliveries), shape: "points" },
        ...fitted(report, most),
      ],
    })
  }
${chart({ title: "CPU of the target", x, y: coreAxis, series: [line("CPU", 1, ({ cpu }) => cpu)] })}
</div>
</section>`;
}

function fitted({ scaling }: CapacityReport, most: number): Series[] {
  if (!scaling) return [];
  const { unit, lambda, alpha, beta } = scaling;
  const points = Array.from({ length: FINE + 1 }, (_, i): Point => {
    const load = unit + (most - unit) * i / FINE;
    return { x: load, y: law(load / unit, lambda, alpha, beta) };
  });
  return [{ name: "Universal Scalability Law", colour: 2, stroke: "dashed", points }];
}
