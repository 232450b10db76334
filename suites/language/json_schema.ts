/** JSON Schema of scenario files, made from the same zod schemas that parse them, for editors. */
import { z } from "zod";
import { scenarioFileSchema } from "./parse.ts";
import type { Vocabulary } from "./steps.ts";
import type { Word } from "./scenario.ts";

type Json = Record<string, unknown>;

const checks: Json = {
  checks: {
    description: "the requirement this step judges, or several",
    anyOf: [{ $ref: "#/$defs/requirement" }, {
      type: "array",
      items: { $ref: "#/$defs/requirement" },
    }],
  },
  informs: {
    description: "a requirement this step tells something about, recorded and never scored",
    $ref: "#/$defs/requirement",
  },
  ambiguity: {
    description: "the ambiguity that makes this check inform instead of fail",
    type: "string",
    pattern: "^A\\d+$",
  },
};

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

/** Given instead of a mapping. */
const ALONE = { type: ["string", "number", "array", "null"] };

const isBare = ({ bare }: Word): boolean => bare !== undefined;

/** A verb's mapping with the keys that every step may have. */
function verbSchema(verb: Word): Json {
  const own = schemaOf(verb.schema);
  return { ...(verb.judge ? withChecks(own) : own), description: verb.summary };
}

/** A mapping, or a choice of mappings, with the keys of a judgement added to each. */
function withChecks(schema: Json): Json {
  for (const choice of ["anyOf", "oneOf"]) {
    const choices = schema[choice];
    if (Array.isArray(choices)) return { ...schema, [choice]: choices.map(withChecks) };
  }
  const properties = typeof schema.properties === "object" ? schema.properties : {};
  return { ...schema, properties: { ...properties, ...checks } };
}

/** The schema of `scenarios/*.yaml`. */
export function scenarioJsonSchema(vocabulary: Vocabulary): Json {
  const clientVerbs = vocabulary.filter((verb) => verb.actor === "client");
  const scenarioVerbs = vocabulary.filter((verb) => verb.actor === "scenario");
  const steps = { type: "array", items: { $ref: "#/$defs/step" } };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Plumbline scenarios",
    ...schemaOf(scenarioFileSchema),
    $defs: {
      requirement: { type: "string", pattern: "^P-\\d{3}$" },
      steps: { ...steps, minItems: 1 },
      clientVerb: {
        anyOf: [
          { enum: clientVerbs.map((verb) => verb.name) },
          ...clientVerbs.map((verb) => ({ ...verbSchema(verb), required: [verb.name] })),
        ],
      },
      step: {
        type: "object",
        minProperties: 1,
        maxProperties: 1,
        properties: {
          together: steps,
          repeat: {
            type: "object",
            properties: { times: {}, steps },
            required: ["times", "steps"],
          },
          ...Object.fromEntries(
            [...Map.groupBy(scenarioVerbs, ({ name }) => name)].map(([name, forms]) => [
              name,
              { anyOf: [...forms.map(verbSchema), ...(forms.some(isBare) ? [ALONE] : [])] },
            ]),
          ),
        },
        additionalProperties: { $ref: "#/$defs/clientVerb" },
      },
    },
  };
}
