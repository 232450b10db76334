/** Clients as the subject of a run: what takes a target's place when `check --clients` judges them. */
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Plan } from "../engine/plan.ts";
import type { Fixture } from "../engine/fixture.ts";
import type { CaseResult } from "../record/verdict.ts";
import type { Scenario } from "../engine/scenario.ts";
import type { Requirement } from "../record/requirement.ts";
import type { Target } from "../../targets/target.ts";
import { CannotStart } from "../../targets/start.ts";

const NOWHERE = { host: "127.0.0.1", port: 0, path: "" };

/** Each scenario sets up a scripted server of its own; this stands for all of them. */
export const SCRIPTED_TARGET: Target = {
  name: "clients",
  title: "Clients on a scripted server",
  file: "scenarios/clients/scripted",
  websocket: { scheme: "ws", ...NOWHERE },
  api: { scheme: "http", ...NOWHERE },
  apps: {
    main: { name: "main", id: "app-id", key: "app-key", secret: "app-secret", settings: {} },
  },
  claims: [],
  known: [],
  ordering: "kept",
  settlesMs: 0,
  bounds: {},
};

/** A stage without a server: nothing on it can go down. */
export function clientFixture(): Fixture {
  const open = {
    target: SCRIPTED_TARGET,
    apps: SCRIPTED_TARGET.apps,
    websocketUrl: "",
    apiUrl: "",
    ways: { websocket: {}, api: {} },
    clockOffsetMs: 0,
  };
  const none = () =>
    Promise.reject(new CannotStart("a scenario about clients has no server to start"));
  return {
    target: SCRIPTED_TARGET,
    managed: false,
    open,
    whyDown: () => Promise.resolve(undefined),
    restart: none,
    another: none,
    close: () => Promise.resolve(),
  };
}

/** The rows that bind a client, counted under no other score. */
export function clientRequirements({ requirements }: Catalogue): Requirement[] {
  return requirements.filter(({ roles }) => roles.includes("C")).map((row) => ({
    ...row,
    score: row.score === "none" ? "none" : "clients",
  }));
}

/** Which library a scenario about clients is told with. */
export const libraryOf = ({ variables }: Scenario): string => String(variables.library);

/**
 * A scenario that does not apply to a client, as a result: noted, and counted neither for nor against
 * the row, which the other clients are judged by.
 */
export function notApplicable(result: CaseResult): CaseResult {
  const checks = result.checks.map((check) => ({ ...check, verdict: "info" as const }));
  return { ...result, verdict: "info", checks };
}

/** A row of the examples that says `notApplicable` is skipped for the reason it gives. */
export function planClients(scenarios: readonly Scenario[]): Plan {
  const reason = ({ variables }: Scenario) => variables.notApplicable;
  return {
    run: scenarios.filter((scenario) => reason(scenario) === undefined),
    skipped: scenarios.filter((scenario) => reason(scenario) !== undefined).map((scenario) => ({
      scenario,
      want: libraryOf(scenario),
      reason: `not applicable to ${libraryOf(scenario)}: ${String(reason(scenario))}`,
    })),
  };
}
