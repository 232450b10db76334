/** From the YAML of a scenario file to scenarios, with every mistake shown where it stands. */
import { z } from "zod";
import { BadFile, position, type Problem, problemsOf, type Source } from "./bad_file.ts";
import { duration, milliseconds } from "./duration.ts";
import { LANES, type Scenario } from "./scenario.ts";
import { mutations } from "./mutations.ts";
import { readSteps, type Vocabulary } from "./steps.ts";

const clientSchema = z.strictObject({
  count: z.number().int().min(1).max(20_000).default(1).describe("a group of this many clients"),
  app: z.string().optional().describe("the app of the target file it connects to"),
});

const scenarioSchema = z.strictObject({
  id: z.string().regex(
    /^[a-z0-9-]+(\/[a-z0-9-]+)+$/,
    "expected suite/group/name in lower case, with dashes",
  ),
  title: z.string().min(1),
  app: z.string().default("main"),
  needs: z.array(z.string()).default([]),
  lane: z.enum(LANES).default("parallel"),
  slow: z.boolean().default(false),
  depth: z.enum(["quick", "full"]).default("quick"),
  ownServer: z.boolean().default(false),
  deadline: duration.default("5s"),
  cause: z.enum(["configuration", "absent feature"]).optional(),
  clients: z.record(z.string().regex(/^[a-z][a-zA-Z0-9]*$/), clientSchema).default({}),
  variables: z.record(z.string(), z.unknown()).default({}),
  examples: z.array(z.looseObject({ name: z.string().min(1) })).optional()
    .describe("one scenario a row, with the row's columns as names"),
  mutate: z.unknown().optional().describe(
    "a right message; one scenario for each way to get it wrong, as $message",
  ),
  // Read step by step below; named so that the JSON Schema can say what a step is.
  steps: z.array(z.unknown()).min(1).meta({ id: "steps" }),
});

const fileSchema = z.strictObject({
  suite: z.string().regex(/^[a-z-]+$/),
  about: z.string().optional().describe("what this file is about, for readers"),
  scenarios: z.array(z.unknown()).min(1),
});

/** The envelope of a scenario file, for the JSON Schema that editors read. */
export const scenarioFileSchema = fileSchema.extend({ scenarios: z.array(scenarioSchema) });

/** The part of `id` that an example's name makes. */
export function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
}

/** Parses one scenario file. Throws `BadFile` with every problem found in it. */
export function parseScenarios(source: Source, vocabulary: Vocabulary): Scenario[] {
  const raw: unknown = source.document.toJS();
  const file = fileSchema.safeParse(raw);
  if (!file.success) {
    throw new BadFile(problemsOf(source, file.error, [], () => Object.keys(fileSchema.shape)));
  }
  const problems: Problem[] = [];
  const scenarios = file.data.scenarios.flatMap((entry, index) =>
    parseOne(source, file.data.suite, entry, ["scenarios", index], vocabulary, problems)
  );
  if (problems.length > 0) throw new BadFile(problems);
  return scenarios;
}

function parseOne(
  source: Source,
  suite: string,
  entry: unknown,
  path: readonly PropertyKey[],
  vocabulary: Vocabulary,
  problems: Problem[],
): Scenario[] {
  const parsed = scenarioSchema.safeParse(entry);
  if (!parsed.success) {
    problems.push(
      ...problemsOf(
        source,
        parsed.error,
        path,
        (at) => (at.length === 0 ? Object.keys(scenarioSchema.shape) : []),
      ),
    );
    return [];
  }
  const told = parsed.data;
  const complain = (at: readonly PropertyKey[], message: string) =>
    problems.push({ file: source.file, ...position(source, [...path, ...at]), message });
  if (!told.id.startsWith(`${suite}/`)) {
    complain(["id"], `id "${told.id}" must start with its suite, "${suite}/"`);
  }
  for (const name of Object.keys(told.clients)) {
    if (vocabulary.some((verb) => verb.name === name)) {
      complain(["clients", name], `"${name}" is a verb and cannot name a client`);
    }
  }

  const before = problems.length;
  const steps = readSteps(
    source,
    told.steps,
    [...path, "steps"],
    vocabulary,
    Object.keys(told.clients),
    problems,
  );
  if (problems.length > before) return [];

  const apps = [told.app, ...Object.values(told.clients).map((client) => client.app ?? told.app)];
  const needs = [
    ...told.needs,
    ...apps.filter((app) => app !== "main").map((app) => `apps.${app}`),
  ];
  const clients = Object.fromEntries(
    Object.entries(told.clients).map((
      [name, { count, app }],
    ) => [name, app === undefined ? { count } : { count, app }]),
  );
  const scenario = (
    id: string,
    title: string,
    variables: Record<string, unknown>,
    at: readonly PropertyKey[],
  ): Scenario => ({
    id,
    family: told.id,
    suite,
    title,
    file: source.file,
    line: position(source, at).line,
    app: told.app,
    needs: [...new Set(told.ownServer ? [...needs, "start"] : needs)],
    lane: told.lane,
    slow: told.slow,
    fullOnly: told.depth === "full",
    ownServer: told.ownServer,
    deadlineMs: milliseconds(told.deadline),
    clients,
    variables,
    steps,
    ...(told.cause ? { cause: told.cause } : {}),
  });

  const rows = told.examples ?? (told.mutate === undefined ? undefined : mutations(told.mutate));
  if (!rows) return [scenario(told.id, told.title, told.variables, path)];
  const seen = new Set<string>();
  return rows.map((example, row) => {
    const { name, ...columns } = example;
    if (seen.has(slug(name))) {
      complain(["examples", row, "name"], `two examples are named "${name}"`);
    }
    seen.add(slug(name));
    return scenario(
      `${told.id}/${slug(name)}`,
      `${told.title}: ${name}`,
      { ...told.variables, ...columns, example: name },
      told.examples ? [...path, "examples", row] : [...path, "mutate"],
    );
  });
}

/** Ids must be unique over all files; the first comes from where the second is complained of. */
export function refuseDuplicates(scenarios: readonly Scenario[]): void {
  const first = new Map<string, Scenario>();
  const problems: Problem[] = [];
  for (const scenario of scenarios) {
    const other = first.get(scenario.id);
    if (other) {
      problems.push({
        file: scenario.file,
        line: scenario.line,
        column: 1,
        message: `scenario id "${scenario.id}" is taken by ${other.file}:${other.line}`,
      });
    } else first.set(scenario.id, scenario);
  }
  if (problems.length > 0) throw new BadFile(problems);
}
