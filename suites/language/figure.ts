/**
 * A figure of an application as its file declares it: numbers that are computed from what there is,
 * read by a request, and told at intervals for as long as somebody listens.
 */
import { z } from "zod";
import { operation, path } from "./request.ts";
import { who } from "./resource.ts";

const values = z.record(z.string().regex(/^[a-z][a-zA-Z0-9_-]*$/, "expected a name"), path);

/** An entry of `changes`. */
const changeSchema = z.strictObject({
  of: z.string().describe("a resource"),
  after: z.string().describe("a transition of it; create: the making of one"),
  by: z.number().int().describe("by how much the number changes then"),
});

/** An entry of `figures`. */
export const figureSchema = z.strictObject({
  every: z.coerce.number().min(0.1).max(3600).describe("seconds from one event to the next"),
  read: operation.omit({ answers: true }).extend({
    by: z.array(who).min(1).describe("who may read it; nobody else is shown it"),
    values: values.describe("where the answer has which number"),
    version: path.optional().describe(
      "where the answer has the version of the event that was told last; by it is seen that nothing is told while nobody listens",
    ),
  }).describe("the request that reads it; values: where the answer has which number"),
  event: z.strictObject({
    name: z.string().min(1).describe("as it stands on the wire"),
    channel: z.string().min(1).describe("where it is told"),
    hearers: z.array(who).min(1).describe("who may hear it, and nobody else where it is closed"),
    values: values.describe("where the payload has which number"),
    fields: z.array(path).min(1).describe("all that the payload may have"),
    budget: z.number().int().min(1).default(10_240).describe("most bytes of its data"),
  }).describe("what is told every so many seconds, while somebody listens"),
  changes: z.record(z.string(), changeSchema).default({}).describe(
    "what changes a number, while nothing else is asked of the application: { number: { of: resource, after: transition, by: 1 } }",
  ),
});

export type Figure = z.output<typeof figureSchema>;

/** Every figure of an application by its name. */
export type Figures = Readonly<Record<string, Figure>>;
