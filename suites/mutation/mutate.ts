/** Trying mutants, several at a time, and making sure that what notices them passes without any. */
import type { Scenario } from "../engine/scenario.ts";
import type { Coverage } from "./coverage.ts";
import { ACTIVE, type Copy } from "./instrument.ts";
import type { Mutant } from "./mutant.ts";
import { inBatches, reaching } from "./order.ts";
import { fromCopy, type Subject } from "./subject.ts";
import { type Finding, findingOf } from "./table.ts";
import { type Came, failuresWithout, tryMutant } from "./trial.ts";

export interface MutateOptions {
  readonly subject: Subject;
  readonly copy: Copy;
  readonly scenarios: readonly Scenario[];
  readonly coverage: Coverage;
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

/** Tries every mutant. What a scenario that is unfit has noticed is tried again without it. */
export async function mutate(options: MutateOptions): Promise<Mutated> {
  const { mutants, subject, copy, scenarios, signal } = options;
  const found = await tryAll(mutants, options);
  const noticing = new Set(found.flatMap(({ scenario }) => scenario ?? []));
  const unfit = signal.aborted ? [] : await failuresWithout(
    fromCopy(subject, copy.folder, {}),
    scenarios.filter(({ id }) => noticing.has(id)),
    signal,
  );
  if (unfit.length === 0) return { findings: found, unfit };
  const isVoid = ({ scenario }: Finding) => scenario !== undefined && unfit.includes(scenario);
  const again = new Set(found.filter(isVoid).map(({ hash }) => hash));
  const anew = await tryAll(mutants.filter(({ hash }) => again.has(hash)), {
    ...options,
    scenarios: scenarios.filter(({ id }) => !unfit.includes(id)),
  });
  return { findings: [...found.filter((finding) => !isVoid(finding)), ...anew], unfit };
}

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
  { subject, copy, scenarios, coverage, signal }: MutateOptions,
  findings: readonly Finding[],
): Promise<Came> {
  const asked = reaching(mutant, scenarios, coverage);
  if (asked.length === 0) return { status: "uncovered" };
  const noticed = findings.filter(({ status }) => status === "noticed");
  const mutated = fromCopy(subject, copy.folder, { [ACTIVE]: mutant.id });
  return await tryMutant(mutated, inBatches(mutant, asked, coverage, noticed), signal);
}
