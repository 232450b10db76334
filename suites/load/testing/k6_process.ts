/** k6 itself, as docs/load-k6.md starts it: on a plan, in one process or several. */
import { join } from "@std/path";
import { root } from "../../cli/testing.ts";
import { k6Version } from "../k6/k6_engine.ts";
import { type LoadMeasurements, measurementsSchema } from "../../record/load/measurements.ts";
import type { LoadPlan } from "../../record/load/plan.ts";

export const binary = join(root, ".cache/k6/k6");

/** Why tests of k6 are ignored; undefined where it was built. */
export const notBuilt: string | undefined = await k6Version().then(
  () => undefined,
  () => ".cache/k6/k6 is not there: `deno task k6:build` builds it",
);

export interface K6Run {
  readonly code: number;
  /** All that it wrote. */
  readonly said: string;
  /** Absent where it measured nothing. */
  readonly measurements?: LoadMeasurements;
}

/** Runs a plan in so many processes on this machine; the first phase begins after `rampMs` in all. */
export async function runK6(
  plan: LoadPlan,
  { secret, folder, processes = 1, rampMs }: {
    readonly secret: string;
    readonly folder: string;
    readonly processes?: number;
    readonly rampMs?: number;
  },
): Promise<K6Run[]> {
  const planFile = join(folder, `plan-${processes}.json`);
  await Deno.writeTextFile(planFile, JSON.stringify(plan));
  const ends = Array.from(
    { length: processes + 1 },
    (_, n) => n === 0 || n === processes ? String(n / processes) : `${n}/${processes}`,
  );
  const start = rampMs === undefined ? {} : { START: String(Date.now() + rampMs) };
  return await Promise.all(Array.from({ length: processes }, async (_, part) => {
    const out = join(folder, `measured-${processes}-${part}.json`);
    const { code, stdout, stderr } = await new Deno.Command(binary, {
      args: [
        "run",
        "--quiet",
        ...processes > 1
          ? [
            `--execution-segment=${ends[part]}:${ends[part + 1]}`,
            `--execution-segment-sequence=${ends.join()}`,
          ]
          : [],
        join(root, "suites/load/k6/run.ts"),
      ],
      env: {
        ...{ PLAN: planFile, OUT: out, SEGMENTS: String(processes), ...start },
        ...{ PLUMBLINE_SECRET: secret, K6_NO_USAGE_REPORT: "true", NO_COLOR: "1" },
      },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    const said = decoder.decode(stdout) + decoder.decode(stderr);
    const text = await Deno.readTextFile(out).catch(() => undefined);
    return {
      code,
      said,
      ...(text === undefined ? {} : { measurements: measurementsSchema.parse(JSON.parse(text)) }),
    };
  }));
}
