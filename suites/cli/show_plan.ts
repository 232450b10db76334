/** `check --plan`: what a check would ask of its target, and no connection opened. */
import { bold, dim, yellow } from "@std/fmt/colors";
import { notDerived } from "../applications/not_derived.ts";
import { mostAtOnce } from "../engine/connections.ts";
import { demandOf, type Depth, total } from "../engine/demand.ts";
import type { Skipped } from "../engine/plan.ts";
import type { Scenario } from "../engine/scenario.ts";
import { counting, whole } from "../record/numbers.ts";
import { baseUrl } from "../../targets/target.ts";
import { disruptionsOf, foreignHosts } from "./disruption.ts";
import { EXPLORING_CONNECTIONS } from "./explore_in_check.ts";
import type { Prepared } from "./prepare.ts";

interface Shown {
  readonly depth: Depth;
  /** Whether random histories follow the scenarios. */
  readonly explores: boolean;
}

/** The lines of the plan. Counts follow from the scenarios as they were parsed. */
export function planText(prepared: Prepared, { depth, explores }: Shown): string {
  const { planned: { run, skipped }, target, start } = prepared;
  const sum = total(run.map((scenario) => demandOf(scenario, depth)));
  const atOnce = Math.max(
    mostAtOnce(run, target.maxConnections),
    explores ? EXPLORING_CONNECTIONS : 0,
  );
  const servers = run.filter(({ ownServer }) => ownServer).length;
  const where = start
    ? "started here"
    : [...new Set([baseUrl(target.websocket), baseUrl(target.api)])].join(" and ");
  const rows: [string, string][] = [
    ["scenarios", `${whole(run.length)}, and ${whole(skipped.length)} skipped`],
    [
      "connections",
      `at most ${whole(atOnce)} at one time, at least ${whole(sum.connections)} in all`,
    ],
    ["messages", `at least ${whole(sum.messages)}: published, sent by clients, or waited for`],
    ["floods", whole(sum.floods)],
    ["restarts", whole(sum.restarts)],
    ["terminations", whole(sum.terminations)],
    ...(start
      ? [["servers", `1 started here, and ${servers} for scenarios alone`] as [string, string]]
      : []),
  ];
  const wide = Math.max(...rows.map(([name]) => name.length));
  return [
    bold(`${target.title}, ${where}`),
    ...rows.map(([name, what]) => `  ${name.padEnd(wide)}  ${what}`),
    ...(explores ? [dim("  Random histories follow; how many depends on the machine.")] : []),
    ...wants(skipped),
    ...declared(prepared),
    ...disruptive(run, depth, foreignHosts(prepared)),
    "Nothing was opened.",
    "",
  ].join("\n");
}

/** The scenarios that the application's own file comes to, and what it declares that none asks about. */
function declared({ application, planned: { run } }: Prepared): string[] {
  if (application === undefined) return [];
  const own = run.filter(({ file }) => file === application.file);
  const chosen = new Set(own.map(({ id }) => id.split("/")[1]));
  const left = notDerived(application.resources, application.roles)
    .filter((line) => chosen.has(line.split(".")[0]));
  return [
    ...(own.length === 0 ? [] : [`From ${application.file}:`]),
    ...own.map(({ id, title }) => `  ${id}  ${dim(title)}`),
    ...(left.length === 0 ? [] : ["No scenario asks about:"]),
    ...left.map((line) => `  ${line}`),
  ];
}

/** What is missing for scenarios that are skipped, and for how many. */
function wants(skipped: readonly Skipped[]): string[] {
  const counts = Map.groupBy(skipped, ({ want }) => want);
  return [...counts].map(([want, those]) => dim(`  ${those.length} skipped for want of ${want}`));
}

/** The scenarios that others would notice, a line for each table of examples. */
function disruptive(
  run: readonly Scenario[],
  depth: Depth,
  foreign: readonly string[],
): string[] {
  const lines = run.flatMap((scenario) => {
    const what = disruptionsOf(scenario, depth);
    return what.length === 0 ? [] : [{ family: scenario.family, what: what.join(", ") }];
  });
  const families = Map.groupBy(lines, ({ family, what }) => `${family}: ${what}`);
  return families.size === 0 ? [] : [
    "What others on the same server may notice:",
    ...[...families].map(([line, those]) =>
      `  ${line}${those.length > 1 ? ` (${counting(those.length, "scenario")})` : ""}`
    ),
    ...(foreign.length === 0 ? [] : [
      yellow(
        `${foreign.join(" and ")} is not this machine: a check asks before it does any of this.`,
      ),
    ]),
  ];
}
