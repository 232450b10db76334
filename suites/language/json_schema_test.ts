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

  const verbs = VOCABULARY.filter(({ actor }) => actor === "scenario");
  for (const [name, forms] of Map.groupBy(verbs, ({ name }) => name)) {
    it(`lets ${name} carry checks in exactly the forms that judge`, () => {
      const allowed = mappings(properties[name]);
      const judging = forms.filter((verb) => verb.judge !== undefined);
      const carrying = (key: string) => allowed.filter((mapping) => key in mapping).length;
      const expected = judging.length === forms.length ? allowed.length : judging.length;
      assertEquals([carrying("checks"), carrying("informs")], [expected, expected]);
    });
  }
});
