/** Which scenarios a target gives the means for, and what to add for the others. */
import type { Target } from "../../targets/target.ts";
import type { Requirement } from "../record/requirement.ts";
import { actions } from "../language/scenario.ts";
import type { Scenario } from "./scenario.ts";
import { isRecord } from "../wire/frame.ts";
import { connectionsOf, SENTINELS } from "./connections.ts";
import type { CaseResult, CheckResult } from "../record/verdict.ts";

export interface Plan {
  readonly run: readonly Scenario[];
  readonly skipped: readonly Skipped[];
}

/** A scenario for which the target gives no means. */
export interface Skipped {
  readonly scenario: Scenario;
  /** What is missing, in a word: the key of the target file, or the feature it does not claim. */
  readonly want: string;
  /** What to do about it. */
  readonly reason: string;
}

type Missing = Omit<Skipped, "scenario">;

/** What can be had of a target: its file, and how this run reaches it. */
export interface Means {
  readonly target: Target;
  /** The application file: where it is, and the operations it maps. */
  readonly application?: {
    readonly file: string;
    readonly operations: Readonly<Record<string, unknown>>;
    readonly hearers: Readonly<Record<string, unknown>>;
    readonly roles: readonly string[];
    readonly events: Readonly<Record<string, unknown>>;
    readonly channels: Readonly<Record<string, string | undefined>>;
    readonly pages: Readonly<Record<string, unknown>>;
    /** How Plumbline starts it. */
    readonly start?: unknown;
    /** What every request carries. */
    readonly session?: { readonly headers: Readonly<Record<string, string>> };
  };
  readonly started: boolean;
  /** Whether clients and calls go to several nodes. */
  readonly spread?: boolean;
  readonly webhooks: boolean;
  /** What to do to have a browser; undefined where there is one. */
  readonly whyNoBrowser?: string | undefined;
  readonly requirement: (id: string) => Requirement;
}

export function plan(scenarios: readonly Scenario[], means: Means): Plan {
  const run: Scenario[] = [];
  const skipped: Skipped[] = [];
  for (const scenario of scenarios) {
    const missing = whyNot(scenario, means);
    if (missing === undefined) run.push(scenario);
    else skipped.push({ scenario, ...missing });
  }
  return { run, skipped };
}

function whyNot(scenario: Scenario, means: Means): Missing | undefined {
  const { target, requirement } = means;
  const connections = connectionsOf(scenario) + SENTINELS;
  if (target.maxConnections !== undefined && connections > target.maxConnections) {
    return {
      want: "maxConnections",
      reason: `it opens ${connections} connections, and maxConnections in ${target.file} is ` +
        target.maxConnections,
    };
  }
  const features = new Set(checksOf(scenario).map((id) => requirement(id).optIn));
  const [feature] = features;
  if (features.size === 1 && feature !== undefined && !target.claims.includes(feature)) {
    return {
      want: feature,
      reason:
        `${feature} is opt-in and not claimed; add it to "claims" in ${target.file} to have it tested`,
    };
  }
  for (const need of new Set([...scenario.needs, ...usedBy(scenario)])) {
    const reason = whyWithout(need, means);
    if (reason !== undefined) return { want: need.split(".").slice(0, 2).join("."), reason };
  }
  return undefined;
}

/** What the steps of a scenario need of the application file, where one is needed at all. */
function usedBy(scenario: Scenario): string[] {
  if (!needsApplication(scenario)) return [];
  return actions(scenario.steps).flatMap(({ verb, params }) =>
    verb.uses?.(isRecord(params) ? params : {}).map((use) =>
      `application.${ofExample(use, scenario)}`
    ) ?? []
  );
}

/** `role.$role` with the role of this example: an application need not have each of them. */
function ofExample(use: string, { variables }: Scenario): string {
  const column = /^role\.\$(\w+)$/.exec(use)?.[1];
  const value = column === undefined ? undefined : variables[column];
  return typeof value === "string" ? `role.${value}` : use;
}

