/**
 * What of a plan others who use the same server would notice: floods, full apps, connections that
 * are terminated, a server that ends. On this machine nobody is asked; of any other the user must
 * have said so, in an option or on the terminal.
 */
import { demandOf, type Depth, total } from "../engine/demand.ts";
import type { Scenario } from "../engine/scenario.ts";
import { counting } from "../record/numbers.ts";
import { UsageError } from "../record/usage_error.ts";
import { isLoopback } from "../wire/loopback.ts";
import type { Prepared } from "./prepare.ts";

export const ALLOW_DISRUPTION = "--allow-disruption";

/** The hosts of the target that are not this machine; none where Plumbline starts it. */
export function foreignHosts({ target, start }: Pick<Prepared, "target" | "start">): string[] {
  if (start) return [];
  const hosts = [target.websocket, target.api].map(({ host }) => host);
  return [...new Set(hosts.filter((host) => !isLoopback(host)))];
}

/** What a scenario does to others, in a word each; none for most. */
export function disruptionsOf(scenario: Scenario, depth: Depth): string[] {
  const { floods, restarts, terminations } = demandOf(scenario, depth);
  return [
    ...(restarts > 0 ? ["restarts the server"] : []),
    ...(terminations > 0 ? ["terminates connections"] : []),
    ...(floods > 0 ? ["floods"] : []),
    ...(scenario.schedule === "hostile" ? ["may bring the server down"] : []),
  ];
}

/** `3 floods, 2 terminations, 860 scenarios that may bring the server down`; undefined for none. */
export function disruptionOf(scenarios: readonly Scenario[], depth: Depth): string | undefined {
  const { floods, restarts, terminations } = total(
    scenarios.map((scenario) => demandOf(scenario, depth)),
  );
  const hostile = scenarios.filter(({ schedule }) => schedule === "hostile").length;
  const parts = [
    ...(restarts > 0 ? [counting(restarts, "restart")] : []),
    ...(terminations > 0 ? [counting(terminations, "termination")] : []),
    ...(floods > 0 ? [counting(floods, "flood")] : []),
    ...(hostile > 0 ? [`${counting(hostile, "scenario")} that may bring the server down`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** Asks on a terminal whether to go on; `undefined` where there is none. */
export type Ask = ((question: string) => boolean) | undefined;

/**
 * Makes sure that the user wants what a plan does to a server that is not this machine's. Throws
 * `UsageError` where nobody allowed it.
 */
export function requireAllowed(
  prepared: Pick<Prepared, "target" | "start" | "planned">,
  { depth, allowDisruption }: { readonly depth: Depth; readonly allowDisruption: boolean },
  ask: Ask,
): void {
  const hosts = foreignHosts(prepared);
  const disruption = disruptionOf(prepared.planned.run, depth);
  if (allowDisruption || hosts.length === 0 || disruption === undefined) return;
  const what = `${hosts.join(" and ")} is not this machine, and others may use it. ` +
    `This check has ${disruption}`;
  if (ask?.(`${what}. Go on?`)) return;
  throw new UsageError(
    `${what}: add ${ALLOW_DISRUPTION} to go on, or leave them out; check --plan lists them`,
    "PLB_NOT_ALLOWED",
  );
}
