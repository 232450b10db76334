/** The first lines of a record: what runs, on what, against what, and which scenarios. */
import { isAbsolute, relative, resolve } from "@std/path";
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
  /** Where Plumbline lies. */
  readonly root: string;
  /** Plumbline starts the server, on a port that is free then. */
  readonly start: boolean;
  readonly requirements: readonly Requirement[];
  readonly catalogue?: NonNullable<RunLine["catalogue"]>;
}

export function runLine(
  { id, options, target, application, root, start, requirements, catalogue }: Head,
): RunLine {
  const { file, shipped } = placeOf(target.file, root);
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
      ...(shipped ? {} : { file }),
      websocket: start ? "started here, on a free port" : baseUrl(target.websocket),
      api: start ? "started here, on a free port" : baseUrl(target.api),
      ...(application === undefined ? {} : { application }),
      claims: target.claims,
      known: target.known.map(({ requirement, reason }) => ({ requirement, reason })),
    },
    requirements,
    ...(catalogue ? { catalogue } : {}),
  };
}

/** Whether a path lies below a folder. */
function isWithin(folder: string, path: string): boolean {
  const from = relative(resolve(folder), resolve(path));
  return from !== ".." && !/^\.\.[/\\]/.test(from) && !isAbsolute(from);
}

/** Whether a file comes with Plumbline, which lies at `root`; in a clone everything is its user's own. */
const isShipped = (root: string, file: string) =>
  isWithin(root, file) && !isWithin(root, Deno.cwd());

/** Scenarios as they will be told. */
export function caseLines({ run, skipped }: Plan, root: string): CaseLine[] {
  return [...run, ...skipped.map(({ scenario }) => scenario)].map((scenario) => ({
    line: "case",
    id: scenario.id,
    suite: scenario.suite,
    title: scenario.title,
    ...placeOf(scenario.file, root),
    at: scenario.line,
    steps: quoted(scenario.steps),
  }));
}

/** How reports name a file: from the folder that it belongs to. */
export function placeOf(file: string, root: string): Pick<CaseLine, "file" | "shipped"> {
  if (isShipped(root, file)) return { file: relative(root, resolve(file)), shipped: true };
  return { file: relative(isWithin(root, file) ? root : Deno.cwd(), resolve(file)) };
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
