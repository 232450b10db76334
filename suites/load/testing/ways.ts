/** The ways in which a load is counted: by either engine, and by the merge of several processes. */
import { assertEquals } from "@std/assert";
import { withFolder } from "../../cli/testing.ts";
import type { LoadMeasurements } from "../../record/load/measurements.ts";
import type { LoadPlan } from "../../record/load/plan.ts";
import { embedded } from "../embedded/embedded_engine.ts";
import { SECRET } from "../embedded/testing/plan.ts";
import { merge } from "../merge.ts";
import { notBuilt, runK6 } from "./k6_process.ts";
import { plantedPlan, SETTLE_MS } from "./planted.ts";
import { type Script, serveScript, type Truth } from "./scripted_target.ts";

/** Each way in which a plan is run and counted, by its name. */
export const WAYS: Readonly<Record<string, (plan: LoadPlan) => Promise<LoadMeasurements>>> = {
  "the embedded engine": (plan) =>
    embedded(plan, { secret: SECRET, signal: new AbortController().signal, out: "" }),
  ...(notBuilt ? {} : {
    "k6": (plan) => byK6(plan, 1),
    "a merge of three": (plan) => byK6(plan, 3),
  }),
};

async function byK6(plan: LoadPlan, processes: number): Promise<LoadMeasurements> {
  return await withFolder(async (folder) => {
    const parts = await runK6(plan, {
      ...{ secret: SECRET, folder, processes },
      ...(processes > 1 ? { rampMs: 5000 } : {}),
    });
    const measured = parts.flatMap(({ measurements }) => measurements ?? []);
    assertEquals(measured.length, processes, parts.map(({ said }) => said).join("\n"));
    return processes > 1 ? merge(measured) : measured[0]!; // there is one
  });
}

/** Runs the planted plan, or a change of it, against a script; returns what was counted and done. */
export async function againstScript(
  script: Script,
  way: string,
  change: Partial<LoadPlan> = {},
): Promise<{ measurements: LoadMeasurements; truth: Truth }> {
  const target = await serveScript(script, SETTLE_MS);
  try {
    const measurements = await WAYS[way]!({ ...plantedPlan(target), ...change }); // of its own keys
    return { measurements, truth: { ...target.truth } };
  } finally {
    target.close();
  }
}
