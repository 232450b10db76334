/** Holds what was measured against the objectives: met, missed, or not known, which is no pass. */
import { bytes, duration, percent, significant, whole } from "../record/numbers.ts";
import type { Resources } from "../record/load/resources.ts";
import { cpuOf } from "../record/load/cpu.ts";
import { quantileOf } from "../record/load/histogram.ts";
import type { LoadMeasurements } from "../record/load/measurements.ts";
import { type Figure, kindOf, type Objective, type Operation } from "./objective.ts";
import { countsOf, latencyOf, measuredPhases } from "../record/load/phases.ts";

export interface Judged {
  readonly text: string;
  /** With what it is a figure of: no latency stands without its deliveries. */
  readonly measured?: string;
  readonly verdict: "met" | "missed" | "unknown";
}

/** Judges one objective by the phases that the plan measures. */
export function judge(
  { text, figure, operation, value }: Objective,
  measurements: LoadMeasurements,
  resources: Resources | undefined,
): Judged {
  const found = valueOf(figure, measurements, resources);
  if (found === undefined) return { text, verdict: "unknown" };
  return {
    text,
    measured: inWords(figure, found, measurements),
    verdict: holds(found, operation, value) ? "met" : "missed",
  };
}

function holds(found: number, operation: Operation, value: number): boolean {
  switch (operation) {
    case "<":
      return found < value;
    case "<=":
      return found <= value;
    case ">":
      return found > value;
    case ">=":
      return found >= value;
    case "==":
      return found === value;
  }
}

/** In the figure's own unit; undefined where not measured. */
export function valueOf(
  figure: Figure,
  measurements: LoadMeasurements,
  resources: Resources | undefined,
): number | undefined {
  const phases = measuredPhases(measurements);
  if ("quantile" in figure) {
    const latency = latencyOf(phases, figure.of);
    return latency && quantileOf(latency, figure.quantile) / 1000;
  }
  const counts = countsOf(phases);
  switch (figure.of) {
    case "delivered":
      return counts.expected > 0 ? counts.delivered / counts.expected : undefined;
    case "cpu":
      return resources && cpuOf(resources, measurements);
    case "rss":
      return resources?.memory.peak;
    case "rss growth":
      return resources?.memory.growth?.perMinute;
    case "bytes per event":
      return resources?.memory.growth?.perEvent;
    case "descriptors after release": {
      const descriptors = resources?.descriptors;
      return descriptors && descriptors.released - descriptors.idle;
    }
    case "rss per connection":
      return resources?.memory.perConnection?.bytes;
    case "lost":
      return counts.expected > 0 ? counts.lost : undefined;
    case "refused":
    case "unanswered":
      return counts.accepted + counts.refused + counts.unanswered > 0
        ? counts[figure.of]
        : undefined;
    default:
      // Where nothing came, nobody knows whether it would have come twice.
      return counts.delivered + counts.late + counts[figure.of] > 0 ? counts[figure.of] : undefined;
  }
}

/** What shrinks has grown by less than nothing. */
const signed = (found: number) => `${found < 0 ? "−" : ""}${bytes(Math.abs(found))}`;

function inWords(figure: Figure, found: number, measurements: LoadMeasurements): string {
  const { expected, delivered } = countsOf(measuredPhases(measurements));
  const deliveries = `${whole(delivered)} of ${whole(expected)} delivered`;
  switch (kindOf(figure)) {
    case "latency": {
      const ofConnections = ["connect", "handshake", "authorize", "subscribe", "recover"].includes(
        figure.of,
      );
      const { standing, planned } = measurements.connections;
      return `${duration(found)} (${
        ofConnections ? `${whole(standing)} of ${whole(planned)} connections open` : deliveries
      })`;
    }
    case "share":
      return `${percent(delivered, expected)} (${deliveries})`;
    case "count":
      return whole(found);
    case "bytes":
      return signed(found);
    case "bytes a minute":
      return `${signed(found)} a minute`;
    case "more than idle":
      return found > 0 ? `${whole(found)} more than at rest` : "as at rest";
    case "cores":
      return significant(found);
  }
}
