/** What a check needs before anything is opened: files are read, and scenarios are planned. */
import { join } from "@std/path";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { clientRequirements, planClients, SCRIPTED_TARGET } from "../pages/subject.ts";
import { type Expected, readExpected } from "../engine/expected.ts";
import { type Plan, plan } from "../engine/plan.ts";
import { loadSource } from "../language/source.ts";
import { readSuccessors, type Successors } from "../language/successors.ts";
import { daysOf, readSince } from "../language/since.ts";
import type { RunLine } from "../record/check/lines.ts";
import type { Requirement } from "../record/requirement.ts";
import { whyNoChromium } from "../pages/browser/chromium.ts";
import { UsageError } from "../record/usage_error.ts";
import { type ApplicationFile, loadApplication } from "../applications/file.ts";
import { loadTarget, targetPath } from "../../targets/file.ts";
import type { Target } from "../../targets/target.ts";
import type { CheckOptions } from "./check_options.ts";
import { chooseScenarios } from "./choose_scenarios.ts";
import { requireRequirements, requireScenarios } from "./expected_scenarios.ts";
import { requireKnownChecks } from "./known_checks.ts";
import { derivedScenarios } from "./derived_scenarios.ts";
import { pinCatalogue } from "./pin_catalogue.ts";

export interface Prepared {
  readonly target: Target;
  /** Whether Plumbline starts the server. */
  readonly start: boolean;
  readonly application?: ApplicationFile;
  readonly requirements: readonly Requirement[];
  /** Throws `UsageError` for one that the catalogue does not have. */
  readonly requirement: (id: string) => Requirement;
  readonly planned: Plan;
  /** The day whose catalogue is judged by, and what is newer. */
  readonly pinned?: NonNullable<RunLine["catalogue"]>;
  /** Scenarios, by id, that are newer altogether. */
  readonly newer?: ReadonlySet<string>;
  /** The list that results are held against. */
  readonly expected: readonly Expected[];
  readonly successors: Successors;
}

/** Reads what the options name. Throws `BadFile` or `UsageError`; opens no connection. */
export async function prepare(options: CheckOptions): Promise<Prepared> {
  const start = !options.clients && (options.start || options.target === undefined);
  const file = targetPath(options.target ?? "reference", join(options.root, "targets"));
  const target = options.clients
    ? await SCRIPTED_TARGET
    : await loadTarget(file, { started: start });
  const application = await applicationOf(options, target);
  const [catalogue, chosen, expected, successors] = await Promise.all([
    loadCatalogue(options.root),
    chooseScenarios(options, application && derivedScenarios(application)),
    options.expected === undefined ? [] : loadSource(options.expected).then(readExpected),
    loadSource(join(options.root, "scenarios", "successors.yaml")).then(readSuccessors),
  ]);
  const { known } = chosen;
  if (options.expected !== undefined) {
    const folder = join(options.root, "scenarios");
    requireRequirements(options.expected, expected, catalogue.requirements.map(({ id }) => id));
    await requireScenarios(options.expected, expected, known, folder, successors);
  }
  const all = options.clients ? clientRequirements(catalogue) : catalogue.requirements;
  requireKnownChecks(chosen.scenarios, all.map(({ id }) => id));
  const { catalogue: date } = options;
  const pinned = date === undefined
    ? undefined
    : pinCatalogue(date, all, chosen.scenarios, await loadDays(options.root));
  const { requirements, scenarios } = pinned ?? { requirements: all, ...chosen };
  const requirement = (id: string): Requirement => {
    const found = requirements.find((row) => row.id === id);
    if (!found) throw new UsageError(`a scenario checks ${id}, which the catalogue does not have`);
    return found;
  };
  if (options.spread && !hasNodes(target, start)) {
    throw new UsageError(
      start
        ? `--spread: ${target.file} starts one node; give its "start" more "nodes"`
        : `--spread: ${target.file} names no "nodes"`,
    );
  }
  const planned = options.clients ? planClients(scenarios) : plan(scenarios, {
    target,
    ...(application ? { application } : {}),
    started: start,
    spread: options.spread,
    // A server that is started here is told where to; any other's file says where it sends them.
    webhooks: start || target.webhooks !== undefined,
    whyNoBrowser: whyNoChromium(),
    requirement,
  });
  return {
    target,
    start,
    ...(application ? { application } : {}),
    requirements,
    requirement,
    planned,
    ...(date !== undefined && pinned
      ? { pinned: { date, newer: pinned.newer }, newer: pinned.whole }
      : {}),
    expected,
    successors,
  };
}

const hasNodes = ({ nodes, start }: Target, started: boolean) =>
  started ? (start?.nodes ?? 1) > 1 : nodes !== undefined;

/** The application that was named, or the reference one beside the reference server. */
async function applicationOf(
  { root, application, clients, target: named }: CheckOptions,
  target: Target,
): Promise<ApplicationFile | undefined> {
  const name = application ?? target.application ?? (named === undefined ? "reference" : undefined);
  return name === undefined || clients
    ? undefined
    : await loadApplication(targetPath(name, join(root, "targets", "applications")));
}

const loadDays = async (root: string) =>
  daysOf(readSince(await loadSource(join(root, "scenarios", "since.yaml"))));
