/** `docs/verbs.md`: every verb by who acts, with its arguments and a step of a scenario that uses it. */
import { join, relative } from "@std/path";
import { z } from "zod";
import type { Verb } from "../engine/verb.ts";
import { MATCHER_RULES } from "../language/matcher.ts";
import { actions } from "../language/scenario.ts";
import { isRecord } from "../wire/frame.ts";
import { exampleScenarios } from "./derived_scenarios.ts";
import { loadClientScenarios, loadScenarios } from "./load_scenarios.ts";
import { type Group, GROUPS, VOCABULARY } from "./vocabulary.ts";

/** A step of a scenario that runs with every check. */
export interface Example {
  readonly scenario: string;
  readonly file: string;
  /** The step as it stands in the file, on one line. */
  readonly text: string;
}

export async function verbsPage(root: string): Promise<string> {
  const examples = await examplesOf(root);
  const sections = GROUPS.map((group) => section(group, examples));
  const words = new Set(VOCABULARY.map(({ name }) => name)).size;
  return `
# Verbs

The ${words} verbs a scenario may use, by who acts. A step names one verb and its arguments; a word with
several forms is told apart by a key. A verb that judges may carry \`checks\`, the requirement that the
step judges, or \`informs\`, a requirement it tells something about. A matcher is a value, or one of the
rules ${MATCHER_RULES.map((rule) => `\`${rule}\``).join(", ")}.

${sections.join("\n")}`;
}

/** The plainest step with each verb, over all scenarios: short, with words instead of names. */
export async function examplesOf(root: string): Promise<ReadonlyMap<Verb, Example>> {
  const folder = join(root, "scenarios");
  const all = await Promise.all([
    loadScenarios(folder),
    loadClientScenarios(folder),
    exampleScenarios(root),
  ]);
  const examples = new Map<Verb, Example>();
  for (const { family, file, steps } of all.flat()) {
    for (const { verb, text } of actions(steps)) {
      const known = examples.get(verb);
      if (known && oddness(known.text) <= oddness(text)) continue;
      examples.set(verb, { scenario: family, file: relative(root, file), text });
    }
  }
  return examples;
}

const oddness = (text: string): number => text.length + (/\$|""/.test(text) ? 100 : 0);

function section({ title, about, verbs }: Group, examples: ReadonlyMap<Verb, Example>): string {
  const own = verbs.filter((verb) => verbs.includes(homeOf(verb.name)));
  const words = [...Map.groupBy(own, ({ name }) => name).keys()].toSorted();
  const entries = words.map((word) => {
    const home = homeOf(word);
    const others = VOCABULARY.filter((verb) => verb.name === word && verb !== home);
    const forms = [home, ...others];
    return `### \`${word}\`\n\n${forms.map((form) => entry(form, examples)).join("\n")}`;
  });
  return `## ${title}\n\n${about}\n\n${entries.join("\n")}`;
}

/** The form of a word by which it is sorted. */
function homeOf(word: string): Verb {
  const forms = VOCABULARY.filter(({ name }) => name === word);
  const home = forms.find(({ form }) => form === undefined) ?? forms[0];
  if (!home) throw new Error(`${word} is no verb`);
  return home;
}

function entry(verb: Verb, examples: ReadonlyMap<Verb, Example>): string {
  const form = verb.form === undefined ? "" : `With \`${verb.form}\`: `;
  const judges = verb.judge ? " Judges." : "";
  const example = examples.get(verb);
  const shown = example
    ? `\n\`\`\`\n- ${example.text}\n\`\`\`\n\nFrom [${example.scenario}](../${example.file}).\n`
    : "";
  const rows = argumentsOf(verb).map(({ name, isNeeded, about }) =>
    `- \`${name}\`${isNeeded ? "" : " (optional)"}${about ? `: ${about}` : ""}`
  );
  return `${form}${verb.summary}${judges}\n${
    rows.length > 0 ? `\n${rows.join("\n")}\n` : ""
  }${shown}`;
}

export interface Argument {
  readonly name: string;
  readonly isNeeded: boolean;
  /** Empty where nothing describes it. */
  readonly about: string;
}

/** The arguments of a verb, each once; the bare word itself is none. */
export function argumentsOf(verb: Verb): Argument[] {
  const schema = z.toJSONSchema(verb.schema, { io: "input", unrepresentable: "any" });
  const shapes = [schema, ...[schema.anyOf, schema.oneOf].flatMap((list) => list ?? [])];
  const found = new Map<string, Argument>();
  for (const { properties = {}, required = [] } of shapes.filter(isObject)) {
    for (const [name, property] of Object.entries(properties)) {
      const { description, const: only, type } = isRecord(property) ? property : {};
      if (type === "null" || found.has(name)) continue;
      const about = typeof description === "string"
        ? description
        : only === undefined
        ? ""
        : `always ${JSON.stringify(only)}`;
      found.set(name, { name, isNeeded: required.includes(name), about });
    }
  }
  return [...found.values()];
}

type Shape = {
  readonly properties?: Record<string, unknown>;
  readonly required?: readonly string[];
};

const isObject = (schema: unknown): schema is Shape => isRecord(schema);
