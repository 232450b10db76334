/**
 * The script that k6 runs a load plan with. Plumbline starts it; by hand:
 *
 *     PLUMBLINE_SECRET=app-secret .cache/k6/k6 run -e PLAN=plan.json -e OUT=measurements.json suites/load/k6/run.ts
 *
 * On several machines or in several processes, each gets `--execution-segment` and
 * `--execution-segment-sequence` of equal parts, and `-e SEGMENTS=` their number.
 */
/// <reference types="npm:@types/k6@1.7.0/global.d.ts" />
import exec from "k6/execution";
import type { Options } from "k6/options";
import pusher from "k6/x/pusher";

const { PLAN, OUT, START, PLUMBLINE_SECRET = "", PLUMBLINE_SESSION } = __ENV;
const SEGMENTS = Number(__ENV.SEGMENTS ?? 1);
if (!PLAN) throw new Error("name the plan: -e PLAN=plan.json");
// Relative to where k6 was started, as every other path on its command line.
const text = open(PLAN.startsWith("/") ? PLAN : `${__ENV.PWD}/${PLAN}`);
const { objectives = [] }: { readonly objectives?: readonly Objective[] } = JSON.parse(text);

interface Objective {
  /** `delivery`, `connect`, …: a latency in ms; `delivered`: a share; else a count, or what the target uses. */
  readonly metric: string;
  readonly quantile?: number;
  readonly operation: "<" | "<=" | ">" | ">=" | "==";
  readonly value: number;
}

export const options: Options = {
  scenarios: {
    load: {
      executor: "per-vu-iterations",
      vus: SEGMENTS, // one in each process
      iterations: 1,
      maxDuration: "24h",
    },
  },
  thresholds: thresholds(),
};

/** All bounds on one gauge stand together: two objectives may be about the same figure. */
function thresholds(): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const [gauge, bounds] of objectives.map(threshold)) (all[gauge] ??= []).push(...bounds);
  return all;
}

/** An objective as k6 knows it: a bound on the last value of one of the run's gauges. */
function threshold({ metric, quantile, operation, value }: Objective): [string, string[]] {
  const gauge = quantile !== undefined
    ? `pusher_${metric}{scope:run,quantile:${quantileName(quantile)}}`
    : metric === "delivered"
    ? "pusher_delivered{scope:run}"
    : `pusher_figure{scope:run,of:${metric}}`;
  return [gauge, [`value${operation}${value}`]];
}

/** `p99.9`, `max`; without what binary fractions add. */
function quantileName(share: number): string {
  return share === 1 ? "max" : `p${Number((share * 100).toPrecision(12))}`;
}

export default function () {
  try {
    const run = pusher.open(text, {
      secret: PLUMBLINE_SECRET,
      session: PLUMBLINE_SESSION ? JSON.parse(PLUMBLINE_SESSION) : undefined,
      out: OUT,
      start: START ? Number(START) : undefined,
      parts: SEGMENTS,
    });
    const { planned, standing } = run.connect();
    if (standing < planned) {
      console.warn(`${planned - standing} of ${planned} clients are not connected`);
    }
    run.publish();
    run.wait();
  } catch (error) {
    // An exception alone would end the iteration, and k6 with exit code 0.
    exec.test.abort(error instanceof Error ? error.message : String(error));
  }
}
