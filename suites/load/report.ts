/** A run's report: what was measured, judged, with the evidence of what it was measured by. */
import { isAbsolute, relative } from "@std/path";
import { VERSION } from "../record/version.ts";
import { EXIT, type ExitCode, exitCode } from "../record/exit_code.ts";
import type { LoadReport } from "../record/load/report.ts";
import type { Resources } from "../record/load/resources.ts";
import { crowd } from "../record/load/cpu.ts";
import { harnessHash, machine, sha256 } from "./evidence.ts";
import { type Death, findings } from "./findings.ts";
import { generatorBound } from "./generator.ts";
import { judge } from "./judge.ts";
import type { LoadMeasurements } from "../record/load/measurements.ts";
import type { LoadPlan } from "../record/load/plan.ts";
import type { LoadScenario } from "./scenario.ts";

export interface EndedRun {
  /** The folder that holds Plumbline's own sources. */
  readonly root: string;
  readonly scenario: Pick<
    LoadScenario,
    "name" | "title" | "file" | "text" | "objectives" | "published"
  >;
  readonly target: LoadReport["target"];
  /** How many machines, like this one, the generator was; 1 without it. */
  readonly machines?: number;
  /** `embedded`, or k6 with its version. */
  readonly engine: string;
  readonly plan: LoadPlan;
  readonly measurements: LoadMeasurements;
  readonly resources?: Resources;
  /** Where the target's process has ended. */
  readonly death?: Death;
  readonly durationMs: number;
  readonly notes: readonly string[];
  /** Why the plan is more than the engine may be believed of. */
  readonly beyond?: string;
  /** When the user ended it, in seconds since it was opened. */
  readonly interruptedAt?: number;
  readonly allowGeneratorBound: boolean;
}

export type JudgedReport = LoadReport & { readonly exitCode: ExitCode };

/** Judges what was measured, and puts all of it together. */
export async function report(run: EndedRun): Promise<JudgedReport> {
  const { scenario, target, plan, measurements, resources, death } = run;
  const here = machine();
  const objectives = scenario.objectives.map((objective) =>
    judge(objective, measurements, resources)
  );
  const found = findings(measurements, death, run.interruptedAt);
  const bound = [
    ...(run.beyond === undefined ? [] : [run.beyond]),
    ...generatorBound(measurements, resources, here.cores * (run.machines ?? 1)),
  ];
  const crowded = resources && crowd(resources, measurements, here.cores);
  const failed = objectives.some(({ verdict }) => verdict !== "met") ||
    found.some(({ fatal }) => fatal) || (bound.length > 0 && !run.allowGeneratorBound);
  return {
    kind: "load",
    schemaVersion: 1,
    evidence: {
      plumbline: VERSION,
      engine: run.engine,
      hashes: {
        scenario: await sha256(scenario.text),
        plan: await sha256(JSON.stringify(plan)),
        harness: await harnessHash(run.root),
      },
      machine: here,
      startedAt: measurements.startedAt,
      durationMs: run.durationMs,
      notes: [...run.notes, ...crowded ? [crowded] : []],
    },
    target: { name: target.name, title: target.title },
    load: {
      scenario: {
        name: scenario.name,
        title: scenario.title,
        file: isAbsolute(scenario.file) ? relative(run.root, scenario.file) : scenario.file,
        ...(scenario.published ? { published: scenario.published } : {}),
      },
      plan,
      measurements,
      objectives,
      generatorBound: bound,
      ...(death ? { death } : {}),
      findings: found.map(({ text }) => text),
    },
    ...(resources ? { resources } : {}),
    exitCode: exitCode([
      ...(run.interruptedAt !== undefined ? [EXIT.interrupted] : []),
      ...(death || !measurements.complete ? [EXIT.incomplete] : []),
      ...(failed ? [EXIT.objective] : []),
    ]),
  };
}
