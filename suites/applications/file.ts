/** From an application file to an application that can be asked: which request each operation is. */
import { dirname, join } from "@std/path";
import { z } from "zod";
import { isRecord } from "../wire/frame.ts";
import { BadFile, didYouMean, position, problemsOf, type Source } from "../language/bad_file.ts";
import { loadSource } from "../language/source.ts";
import {
  type AggregateKind,
  EVENT_NAMES,
  type OperationName,
  ROLES,
} from "../language/application.ts";
import { OPERATIONS } from "./answers.ts";
import { type Environment, fillEnvironment } from "../../targets/environment.ts";
import { startSchema } from "../../targets/file.ts";
import { serviceSchema } from "../../targets/services.ts";
import { version } from "../language/version.ts";

const path = z.string().min(1).describe("a dotted path such as data.lots.0.id; * stands for each");
const request = z.string().regex(
  /^(GET|POST|PUT|PATCH|DELETE) \//,
  'expected a method and a path, such as "POST /login"',
);
const taken = z.union([
  z.strictObject({ answer: path.describe("where in the answer's JSON") }),
  z.strictObject({ input: z.string().describe("the name of a hidden field in the answer's HTML") }),
]);
const call = z.strictObject({
  request,
  headers: z.record(z.string(), z.string()).default({}),
  json: z.unknown().optional(),
  form: z.record(z.string(), z.unknown()).optional(),
  takes: z.record(z.string(), taken).default({}).describe(
    "values for later requests of the same person",
  ),
});
const statuses = z.array(z.number().int().min(100).max(599)).min(1);
const operation = call.extend({
  before: z.array(call).default([]).describe("requests to make first"),
  accepted: z.strictObject({
    status: statuses.optional().describe("any 2xx without it"),
    where: z.record(path, z.unknown()).default({}).describe("values the answer must have, too"),
  }).default({ where: {} }),
  reason: path.optional().describe("where a refusal says why; the whole answer without it"),
  answers: z.record(z.string(), path).default({}),
});
const event = z.strictObject({
  name: z.string().min(1).optional().describe("as it stands on the wire; the key without it"),
  of: z.enum(["lot", "sale", "order"]),
  fields: z.array(path).min(1).describe("all the payload may have"),
  budget: z.number().int().min(1).default(1024).describe("most bytes of its data"),
  read: z.strictObject({
    version: path,
    id: path.optional(),
    amount: path.optional(),
    bidCount: path.optional(),
    reserveMet: path.optional(),
    status: path.optional(),
    price: path.optional(),
    lot: path.optional(),
    bidder: path.optional(),
  }),
});

/** The shape of an application file after the environment and what it extends have been filled in. */
export const applicationSchema = z.strictObject({
  version,
  name: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string().min(1),
  at: z.strictObject({
    scheme: z.enum(["http", "https"]).default("http"),
    host: z.string().min(1),
    port: z.coerce.number().int().min(1).max(65535),
    path: z.string().default(""),
  }).describe("where it is, when Plumbline does not start it"),
  health: z.string().default("/").describe("a path that answers anybody, to open connections by"),
  start: startSchema.omit({ apps: true, install: true }).extend({
    processes: z.coerce.number().int().min(1).max(16).default(1),
    services: z.record(z.string(), serviceSchema).default({}),
  }).optional(),
  session: z.strictObject({
    cookies: z.record(z.string(), z.string()).default({}).describe(
      "values taken from cookies before each request: the name here, the cookie's name",
    ),
    headers: z.record(z.string(), z.string()).default({}).describe(
      "sent with every request; one with a value that is not known yet is left out",
    ),
  }).default({ cookies: {}, headers: {} }),
  inside: z.record(z.string(), z.string().refine(isPattern, "expected a regular expression"))
    .default({}).describe(
      "what nobody may see of its inside, by what it is: a regular expression, for its own form of stored passwords and the like",
    ),
  words: z.record(z.string(), z.string()).default({}).describe(
    "the application's word for a status, and the scenarios' word",
  ),
  channels: z.strictObject({
    lot: z.string(),
    sale: z.string(),
    order: z.string(),
    presence: z.string().startsWith("presence-").optional(),
    encrypted: z.string().startsWith("private-encrypted-").optional(),
  }).describe(
    "where each is told of, $id stands for its id; a presence channel that people may join; and an encrypted channel of an order",
  ),
  hearers: z.record(z.string(), z.array(z.enum(ROLES))).default({}).describe(
    "who may hear a channel, and nobody else: $self stands for the asker's own id, $other for somebody else's",
  ),
  events: z.partialRecord(z.enum(EVENT_NAMES), event),
  operations: z.partialRecord(
    z.enum(Object.keys(OPERATIONS) as [OperationName, ...OperationName[]]), // it has some
    operation,
  ),
});

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) !== undefined;
  } catch {
    return false;
  }
}

export type ApplicationFile = z.output<typeof applicationSchema> & { readonly file: string };
export type OperationFile = z.output<typeof operation>;
export type CallFile = z.output<typeof call>;
export type ChannelKind = AggregateKind;

/** Loads an application file, and the one it extends. Throws `BadFile`. */
export async function loadApplication(
  file: string,
  environment: Environment = Deno.env.get,
): Promise<ApplicationFile> {
  const source = await loadSource(file);
  const content: unknown = source.document.toJS();
  if (!isRecord(content) || typeof content.extends !== "string") {
    return readApplication(source, environment);
  }
  const base = await loadSource(join(dirname(file), `${content.extends}.yaml`));
  return readApplication(source, environment, merged(base.document.toJS(), content));
}

/** What the base says, where the file itself says nothing; mappings are merged key by key. */
function merged(base: unknown, own: unknown): unknown {
  if (!isRecord(base) || !isRecord(own)) return own;
  const { extends: _, ...rest } = own;
  return Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(rest)])].map((key) => [
      key,
      key in rest ? merged(base[key], rest[key]) : base[key],
    ]),
  );
}

/** Parses an application file that has been read. Throws `BadFile` with every problem in it. */
export function readApplication(
  source: Source,
  environment: Environment = Deno.env.get,
  content?: unknown,
): ApplicationFile {
  const filled = fillEnvironment(source, environment, content);
  const parsed = applicationSchema.safeParse(filled);
  if (!parsed.success) {
    throw new BadFile(problemsOf(source, parsed.error, [], (at) => keysAt(at)));
  }
  const problems = Object.entries(parsed.data.operations).flatMap(([name, { answers }]) => {
    const known = Object.keys(OPERATIONS[name as OperationName].shape); // the schema lets no other pass
    return Object.keys(answers).filter((answer) => !known.includes(answer)).map((answer) => ({
      file: source.file,
      ...position(source, ["operations", name, "answers", answer]),
      message: `${name} has no answer "${answer}".${didYouMean(answer, known)}`,
    }));
  });
  if (problems.length > 0) throw new BadFile(problems);
  return { ...parsed.data, file: source.file };
}

/** The words that may stand at a place, to find the one that was meant. */
function keysAt(at: readonly PropertyKey[]): string[] {
  if (at.length === 0) return Object.keys(applicationSchema.shape);
  if (at[0] === "operations") {
    return at.length === 1 ? Object.keys(OPERATIONS) : Object.keys(operation.shape);
  }
  if (at[0] === "events") return at.length === 1 ? [...EVENT_NAMES] : Object.keys(event.shape);
  if (at[0] === "start") return ["processes", "services", ...Object.keys(startSchema.shape)];
  return ["scheme", "host", "port", "path", "cookies", "headers"];
}
