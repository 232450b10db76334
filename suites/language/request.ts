/** How a file says which HTTP request something is, and where its answer has what is asked for. */
import { z } from "zod";

export const path = z.string().min(1).describe(
  "a dotted path such as data.lots.0.id; * stands for each",
);

/** A regular expression that finds one value: its first group, or all of it without a group. */
export const pattern = z.string().refine(isPattern, "expected a regular expression");

/** Whether a text is a regular expression. */
export function isPattern(text: string): boolean {
  try {
    return new RegExp(text) !== undefined;
  } catch {
    return false;
  }
}

/** Where a value stands in an answer. */
export const place = z.union([
  path,
  z.strictObject({
    matches: pattern.describe("a regular expression on the body; its first group is the value"),
  }),
  z.strictObject({
    location: pattern.describe(
      "a regular expression on where the answer redirects to; its first group is the value",
    ),
  }),
], { error: "expected a dotted path, { matches: … } or { location: … }" });
export type Place = z.output<typeof place>;

const request = z.string().regex(
  /^(GET|POST|PUT|PATCH|DELETE) \//,
  'expected a method and a path, such as "POST /login"',
);
const taken = z.union([
  z.strictObject({ answer: path.describe("where in the answer's JSON") }),
  z.strictObject({ input: z.string().describe("the name of a hidden field in the answer's HTML") }),
]);

/** One request, and the values of its answer that later requests use. */
export const call = z.strictObject({
  request: request.describe("a method and a path, such as POST /tickets/${id}/claim"),
  headers: z.record(z.string(), z.string()).default({}).describe("headers of this request"),
  json: z.unknown().optional().describe("the body, as JSON"),
  form: z.record(z.string(), z.unknown()).optional().describe("the body, as a form sends it"),
  takes: z.record(z.string(), taken).default({}).describe(
    "values for later requests of the same person: { token: { answer: path } } of JSON, { token: { input: name } } of a hidden field",
  ),
});

const statuses = z.array(z.number().int().min(100).max(599)).min(1);

/** A request with what an acceptance and a refusal look like. */
export const operation = call.extend({
  before: z.array(call).default([]).describe("requests to make first"),
  accepted: z.strictObject({
    status: statuses.optional().describe("any 2xx without it"),
    where: z.record(path, z.unknown()).default({}).describe("values the answer must have, too"),
    location: pattern.optional().describe("a regular expression that the redirect has to match"),
  }).default({ where: {} }).describe(
    "what an acceptance looks like, and anything else is a refusal: { status: [302], where: { path: value }, location: pattern of where it redirects to }; a pattern is a JavaScript regular expression without flags, and is looked for in the Location header as it was sent, a path or a whole address",
  ),
  reason: path.optional().describe("where a refusal says why; the whole answer without it"),
  answers: z.record(z.string(), place).default({}).describe(
    "where the answer has which value: a dotted path in its JSON, { matches: pattern } in its body, or { location: pattern } in where it redirects to; the first group of a pattern is the value",
  ),
});

export type CallFile = z.output<typeof call>;
export type OperationFile = z.output<typeof operation>;
/** A request of which the caller himself reads what it answers. */
export type RequestFile = Omit<OperationFile, "answers">;
