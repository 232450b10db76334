/** `prove`: run the scenarios through servers that are broken on purpose, and show what they catch. */
import { globToRegExp, join } from "@std/path";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { EXIT, type ExitCode, exitCode } from "../record/exit_code.ts";
import { BREAKS } from "../faults/breaks.ts";
import { loadSource } from "../language/source.ts";
import { AUDIT, checksToProve } from "../proof/checks.ts";
import { type Outcome, outcomeOf } from "../proof/outcome.ts";
import type { Attempt } from "../proof/attempt.ts";
import { type Proof, prove } from "../proof/prove.ts";
import { concernedBy, needsNodes, sample } from "../proof/repertoire.ts";
import { table } from "../proof/table.ts";
import { entryOf, readUnproven } from "../proof/unproven.ts";
import type { Requirement } from "../record/requirement.ts";
import { type Choice, choose, requireKnown, requireSome } from "./chosen.ts";
import { loadScenarios } from "./load_scenarios.ts";
import { requireWritable } from "./writable.ts";
import { interruption } from "./interruption.ts";
import { loadApplication } from "../applications/file.ts";
import { loadTarget, targetPath } from "../../targets/file.ts";
import { UsageError } from "../record/usage_error.ts";

export interface ProveCommand extends Choice {
  /** The folder that holds `scenarios/` and `targets/`. */
  readonly root: string;
  /** Names or globs of breaks; all without any. */
  readonly breaks: readonly string[];
  /** A file of `targets/applications/` that starts the reference application. */
  readonly application: string;
  /** Breaks of nodes, on several nodes that share a Redis, and not those of one server. */
  readonly nodes: boolean;
  /** Where `prove.json` goes. */
  readonly out: string;
}

/** Throws `BadFile`, `UsageError` or `CannotStart`. */
export async function proveCommand(
  options: ProveCommand,
  write: (text: string) => void,
): Promise<ExitCode> {
  const { root, out, nodes } = options;
  const interrupted = interruption();
  const [catalogue, target, application, every, list] = await Promise.all([
    loadCatalogue(root),
    loadTarget(targetPath(nodes ? "reference-nodes" : "reference", join(root, "targets")), {
      started: true,
    }),
    loadApplication(targetPath(options.application, join(root, "targets", "applications"))),
    loadScenarios(join(root, "scenarios")),
    loadSource(join(root, "suites", "proof", "unproven.yaml")).then(readUnproven),
  ]);
  const requirement = (id: string): Requirement => {
    const found = catalogue.find(id);
    if (!found) throw new UsageError(`a scenario checks ${id}, which the catalogue does not have`);
    return found;
  };
  requireKnown(every, options);
  const globs = options.breaks.map((name) => globToRegExp(name));
  const chosen = BREAKS.filter(({ name, node }) =>
    (node !== undefined) === nodes && (globs.length === 0 || globs.some((glob) => glob.test(name)))
  );
  // What several nodes must do together is asked of them alone; all else that they must, as well.
  const all = nodes
    ? every.filter((scenario) => chosen.some((one) => concernedBy(one, [scenario]).length > 0))
    : every.filter((scenario) => !needsNodes(scenario));
  const scenarios = sample(choose(all, options));
  requireSome(scenarios, options);
  await requireWritable({ out });
  const isPart = scenarios.length < sample(all).length;
  const breaks = chosen.filter((broken) => !isPart || concernedBy(broken, scenarios).length > 0);
  if (breaks.length === 0) {
    throw new UsageError(
      "no break of such a name violates what these scenarios judge; they are in suites/faults/breaks/",
    );
  }

  // The audit of every frame belongs to the whole: a part has no breaks that could prove it.
  const checks = checksToProve(nodes ? scenarios.filter(needsNodes) : scenarios, root)
    .filter(({ family }) => !isPart && !nodes || family !== AUDIT);
  // Where only some breaks are tried, nothing is asked of checks that none of them concerns.
  const toProve = globs.length > 0 ? [] : checks.filter((check) => !entryOf(check, list));
  const proof = await prove({
    target,
    application,
    scenarios: globs.length === 0
      ? scenarios
      : scenarios.filter((scenario) =>
        breaks.some((broken) => concernedBy(broken, [scenario]).length > 0)
      ),
    breaks,
    ofNodes: nodes,
    toProve: new Set(toProve.map(({ key }) => key)),
    requirement,
    signal: interrupted,
    onAttempt: ({ broken, caughtBy, durationMs }) =>
      write(`${broken.name}: ${caughtBy.length} caught, ${durationMs} ms\n`),
  });
  const families = new Set(checks.map(({ family }) => family));
  // Only of the whole it can be said that an entry is about nothing.
  const isAbout = (scenario: string) =>
    families.has(scenario) ||
    (!isPart && !nodes && !every.some(({ family }) => family === scenario));
  const whole = outcomeOf(checks, proof, list.filter(({ scenario }) => isAbout(scenario)));
  const outcome = globs.length > 0 ? ofTheBreaksAlone(whole) : whole;
  // Of some scenarios nobody asks that they catch every break that concerns them.
  const missed = isPart && globs.length === 0 ? [] : outcome.uncaught;
  await Deno.writeTextFile(join(out, "prove.json"), asJson(proof, outcome));
  write(table(proof, outcome));
  return exitCode([
    ...(interrupted.aborted ? [EXIT.interrupted] : []),
    ...(proof.attempts.some(({ faults }) => faults.length > 0) ? [EXIT.internal] : []),
    ...([missed, outcome.unexplained, outcome.stale, proof.spoiled].some((list) => list.length > 0)
      ? [EXIT.failed]
      : []),
  ]);
}

/** Where only some breaks were tried, nothing can be said of checks that none of them concerns. */
function ofTheBreaksAlone({ checks, uncaught }: Outcome): Outcome {
  const caught = checks.filter(({ breaks }) => breaks.length > 0);
  return { checks: caught, uncaught, explained: [], unexplained: [], stale: [] };
}

function asJson(proof: Proof, outcome: Outcome): string {
  return JSON.stringify(
    {
      checks: outcome.checks.map(({ check, breaks }) => ({ ...check, breaks })),
      breaks: proof.attempts.map(breakAsJson),
      unexplained: outcome.unexplained.map(({ key }) => key),
      explained: outcome.explained.map(({ check, reason }) => ({ key: check.key, reason })),
      stale: outcome.stale,
      failingWithoutBreaks: proof.spoiled,
    },
    null,
    2,
  );
}

function breakAsJson({ broken, acted, caughtBy, alsoFailed, faults, durationMs }: Attempt) {
  const { name, title, violates } = broken;
  return { name, title, violates, acted, durationMs, caughtBy, alsoFailed, faults };
}
