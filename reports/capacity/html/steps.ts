/** One row a load: how many runs met the objectives, and the figures in the middle of them. */
import { bytes, milliseconds, threeDigits, whole } from "../../../suites/record/numbers.ts";
import { stepsOf } from "../../../suites/record/capacity/steps.ts";
import type { CapacityReport } from "../../../suites/record/capacity/report.ts";
import { type Content, type Markup, markup } from "../../kit/markup.ts";
import { table } from "../../kit/table.ts";

const TONES = { met: "pass", missed: "fail", generator: "warn" } as const;
const HEAD = [
  "Met",
  "Events/s",
  "Deliveries/s",
  "p50, ms",
  "p95, ms",
  "p99, ms",
  "CPU, cores",
  "Memory",
] as const;

export function steps(report: CapacityReport): Markup {
  const rows = stepsOf(report.trials).map((step): Content[] => {
    const { latency, cpu, memory } = step;
    const ms = (value: number | undefined) =>
      value === undefined ? "–" : milliseconds(value * 1000);
    return [
      markup`${whole(step.load)}${step.load === report.knee && markup` <em>knee</em>`}`,
      markup`<span class="word ${TONES[step.verdict]}">${
        step.runs === 0 ? "not known" : `${step.met} of ${step.runs}`
      }</span>${step.unknown > 0 && step.runs > 0 && ` and ${step.unknown} not known`}`,
      threeDigits(step.events),
      whole(step.deliveries),
      ms(latency?.p50),
      ms(latency?.p95),
      ms(latency?.p99),
      cpu === undefined ? "–" : threeDigits(cpu),
      memory === undefined ? "–" : bytes(memory),
    ];
  });
  const load = report.dimension === "connections" ? "Connections" : "Events/s wanted";
  return markup`
<section aria-labelledby="steps">
<div class="section-head"><h2 id="steps">All loads that were tried</h2></div>
${table([load, ...HEAD], rows)}
</section>`;
}
