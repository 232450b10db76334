/** `load:merge`: the measurements of several processes of k6, as one run. */
import { counting, percent } from "../record/numbers.ts";
import { join } from "@std/path";
import { z } from "zod";
import type { ExitCode } from "../record/exit_code.ts";
import { BadFile } from "../language/bad_file.ts";
import { countsOf, latencyOf } from "../record/load/phases.ts";
import { merge } from "../load/merge.ts";
import { type LoadMeasurements, measurementsSchema } from "../record/load/measurements.ts";
import { inWords } from "../load/objective.ts";
import { type LoadPlan, planSchema } from "../record/load/plan.ts";
import { report } from "../load/report.ts";
import type { Destinations } from "../../reports/kit/views.ts";
import { writeLoadReport } from "../../reports/load/views.ts";
import { loadSummary } from "./load_summary.ts";
import { requireWritable } from "./writable.ts";
import { fileTrouble } from "../record/file_trouble.ts";

export interface LoadMergeCommand extends Destinations {
  /** The folder that holds Plumbline's own sources. */
  readonly root: string;
  /** One file of measurements a part. */
  readonly files: readonly string[];
  /** The plan that the parts ran. */
  readonly plan: string;
  readonly allowGeneratorBound: boolean;
}

/** Merges, judges and reports. Throws `UsageError` and `BadFile`. */
export async function loadMergeCommand(
  { root, files, plan: planFile, allowGeneratorBound, ...destinations }: LoadMergeCommand,
  write: (text: string) => void,
): Promise<ExitCode> {
  await requireWritable(destinations);
  const plan = await readJsonFile(planFile, planSchema);
  const parts = await Promise.all(files.map((file) => readJsonFile(file, measurementsSchema)));
  const measurements = merge(parts);
  const whole = join(destinations.out, "measurements.json");
  await Deno.writeTextFile(whole, `${JSON.stringify(measurements)}\n`);
  const judged = await report({
    root,
    scenario: {
      name: "merged",
      title: `${parts.length} parts of ${planFile}`,
      file: planFile,
      text: JSON.stringify(plan),
      objectives: (plan.objectives ?? []).map(inWords),
    },
    target: { name: "target", title: plan.target.websocket },
    engine: measurements.engine,
    machines: machinesOf(parts),
    plan,
    measurements,
    durationMs: measurements.phases.reduce((sum, { seconds }) => sum + seconds * 1000, 0),
    notes: notes(parts, measurements, plan),
    allowGeneratorBound,
  });
  write(loadSummary(judged, [whole, ...await writeLoadReport(judged, destinations)]));
  return judged.exitCode;
}

const machinesOf = (parts: readonly LoadMeasurements[]) =>
  new Set(parts.map(({ part }) => part.machine)).size;

/** What holds of the whole and of no part. */
function notes(
  parts: readonly LoadMeasurements[],
  { phases }: LoadMeasurements,
  { publishers }: LoadPlan,
): string[] {
  const machines = machinesOf(parts);
  const timed = (latencyOf(phases, "delivery")?.totalCount ?? 0) +
    (latencyOf(phases, "whisper")?.totalCount ?? 0);
  const { delivered } = countsOf(phases);
  const unmeasured = phases.filter(({ measured }) => !measured).map(({ name }) => name);
  return [
    `merged from ${counting(parts.length, "process", "processes")} on ${
      counting(machines, "machine")
    }`,
    ...(machines > 1
      ? [
        `timed are only deliveries within one machine, ${
          percent(timed, delivered)
        } of all: no clocks of two agree exactly`,
      ]
      : []),
    ...(publishers.some(({ request }) => request)
      ? ["of a bid, only deliveries to clients of the process that made it are timed"]
      : []),
    ...(unmeasured.length > 0 ? [`not measured: ${unmeasured.join(", ")}`] : []),
    "quantiles of single seconds are those of the slowest process",
  ];
}

/** Reads JSON of a shape. Throws `BadFile`. */
async function readJsonFile<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const bad = (message: string) => new BadFile([{ file, line: 1, column: 1, message }]);
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (cause) {
    throw bad(`cannot be read: ${fileTrouble(cause)}`);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw bad(cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause));
  }
}
