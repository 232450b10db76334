/**
 * A lease of an application as its file declares it: what somebody keeps alive, such as that he is
 * online or looks at an invoice. It is there while he goes on, and gone when its time is over.
 */
import { z } from "zod";
import { operation, path } from "./request.ts";
import { who } from "./resource.ts";

const request = operation.omit({ answers: true });

/** How an event says that somebody is there, or gone. */
const saying = z.strictObject({
  name: z.string().min(1).describe("the event, as it stands on the wire"),
  where: z.record(path, z.unknown()).default({}).describe("values the payload has, too"),
});

/** An entry of `leases`. */
export const leaseSchema = z.strictObject({
  of: z.string().optional().describe(
    "a resource that it is about, such as who looks at an invoice; requests have $id and $owner then",
  ),
  lasts: z.coerce.number().min(0.5).max(3600).describe(
    "for how many seconds somebody is there after he has kept it alive",
  ),
  goneWithin: z.coerce.number().min(0).max(3600).optional().describe(
    "after so many seconds more he is gone at the latest; as many as it lasts without it",
  ),
  keep: request.extend({ by: z.array(who).min(1).describe("who may keep it alive") }).describe(
    "the request that keeps it alive: the first one begins it, each further one prolongs it",
  ),
  end: request.optional().describe("the request that ends it before its time"),
  read: request.extend({
    by: z.array(who).min(1).describe("who may see who is there; nobody else is shown it"),
    holders: path.describe("where the answer has the ids of those who are there"),
  }).describe("the request that lists who is there"),
  event: z.strictObject({
    channel: z.string().min(1).describe("where it is told"),
    hearers: z.array(who).min(1).describe("who may hear it, and nobody else where it is closed"),
    holder: path.describe("where the payload has the id of him who came or went"),
    there: saying.describe("{ name, where } of the event that he is there"),
    gone: saying.describe("{ name, where } of the event that he is gone"),
    fields: z.array(path).min(1).describe("all that the payload may have"),
    budget: z.number().int().min(1).default(10_240).describe("most bytes of its data"),
    version: path.optional().describe("where the payload has a version, which has to rise"),
  }).optional().describe("what is told when somebody comes or goes, once each"),
});

export type Lease = z.output<typeof leaseSchema>;

/** Every lease of an application by its name. */
export type Leases = Readonly<Record<string, Lease>>;
