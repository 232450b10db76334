/** The first lines of a record: what runs, on what, against what, and which scenarios. */
import { relative, resolve } from "@std/path";
import type { Comparison } from "../engine/compare_expected.ts";
import type { Plan } from "../engine/plan.ts";
import type { Step } from "../engine/scenario.ts";
import type { Requirement } from "../record/requirement.ts";
import type { FailOn } from "../record/fail_on.ts";
import { VERSION } from "../record/version.ts";
import {
  type BaselineLine,
  type CaseLine,
  type RunLine,
  SCHEMA_VERSION,
} from "../record/check/lines.ts";
import { baseUrl, type Target } from "../../targets/target.ts";

interface Head {
  readonly id: string;
  readonly options: { readonly seed: number; readonly depth: "quick" | "full" };
  readonly target: Target;
  /** The title of what broadcasts through it. */
  readonly application: string | undefined;
  /** Plumbline starts the server, on a port that is free then. */
  readonly start: boolean;
  readonly requirements: readonly Requirement[];
}

export function runLine({ id, options, target, application, start, requirements }: Head): RunLine {
  return {
    line: "run",
    schemaVersion: SCHEMA_VERSION,
    id,
    startedAt: new Date().toISOString(),
    seed: options.seed,
    depth: options.depth,
    plumbline: VERSION,
    machine: {
      os: Deno.build.os,
      arch: Deno.build.arch,
      cpus: navigator.hardwareConcurrency,
      deno: Deno.version.deno,
    },
    target: {
      name: target.name,
      title: target.title,
      websocket: start ? "started here, on a free port" : baseUrl(target.websocket),
      api: start ? "started here, on a free port" : baseUrl(target.api),
      ...(application === undefined ? {} : { application }),
      claims: target.claims,
      known: target.known.map(({ requirement, reason }) => ({ requirement, reason })),
    },
    requirements,
  };
}

/** Scenarios as they will be told, with their files relative to `root`. */
export function caseLines({ run, skipped }: Plan, root: string): CaseLine[] {
  return [...run, ...skipped.map(({ scenario }) => scenario)].map((scenario) => ({
    line: "case",
    id: scenario.id,
    suite: scenario.suite,
    title: scenario.title,
    file: relative(root, resolve(scenario.file)),
    at: scenario.line,
    steps: quoted(scenario.steps),
  }));
}

/** Every step in the order of the file, blocks included, so that a step's index is its place. */
function quoted(steps: readonly Step[]): CaseLine["steps"][number][] {
  return steps.flatMap((step) => {
    if (step.kind === "action") {
      return [{
        at: step.line,
        text: step.text,
        checks: step.checks.map((check) => check.requirement),
      }];
    }
    const text = step.kind === "together"
      ? "together:"
      : `repeat, ${step.times.quick} times (${step.times.full} at full depth):`;
    return [{ at: step.line, text, checks: [] }, ...quoted(step.steps)];
  });
}

/** The list that the results were held against, and which of its entries are out of date. */
export function baselineLine(
  file: string,
  failOn: FailOn,
  { stale }: Pick<Comparison, "stale">,
): BaselineLine {
  return {
    line: "baseline",
    file,
    failOn,
    stale: stale.map(({ scenario, requirement, line }) => ({ scenario, requirement, at: line })),
  };
}
