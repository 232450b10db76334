/** From the YAML of a scenario file to scenarios, with every mistake shown where it stands. */
import { z } from "zod";
import { BadFile, position, type Problem, problemsOf, type Source } from "./bad_file.ts";
import { duration, milliseconds } from "./duration.ts";
import { type ScenarioOf, SCHEDULES, type Word } from "./scenario.ts";
import { mutations } from "./mutations.ts";
import { combined, sharedColumn, tableSchema } from "./rows.ts";
import { readSteps, type Vocabulary } from "./steps.ts";
import { unknownNames } from "./unknown_names.ts";
import { version } from "./version.ts";

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
  schedule: z.enum(SCHEDULES).default("parallel"),
  slow: z.boolean().default(false),
  depth: z.enum(["quick", "full"]).default("quick"),
  ownServer: z.boolean().default(false),
  deadline: duration.default("5s"),
  cause: z.enum(["configuration", "absent feature"]).optional(),
  clients: z.record(z.string().regex(/^[a-z][a-zA-Z0-9]*$/), clientSchema).default({}),
  variables: z.record(z.string(), z.unknown()).default({}),
  examples: tableSchema.optional().describe("one scenario a row, with the row's columns as names"),
  across: tableSchema.optional().describe(
    "a second table: every row of examples with every row of it",
  ),
  mutate: z.unknown().optional().describe(
    "a right message; one scenario for each way to get it wrong, as $message",
  ),
  // Read step by step below; named so that the JSON Schema can say what a step is.
  steps: z.array(z.unknown()).min(1).meta({ id: "steps" }),
});

const fileSchema = z.strictObject({
  version,
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
export function parseScenarios<V extends Word>(
  source: Source,
  vocabulary: Vocabulary<V>,
): ScenarioOf<V>[] {
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

function parseOne<V extends Word>(
  source: Source,
  suite: string,
  entry: unknown,
  path: readonly PropertyKey[],
  vocabulary: Vocabulary<V>,
  problems: Problem[],
): ScenarioOf<V>[] {
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
  const params = parsed.data;
  const complain = (at: readonly PropertyKey[], message: string) =>
    problems.push({ file: source.file, ...position(source, [...path, ...at]), message });
  if (!params.id.startsWith(`${suite}/`)) {
    complain(["id"], `id "${params.id}" must start with its suite, "${suite}/"`);
  }
  for (const name of Object.keys(params.clients)) {
    if (vocabulary.some((verb) => verb.name === name)) {
      complain(["clients", name], `"${name}" is a verb and cannot name a client`);
    }
  }

  const before = problems.length;
  const steps = readSteps(
    source,
    params.steps,
    [...path, "steps"],
    vocabulary,
    Object.keys(params.clients),
    problems,
  );
  if (problems.length > before) return [];

  const apps = [
    params.app,
    ...Object.values(params.clients).map((client) => client.app ?? params.app),
  ];
  const needs = [
    ...params.needs,
    ...apps.filter((app) => app !== "main").map((app) => `apps.${app}`),
  ];
  const clients = Object.fromEntries(
    Object.entries(params.clients).map((
      [name, { count, app }],
    ) => [name, app === undefined ? { count } : { count, app }]),
  );
  const scenario = (
    id: string,
    title: string,
    variables: Record<string, unknown>,
    at: readonly PropertyKey[],
  ): ScenarioOf<V> => ({
    id,
    family: params.id,
    suite,
    title,
    file: source.file,
    line: position(source, at).line,
    app: params.app,
    needs: [...new Set(params.ownServer ? [...needs, "start"] : needs)],
    schedule: params.schedule,
    slow: params.slow,
    fullOnly: params.depth === "full",
    ownServer: params.ownServer,
    deadlineMs: milliseconds(params.deadline),
    clients,
    variables,
    steps,
    ...(params.cause ? { cause: params.cause } : {}),
  });

  const { examples, across } = params;
  if (across && !examples) complain(["across"], "across: needs examples to combine with");
  const shared = examples && across && sharedColumn(examples, across);
  if (shared) complain(["across"], `"${shared}" is a column of examples already`);
  const rows = examples
    ? combined(examples, across)
    : params.mutate === undefined
    ? undefined
    : mutations(params.mutate);
  const known = [clients, params.variables, ...rows ?? []].flatMap((one) => Object.keys(one));
  for (const { at, message } of unknownNames(params.steps, known, new Set(Object.keys(clients)))) {
    complain(["steps", ...at], message);
  }
  /** Where a row stands, if it stands in this file. */
  const placeOf = (row: number): readonly PropertyKey[] => {
    if (!Array.isArray(examples)) return [...path, examples ? "examples" : "mutate"];
    const pairs = (rows?.length ?? 0) / examples.length;
    return [...path, "examples", Math.floor(row / pairs)];
  };
  if (!rows) return [scenario(params.id, params.title, params.variables, path)];
  const seen = new Set<string>();
  return rows.map((example, row) => {
    const { name, ...columns } = example;
    if (seen.has(slug(name))) {
      complain(placeOf(row).slice(path.length), `two examples are named "${name}"`);
    }
    seen.add(slug(name));
    return scenario(
      `${params.id}/${slug(name)}`,
      `${params.title}: ${name}`,
      { ...params.variables, ...columns, example: name },
      placeOf(row),
    );
  });
}

/** Ids must be unique over all files; the first comes from where the second is complained of. */
export function refuseDuplicates(scenarios: readonly ScenarioOf<Word>[]): void {
  const first = new Map<string, ScenarioOf<Word>>();
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
