import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { isRecord } from "../wire/frame.ts";
import { VOCABULARY } from "../cli/vocabulary.ts";
import { scenarioJsonSchema } from "./json_schema.ts";

const definitions = scenarioJsonSchema(VOCABULARY).$defs;

/** The mappings a verb of the scenario may be given, whatever their form. */
function mappings(schema: unknown): Record<string, unknown>[] {
  if (!isRecord(schema)) return [];
  const choices = [schema.anyOf, schema.oneOf].flatMap((list) => Array.isArray(list) ? list : []);
  return choices.length > 0
    ? choices.flatMap(mappings)
    : isRecord(schema.properties)
    ? [schema.properties]
    : [];
}

describe("the JSON Schema of scenario files", () => {
  assert(isRecord(definitions) && isRecord(definitions.step));
  const { properties } = definitions.step;
  assert(isRecord(properties));

  for (const verb of VOCABULARY.filter(({ actor }) => actor === "scenario")) {
    const judges = verb.judge !== undefined;
    it(`${judges ? "lets" : "does not let"} ${verb.name} carry checks, in every form`, () => {
      for (const mapping of mappings(properties[verb.name])) {
        assertEquals("checks" in mapping, judges);
        assertEquals("informs" in mapping, judges);
      }
    });
  }
});
