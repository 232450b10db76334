/** What `mutate` mutates, in the configurations it is tried in. */
import { join } from "@std/path";
import { loadApplication } from "../applications/file.ts";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { needsApplication, plan } from "../engine/plan.ts";
import { type Coverage, coverageOf } from "../mutation/coverage.ts";
import type { Copy } from "../mutation/instrument.ts";
import type { Configuration } from "../mutation/mutate.ts";
import type { Subject } from "../mutation/subject.ts";
import type { Requirement } from "../record/requirement.ts";
import { UsageError } from "../record/usage_error.ts";
import { loadTarget, targetPath } from "../../targets/file.ts";
import { loadScenarios } from "./load_scenarios.ts";

/** Folders whose sources are mutated. */
export const MUTATED = ["targets/reference/server", "targets/reference/app"] as const;

interface Named {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Another file of `targets/applications/`; then only what needs the application is asked. */
  readonly application?: string;
  /** The folder whose mutants are tried though they have survived before. */
  readonly asksAgain?: string;
}

const TLS = join(MUTATED[0], "testing", "tls");
const DEFAULT: Named = { name: "default", variables: {} };
/** What nothing executes in one is tried in the next. */
const OTHERS: readonly Named[] = [
  { name: "two workers", variables: { REFERENCE_WORKERS: "2" }, asksAgain: MUTATED[0] },
  {
    // And the application's other way to send, and to whom it tells of lots.
    name: "TLS",
    asksAgain: MUTATED[1],
    variables: {
      APPLICATION_BROADCASTING: "now",
      APPLICATION_PRIVATE_AUCTIONS: "1",
      APPLICATION_LOT_PREFIX: "private-",
      REFERENCE_SCHEME: "https",
      REFERENCE_CA: join(TLS, "authority.pem"),
      REFERENCE_TLS_CERT: join(TLS, "server.cert.pem"),
      REFERENCE_TLS_KEY: join(TLS, "server.key.pem"),
    },
  },
  // Containers of its own for every trial, so it is asked last.
  {
    name: "PostgreSQL and Redis",
    variables: {},
    application: "reference-postgres",
    asksAgain: MUTATED[1],
  },
];
/** Servers on which coverage is measured. */
const LANES = 4;

interface Around {
  readonly root: string;
  readonly copy: Copy;
  readonly cache: string;
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
}

/** The default, and the others. */
export async function configurationsOf(
  around: Around,
): Promise<[Configuration, ...Configuration[]]> {
  return [
    await configurationOf(DEFAULT, around),
    ...await Promise.all(OTHERS.map((one) => configurationOf(one, around))),
  ];
}

/** The reference server and application, and the scenarios of a quick check that they give the means for. */
async function configurationOf(
  { name, variables, application: file, asksAgain }: Named,
  around: Around,
): Promise<Configuration> {
  const { root } = around;
  const set = new Map(Object.entries(variables));
  const environment = (variable: string) => set.get(variable) ?? Deno.env.get(variable);
  const folder = join(root, "targets", "applications");
  const [catalogue, target, application, all] = await Promise.all([
    loadCatalogue(root),
    loadTarget(targetPath("reference", join(root, "targets")), { started: true, environment }),
    loadApplication(targetPath(file ?? "reference", folder), environment),
    loadScenarios(join(root, "scenarios")),
  ]);
  const requirement = (id: string): Requirement => {
    const found = catalogue.find(id);
    if (!found) throw new UsageError(`a scenario checks ${id}, which the catalogue does not have`);
    return found;
  };
  const means = { target, application, started: true, webhooks: true, requirement };
  const scenarios = plan(all.filter(({ fullOnly }) => !fullOnly), means).run
    .filter((scenario) => file === undefined || needsApplication(scenario));
  const subject: Subject = { target, application, requirement };
  let measured: Promise<Coverage> | undefined;
  const coverage = () => measured ??= covered(name, subject, scenarios, around);
  return { name, subject, scenarios, coverage, ...(asksAgain ? { asksAgain } : {}) };
}

/** Measured where it is not known yet for these sources. */
async function covered(
  name: string,
  subject: Subject,
  scenarios: Configuration["scenarios"],
  { copy, cache, signal, write }: Around,
): Promise<Coverage> {
  const file = join(cache, `coverage-${name.replaceAll(" ", "-")}-${copy.hash}.json`);
  const text = await Deno.readTextFile(file).catch(() => undefined); // there may be none yet
  const before: Coverage | undefined = text === undefined ? undefined : JSON.parse(text);
  let ran = 0;
  const began = performance.now();
  const coverage = await coverageOf({
    subject,
    copy: copy.folder,
    scenarios,
    before,
    lanes: LANES,
    signal,
    onDone: ({ id }, { fails }) => {
      ran++;
      if (fails) write(`${id} fails without any mutant (${fails}): it is not asked\n`);
    },
  });
  await Deno.writeTextFile(file, JSON.stringify(coverage));
  const seconds = Math.round((performance.now() - began) / 1000);
  write(`${name}: coverage of ${scenarios.length} scenarios, ${ran} measured in ${seconds} s\n`);
  return coverage;
}
