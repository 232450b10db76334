/** From the list under `steps:` to steps: who does what, and which requirement it judges. */
import { z } from "zod";
import { unknownClients } from "./client_name.ts";
import { invocation } from "../record/invocation.ts";
import { REQUIREMENT_ID } from "../record/requirement.ts";
import { renamedWord } from "./renamed.ts";
import { isName } from "./variables.ts";
import { isRecord } from "../wire/frame.ts";
import { didYouMean, position, type Problem, problemsOf, type Source } from "./bad_file.ts";
import type { ActionStepOf, Check, StepOf, Word } from "./scenario.ts";

/** Every verb a scenario may use. */
export type Vocabulary<V extends Word = Word> = readonly V[];

const requirementId = z.string().regex(REQUIREMENT_ID, 'expected a requirement id such as "P-099"');
const checksSchema = z.strictObject({
  // One id, or a list of them.
  checks: z.preprocess(
    (value) => (typeof value === "string" ? [value] : value),
    z.array(requirementId).min(1),
  )
    .optional(),
  informs: requirementId.optional(),
  ambiguity: z.string().regex(/^A\d+$/, 'expected an ambiguity such as "A2"').optional(),
});
const times = z.union([
  z.number().int().min(1).transform((count) => ({ quick: count, full: count })),
  z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) }),
], { error: "expected a count, or { quick: 20, full: 10000 }" });
const repeatSchema = z.strictObject({ times, steps: z.array(z.unknown()).min(1) });

interface Reading<V extends Word> {
  readonly source: Source;
  readonly vocabulary: Vocabulary<V>;
  readonly clients: readonly string[];
  readonly problems: Problem[];
  next: number;
}

/** Reads a list of steps; what is wrong goes to `problems`. */
export function readSteps<V extends Word>(
  source: Source,
  list: readonly unknown[],
  path: readonly PropertyKey[],
  vocabulary: Vocabulary<V>,
  clients: readonly string[],
  problems: Problem[],
): StepOf<V>[] {
  return readList({ source, vocabulary, clients, problems, next: 0 }, list, path);
}

function readList<V extends Word>(
  reading: Reading<V>,
  list: readonly unknown[],
  path: readonly PropertyKey[],
): StepOf<V>[] {
  return list.flatMap((entry, index) => readStep(reading, entry, [...path, index]) ?? []);
}

function readStep<V extends Word>(
  reading: Reading<V>,
  written: unknown,
  path: readonly PropertyKey[],
): StepOf<V> | undefined {
  const entry = typeof written === "string" ? { [written]: null } : written;
  const { source, vocabulary, clients } = reading;
  const complain = (at: readonly PropertyKey[], message: string) => {
    reading.problems.push({ file: source.file, ...position(source, at), message });
    return undefined;
  };
  if (!isRecord(entry) || Object.keys(entry).length !== 1) {
    return complain(
      path,
      "a step is a mapping with one key: a client's name, a verb, together or repeat",
    );
  }
  const [head = "", body] = Object.entries(entry)[0] ?? [];
  const base = {
    index: reading.next++,
    line: position(source, path).line,
    text: quote(source, path),
  };

  if (head === "together") {
    if (!Array.isArray(body)) {
      return complain([...path, head], "together: expected a list of steps");
    }
    return { ...base, kind: "together", steps: readList(reading, body, [...path, head]) };
  }
  if (head === "repeat") {
    const parsed = repeatSchema.safeParse(body);
    if (!parsed.success) {
      reading.problems.push(
        ...problemsOf(source, parsed.error, [...path, head], () => Object.keys(repeatSchema.shape)),
      );
      return undefined;
    }
    return {
      ...base,
      kind: "repeat",
      times: parsed.data.times,
      steps: readList(reading, parsed.data.steps, [...path, head, "steps"]),
    };
  }
  if (clients.includes(head)) {
    const verbs = vocabulary.filter((verb) => verb.actor === "client");
    const said = typeof body === "string" ? { [body]: null } : body;
    if (!isRecord(said)) {
      return complain(
        [...path, head],
        `${head}: expected a verb such as "connects" or a mapping such as { receives: Event }`,
      );
    }
    const keys = Object.keys(said);
    const first = keys.find((key) => verbs.some(({ name }) => name === key)) ?? keys[0] ?? "";
    const verb = formOf(verbs, first, said);
    const old = oldWord("client", keys[0] ?? "", said);
    if (old) return complain([...path, head], old);
    if (!verb) {
      return complain(
        [...path, head],
        `${head}: "${first}" is not a verb of a client.${
          didYouMean(
            first,
            verbs.map((v) => v.name),
          )
        }`,
      );
    }
    return readAction(reading, base, verb, said, head, [...path, head]);
  }
  const verbs = vocabulary.filter(({ actor }) => actor === "scenario");
  const verb = formOf(verbs, head, isRecord(body) ? body : {});
  const said = isRecord(body) ? body : { [verb?.bare ?? head]: body };
  const old = oldWord("scenario", head, said);
  if (old) return complain([...path, head], old);
  if (!verb) {
    const known = [
      ...clients,
      "together",
      "repeat",
      ...verbs.map((v) => v.name),
    ];
    return complain(
      path,
      `"${head}" is neither a client of this scenario nor a verb.${didYouMean(head, known)}`,
    );
  }
  return readAction(reading, base, verb, said, "", [...path, head]);
}

