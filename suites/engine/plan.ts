/** Which scenarios a target gives the means for, and what to add for the others. */
import type { Target } from "../../targets/target.ts";
import type { Requirement } from "../record/requirement.ts";
import { actions } from "../language/scenario.ts";
import type { Scenario } from "./scenario.ts";
import type { CaseResult, CheckResult } from "../record/verdict.ts";

export interface Plan {
  readonly run: readonly Scenario[];
  /** With the key of the target file that is missing, or the feature it does not claim. */
  readonly skipped: readonly { readonly scenario: Scenario; readonly reason: string }[];
}

/** What can be had of a target: its file, and how this run reaches it. */
export interface Means {
  readonly target: Target;
  /** The application file: where it is, and the operations it maps. */
  readonly application?: {
    readonly file: string;
    readonly operations: Readonly<Record<string, unknown>>;
  };
  readonly started: boolean;
  readonly webhooks: boolean;
  readonly requirement: (id: string) => Requirement;
}

export function plan(scenarios: readonly Scenario[], means: Means): Plan {
  const run: Scenario[] = [];
  const skipped: { scenario: Scenario; reason: string }[] = [];
  for (const scenario of scenarios) {
    const reason = whyNot(scenario, means);
    if (reason === undefined) run.push(scenario);
    else skipped.push({ scenario, reason });
  }
  return { run, skipped };
}

function whyNot(
  scenario: Scenario,
  { target, application, started, webhooks, requirement }: Means,
): string | undefined {
  const features = new Set(checksOf(scenario).map((id) => requirement(id).optIn));
  const [feature] = features;
  if (features.size === 1 && feature !== undefined && !target.claims.includes(feature)) {
    return `${feature} is opt-in and not claimed; add it to "claims" in ${target.file} to have it tested`;
  }
  for (const need of scenario.needs) {
    if (need === "start") {
      if (!started) {
        return target.start
          ? "the server must be stopped and started; add --start"
          : `the server must be stopped and started; add "start" to ${target.file}`;
      }
    } else if (need === "memory") {
      if (!started) return "the server's own process must be watched; add --start";
      if (Deno.build.os !== "linux") return "the memory of a process can only be read on Linux";
    } else if (need === "plaintext") {
      if (target.websocket.scheme === "wss") {
        return "it needs a connection without TLS, and this target is reached over wss";
      }
    } else if (need === "webhooks") {
      if (!webhooks) {
        return `webhooks cannot arrive; add "webhooks" to ${target.file}, or use --start`;
      }
    } else if (need === "application" || need.startsWith("application.")) {
      if (!application) {
        return `it needs an application; add "application" to ${target.file}, or use --application`;
      }
      const operation = need.slice("application.".length);
      if (operation !== "" && !(operation in application.operations)) {
        return `add "operations.${operation}" to ${application.file}`;
      }
    } else if (lookup(target, need) === undefined) return `add "${need}" to ${target.file}`;
  }
  return undefined;
}

/** `apps.quota` or `apps.quota.maxConnections` in a target file. */
function lookup(target: Target, key: string): unknown {
  const [head, name = "", setting] = key.split(".");
  if (head !== "apps") return undefined;
  const app = target.apps[name];
  return setting === undefined ? app : app?.settings[setting];
}

export const needsApplication = ({ needs }: Scenario): boolean =>
  needs.some((need) => need.split(".")[0] === "application");

/** The requirements a scenario judges, each once. */
export function checksOf(scenario: Scenario): string[] {
  return [
    ...new Set(
      actions(scenario.steps).flatMap((step) => step.checks.map((check) => check.requirement)),
    ),
  ];
}

/** A scenario that was not told, as a result: every check skipped, for this reason. */
export function skippedResult(
  scenario: Scenario,
  reason: string,
  requirement: Means["requirement"],
): CaseResult {
  const checks = actions(scenario.steps).flatMap((step) =>
    step.checks.map((check): CheckResult => ({
      requirement: check.requirement,
      level: requirement(check.requirement).level,
      verdict: "skip",
      message: reason,
      step: step.index,
      quotes: [],
    }))
  );
  return { id: scenario.id, verdict: "skip", durationMs: 0, checks };
}