/** What to do to have something that a scenario needs; undefined where it is there. */
function whyWithout(
  need: string,
  { target, application, started, spread = false, webhooks, whyNoBrowser }: Means,
): string | undefined {
  switch (need.split(".")[0]) {
    case "start":
      if (started) return undefined;
      return target.start
        ? "the server must be stopped and started; add --start"
        : `the server must be stopped and started; add "start" to ${target.file}`;
    case "nodes":
      if (spread) return undefined;
      return target.nodes || (target.start?.nodes ?? 1) > 1
        ? "clients must be on several nodes; add --spread"
        : `clients must be on several nodes; add "nodes" to ${target.file}, and --spread`;
    case "broker":
      if (started && target.start?.services?.broker) return undefined;
      return `the broker between the nodes must fail; name its container broker in ` +
        `"start.services" of ${target.file}, and use --start`;
    case "memory":
      if (!started) return "the server's own process must be watched; add --start";
      return Deno.build.os === "linux"
        ? undefined
        : "the memory of a process can only be read on Linux";
    case "plaintext":
      return target.websocket.scheme === "wss"
        ? "it needs a connection without TLS, and this target is reached over wss"
        : undefined;
    case "webhooks":
      return webhooks
        ? undefined
        : `webhooks cannot arrive; add "webhooks" to ${target.file}, or use --start`;
    case "application": {
      if (!application) {
        return `it needs an application; add "application" to ${target.file}, or use --application`;
      }
      const operation = need.slice("application.".length);
      if (operation === "csrf") {
        return Object.values(application.session?.headers ?? {}).includes("$csrf")
          ? undefined
          : `where changes carry a CSRF token, add "session.headers" with $csrf to ${application.file}`;
      }
      if (operation === "line") {
        return started && application.start
          ? undefined
          : `the line between application and server must be cut; Plumbline does so where it starts both`;
      }
      if (operation === "browser") return whyNoBrowser;
      if (operation === "hearers") {
        return Object.keys(application.hearers).length > 0
          ? undefined
          : `add "hearers" to ${application.file}`;
      }
      const named = NAMED[operation];
      if (named !== undefined) {
        return JSON.stringify(application.operations).includes(named.value)
          ? undefined
          : `where it can do so, add "${named.at}" with ${named.value} to ${application.file}`;
      }
      const [part = "", name = ""] = operation.split(".");
      // A name that an example of the scenario stands for is one of a kind that is there.
      if (name.startsWith("$")) return undefined;
      if (part === "role") {
        return application.roles.includes(name)
          ? undefined
          : `where people are ${name}, add "operations.createUser" and "roles" with it to ${application.file}`;
      }
      if (part === "pages") {
        return name in application.pages
          ? whyNoBrowser
          : `where it has a page of a ${name}, add "pages.${name}" to ${application.file}`;
      }
      if (part === "events") {
        return name in application.events
          ? undefined
          : `where it is told, add "events.${name}" to ${application.file}`;
      }
      const channel = part === "channels" ? name : operation;
      if (part === "channels" || channel === "presence" || channel === "encrypted") {
        return application.channels[channel]
          ? undefined
          : `add "channels.${channel}" to ${application.file}`;
      }
      return operation === "" || operation in application.operations
        ? undefined
        : `add "operations.${operation}" to ${application.file}`;
    }
    default:
      return lookup(target, need) === undefined ? `add "${need}" to ${target.file}` : undefined;
  }
}

/** What an application may be told with an operation: where it is said, and by which value. */
const NAMED: Readonly<Record<string, { readonly at: string; readonly value: string }>> = {
  toOthers: { at: "operations.placeBid.headers", value: "$exceptSocket" },
  won: { at: "operations.readLot.answers", value: '"won"' },
  quiet: { at: "operations.createSale.json", value: "$quietMs" },
};

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

/** A scenario that did not run, as a result: every check skipped, for this reason. */
export function skippedResult(
  { scenario, want, reason }: Skipped,
  requirement: Means["requirement"],
): CaseResult {
  const checks = actions(scenario.steps).flatMap((step) =>
    step.checks.map((check): CheckResult => ({
      requirement: check.requirement,
      level: requirement(check.requirement).level,
      verdict: "skip",
      want,
      message: reason,
      step: step.index,
      quotes: [],
    }))
  );
  return { id: scenario.id, verdict: "skip", durationMs: 0, checks };
}
