/** Trying mutants, several at a time, and making sure that what notices them passes without any. */
import type { Scenario } from "../engine/scenario.ts";
import type { Coverage } from "./coverage.ts";
import { ACTIVE, type Copy } from "./instrument.ts";
import type { Mutant } from "./mutant.ts";
import { inBatches, reaching } from "./order.ts";
import { fromCopy, type Subject } from "./subject.ts";
import { type Came, type Finding, findingOf } from "./table.ts";
import { failuresWithout, tryMutant } from "./trial.ts";

/** The subject in one of its configurations. */
export interface Configuration {
  /** Such as `two workers`; of the first, its default, nothing is said. */
  readonly name: string;
  readonly subject: Subject;
  readonly scenarios: readonly Scenario[];
  /** Measured when it is asked for. */
  coverage(): Promise<Coverage>;
  /** The mutants it is asked about though they have survived before, by how their files begin. */
  readonly asksAgain?: string;
}

export interface MutateOptions {
  readonly copy: Copy;
  /** The default first: what nothing executes there is tried in the next, and what survives where it asks again. */
  readonly configurations: readonly [Configuration, ...Configuration[]];
  readonly mutants: readonly Mutant[];
  /** What noticed which mutant before: those scenarios are tried first near by. */
  readonly before: readonly Finding[];
  /** Mutants tried at a time; they mostly wait for what does not come. */
  readonly lanes: number;
  readonly signal: AbortSignal;
  readonly onFound: (finding: Finding, durationMs: number) => void;
}

export interface Mutated {
  readonly findings: readonly Finding[];
  /** Scenarios that noticed a mutant and fail without one as well: what they said is void. */
  readonly unfit: readonly string[];
}

/**
 * Tries every mutant. A scenario that noticed it before is asked first, alone. What a scenario that is
 * unfit has noticed is tried again without it.
 */
export async function mutate(options: MutateOptions): Promise<Mutated> {
  const { mutants, copy, configurations, signal } = options;
  const found = await tryAll(mutants, options);
  const unfit: string[] = [];
  for (const { name, subject, scenarios } of signal.aborted ? [] : configurations) {
    const noticing = new Set(
      found.filter((finding) => isOf(finding, name, options)).map(({ scenario }) => scenario),
    );
    const asked = scenarios.filter(({ id }) => noticing.has(id));
    if (asked.length === 0) continue;
    unfit.push(...await failuresWithout(fromCopy(subject, copy.folder, {}), asked, signal));
  }
  if (unfit.length === 0) return { findings: found, unfit };
  const isVoid = ({ scenario }: Finding) => scenario !== undefined && unfit.includes(scenario);
  const again = new Set(found.filter(isVoid).map(({ hash }) => hash));
  const fit = (configuration: Configuration): Configuration => ({
    ...configuration,
    scenarios: configuration.scenarios.filter(({ id }) => !unfit.includes(id)),
  });
  const [first, ...others] = configurations;
  const anew = await tryAll(mutants.filter(({ hash }) => again.has(hash)), {
    ...options,
    configurations: [fit(first), ...others.map(fit)],
  });
  return { findings: [...found.filter((finding) => !isVoid(finding)), ...anew], unfit };
}

const isOf = (
  { configuration }: Finding,
  name: string,
  { configurations }: Pick<MutateOptions, "configurations">,
) => (configuration ?? configurations[0].name) === name;

async function tryAll(
  mutants: readonly Mutant[],
  options: MutateOptions,
): Promise<Finding[]> {
  const { lanes, signal, onFound, before } = options;
  const left = [...mutants];
  const findings: Finding[] = [];
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const began = performance.now();
      const came = await tryOne(mutant, options, [...before, ...findings]);
      if (signal.aborted) return;
      const finding = findingOf(mutant, came);
      findings.push(finding);
      onFound(finding, performance.now() - began);
    }
  }));
  return findings;
}

async function tryOne(
  mutant: Mutant,
  options: MutateOptions,
  findings: readonly Finding[],
): Promise<Came> {
  const { copy, configurations, signal } = options;
  const noticed = findings.filter(({ status }) => status === "noticed");
  const start = async (subject: Subject, batches: readonly (readonly Scenario[])[]) => {
    const mutated = fromCopy(subject, copy.folder, { [ACTIVE]: mutant.id });
    const came = await tryMutant(mutated, batches, signal);
    // A busy machine may keep a right one from starting.
    return came.status === "invalid" ? await tryMutant(mutated, batches, signal) : came;
  };

  const last = noticed.find(({ hash }) => hash === mutant.hash);
  if (last) {
    const configuration = configurations.find(({ name }) => isOf(last, name, options));
    const scenario = configuration?.scenarios.find(({ id }) => id === last.scenario);
    const came = configuration && scenario && await start(configuration.subject, [[scenario]]);
    if (came?.status === "noticed") return inConfiguration(came, last.configuration);
  }
  let survived: Came | undefined;
  for (const { name, subject, scenarios, coverage, asksAgain } of configurations) {
    if (survived && !(asksAgain && mutant.file.startsWith(asksAgain))) continue;
    const known = await coverage();
    let asked = reaching(mutant, scenarios, known);
    if (asked.length === 0) continue;
    const configuration = name === configurations[0].name ? undefined : name;
    for (let looks = 1;; looks++) {
      const came = await start(subject, inBatches(mutant, asked, known, noticed));
      const isSeen = came.status === "noticed" || came.status === "crash";
      if (signal.aborted) return came;
      if (came.status === "survived") {
        survived ??= inConfiguration(came, configuration);
        break;
      }
      if (!isSeen) return survived ?? inConfiguration(came, configuration);
      // What a busy machine makes fail once does not fail again, alone on a fresh server.
      const noticing = asked.filter(({ id }) => id === came.scenario);
      const again = noticing.length === 0 ? came : await start(subject, [noticing]);
      if (again.status !== "survived") return inConfiguration(again, configuration);
      if (looks === MOST_LOOKS) {
        survived ??= inConfiguration({ status: "survived" }, configuration);
        break;
      }
      asked = asked.filter(({ id }) => id !== came.scenario);
    }
  }
  return survived ?? { status: "uncovered" };
}

/** How often a mutant is tried without a scenario that has noticed it only once. */
const MOST_LOOKS = 3;

const inConfiguration = (came: Came, configuration: string | undefined): Came =>
  configuration === undefined ? came : { ...came, configuration };