/** What to write instead, where a step is written as it once was. */
function oldWord(
  actor: Word["actor"],
  word: string,
  said: Readonly<Record<string, unknown>>,
): string | undefined {
  const old = renamedWord(actor, word, said);
  return old &&
    `"${word}" is written "${old.now}" now; \`${invocation("migrate")}\` rewrites the file`;
}

/** The form of a word that has the key this mapping has, or else the one that is told by none. */
export function formOf<V extends Word>(
  vocabulary: Vocabulary<V>,
  name: string,
  said: Readonly<Record<string, unknown>>,
): V | undefined {
  const forms = vocabulary.filter((verb) => verb.name === name);
  return forms.find(({ form }) => form !== undefined && form in said) ??
    forms.find(({ form }) => form === undefined) ?? forms[0];
}

function readAction<V extends Word>(
  reading: Reading<V>,
  base: Pick<ActionStepOf<V>, "index" | "line" | "text">,
  verb: V,
  said: Record<string, unknown>,
  actor: string,
  path: readonly PropertyKey[],
): ActionStepOf<V> | undefined {
  const { checks, informs, ambiguity, ...params } = said;
  const judged = checksSchema.safeParse({ checks, informs, ambiguity });
  const parsed = readParams(verb, params);
  if (!judged.success) reading.problems.push(...problemsOf(reading.source, judged.error, path));
  if (!parsed.success) {
    reading.problems.push(
      ...problemsOf(
        reading.source,
        parsed.error,
        path,
        () => [...keysOf(verb), "checks", "informs"],
      ),
    );
  }
  if (!judged.success || !parsed.success) return undefined;
  const wrong = [
    ...unknownClients(verb.schema, parsed.data, reading.clients),
    ...[verb.refuses?.(parsed.data, actor) ?? []].flat().map((message) => ({ at: [], message })),
  ];
  if (wrong.length > 0) {
    reading.problems.push(...wrong.map(({ at, message }) => ({
      file: reading.source.file,
      ...position(reading.source, [...path, ...at]),
      message,
    })));
    return undefined;
  }
  const judging = judged.data.checks ? "checks" : judged.data.informs ? "informs" : undefined;
  if (judging && !verb.judge) {
    reading.problems.push({
      file: reading.source.file,
      ...position(reading.source, [...path, judging]),
      message: `"${verb.name}" judges nothing, so it cannot carry ${judging}`,
    });
    return undefined;
  }
  const list: Check[] = (judged.data.checks ?? []).map((requirement) => ({
    requirement,
    ...(judged.data.ambiguity ? { ambiguity: judged.data.ambiguity } : {}),
  }));
  if (judged.data.informs) list.push({ requirement: judged.data.informs, informs: true });
  return { ...base, kind: "action", actor, verb, params: parsed.data, checks: list };
}

/**
 * Parses the parameters of a verb. Where a value of another type than text is written as `$name`, it
 * cannot be checked yet: it is taken as it stands, and checked when the step runs.
 */
function readParams(
  verb: Word,
  params: Record<string, unknown>,
): { success: true; data: unknown } | { success: false; error: z.ZodError } {
  const parsed = verb.schema.safeParse(params);
  if (parsed.success) return parsed;
  const issues = parsed.error.issues.filter(({ path }) => !isName(valueAt(params, path)));
  return issues.length === 0
    ? { success: true, data: params }
    : { success: false, error: new z.ZodError(issues) };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => isRecord(at) ? at[String(key)] : Array.isArray(at) ? at[Number(key)] : undefined,
    value,
  );
}

/** The keys a verb's mapping may have. */
export function keysOf(verb: Word): string[] {
  return verb.schema instanceof z.ZodObject ? Object.keys(verb.schema.shape) : [verb.name];
}

/** The step as the file has it, comments aside, on one line. */
function quote(source: Source, path: readonly PropertyKey[]): string {
  const node = source.document.getIn(path, true) as
    | { range?: [number, number, number] }
    | undefined; // keepScalar gives nodes
  if (!node?.range) return "";
  const text = source.text.slice(node.range[0], node.range[1]);
  const line = text.split("\n").map((part) => part.trim()).filter((part) => !part.startsWith("#"))
    .join(" ").trim();
  return line.length > 240 ? `${line.slice(0, 240)}…` : line;
}
