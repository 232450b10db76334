/**
 * A resource of an application as its file declares it: a ticket, a booking, an invoice. How one is
 * made and read, its states and transitions, its quantities, its secrets, and what is told of it.
 */
import { z } from "zod";
import { operation, path } from "./request.ts";

/** Whoever made the resource; stands where a role does. */
export const OWNER = "owner";

/** Stands among those who may read: somebody who is not logged in. */
export const GUEST = "guest";

/** Stands in an event's `after` for the making of one. */
export const MAKING = "create";

export const who = z.string().min(1).describe(
  `a role of the file, ${OWNER}: whoever made it, or ${GUEST}: whoever is not logged in`,
);
/** Stands among those who may ask for a transition: whoever has made this other one. */
const DID = "whoDid ";
export const didOf = (who: string): string | undefined =>
  who.startsWith(DID) ? who.slice(DID.length) : undefined;
const whoDid = z.strictObject({ whoDid: z.string().min(1) })
  .transform(({ whoDid }) => `${DID}${whoDid}`);

export const several = z.preprocess(
  (value) => (typeof value === "string" ? [value] : value),
  z.array(z.string().min(1)).min(1),
);
const name = z.string().regex(/^[a-z][a-zA-Z0-9_-]*$/, "expected a name such as ticket");

/** An entry of `transitions`. */
export const transitionSchema = operation.extend({
  from: several.describe("the states in which it may be asked for"),
  to: z.string().optional().describe("the state it leads to; without it the state stays"),
  by: z.array(z.union([who, whoDid], { error: "expected a role, owner, or { whoDid: … }" })).min(1)
    .describe(
      "who may ask for it, everybody else is refused: roles, owner, and { whoDid: accept } for whoever has made that transition of it",
    ),
  again: z.enum(["refused", "same"]).default("refused").describe(
    "what the same person gets who asks for it again: a refusal, or the same answer without a second effect",
  ),
  changes: z.record(z.string(), z.number().int()).default({}).describe(
    "by how much it changes which quantity, such as { seats: -1 }",
  ),
  sets: z.string().optional().describe(
    "a quantity that rises: it is set to $amount, as a bid does; whoever may ask for it has to be among those who may read it",
  ),
  key: z.enum(["kept", "bound"]).optional().describe(
    "requests send $key, an idempotency key: the same request with the same key again is answered the same, and done once; bound: with another amount it is refused",
  ),
});

/** An entry of `quantities`. */
export const quantitySchema = z.strictObject({
  initial: z.number().int().describe("how much there is of it in a new one"),
  least: z.number().int().optional().describe(
    "it never goes below this; without it, nobody tries to bring it lower",
  ),
  most: z.number().int().optional().describe(
    "it never goes above this; without it, nobody tries to bring it higher",
  ),
  rises: z.number().int().min(1).optional().describe(
    "it only rises: what a transition sets it to is above it by so much at least, or is refused",
  ),
});

/** An entry of `secrets`. */
export const secretSchema = z.strictObject({
  is: z.enum(["minted", "email", "name"]).default("minted").describe(
    "what it is: a text minted for the scenario, which requests send as ${secrets.NAME}, or the owner's e-mail or name",
  ),
  seenBy: z.array(who).describe("who may see it, and nobody else"),
});

/** An entry of `events`. */
export const eventSchema = z.strictObject({
  name: z.string().min(1).optional().describe("as it stands on the wire; the key without it"),
  channel: z.string().min(1).describe("where it is told, such as private-ticket.${id}"),
  after: several.describe(
    "the transitions after which it is told, once each; create: when one is made, as well",
  ),
  fields: z.array(path).min(1).describe("all that the payload may have"),
  budget: z.number().int().min(1).default(10_240).describe("most bytes of its data"),
  version: path.optional().describe("where the payload has its version; it has to rise"),
  id: path.optional().describe("where the payload has the id of the resource"),
  eventId: path.optional().describe(
    "where the payload has an id of its own, the same when it is sent again",
  ),
  state: path.optional().describe("where the payload has the state that the transition led to"),
  values: z.record(z.string(), path).default({}).describe(
    "where the payload has what else the answers of read have, such as { seats: seats_left }; of one version, both have to say the same",
  ),
  making: z.record(path, z.unknown()).optional().describe(
    "what the payload has when it tells of the making of one, where no state says so: { path: value }",
  ),
});

/** An entry of `feeds`: a list of what has happened, as a page shows it. */
export const feedSchema = operation.omit({ answers: true }).extend({
  by: z.array(who).min(1).describe(
    "who may see what it says of the resource; nobody else is shown it",
  ),
  entries: path.describe("where the answer has the list"),
  entry: z.strictObject({
    id: path.describe("where an entry has an id of its own"),
    of: path.optional().describe("where an entry has the id of the resource"),
  }).describe(
    "id: where an entry has an id of its own; of: where it has the id of the resource, in a list that is of others as well",
  ),
  after: several.describe(
    "the transitions that add an entry, one each; create: the making of one, as well",
  ),
  newest: z.enum(["first", "last"]).default("first").describe(
    "where in the list the newest stands",
  ),
  most: z.number().int().min(1).optional().describe(
    "how many entries one answer has at most; without it, none is left out",
  ),
  event: z.strictObject({
    is: z.string().describe("the event, by its name under events"),
    entry: path.describe("where its payload has the id of the entry"),
  }).optional().describe(
    "the event that tells of a new entry: { is: its name under events, entry: where its payload has the id of the entry }",
  ),
});

/** The `page` of a resource. */
export const pageSchema = z.strictObject({
  path: z.string().startsWith("/").describe("where it is; ${id} stands for the id"),
  shows: z.record(z.string(), z.string().min(1)).describe(
    "by which selector an element shows what, as the application writes it: state, a quantity, or what else the answers of read have; ${id} stands for the id",
  ),
});

/** A resource under `resources:` of an application file. */
export const resourceSchema = z.strictObject({
  create: operation.extend({
    by: z.string().min(1).describe("the role of whoever makes one; he is its owner"),
  }).describe("the request that makes one; its answers say where the id is"),
  read: operation.extend({
    by: z.array(who).min(1).describe("who may read it; everybody else is refused"),
  }).describe("the request that reads one; its answers say where the state and quantities are"),
  list: operation.extend({
    by: z.array(who).min(1).optional().describe(
      "in whose list it stands, and in nobody else's; without it, nobody looks for it there",
    ),
    ids: path.optional().describe("where the answer has the ids, such as data.tickets.*.id"),
  }).optional().describe("the request that lists them"),
  catchUp: operation.optional().describe(
    "what a page fetches that was cut off, where that is not the read; $since stands for the version it has seen",
  ),
  states: z.array(z.string().min(1)).min(1).describe("its states, the one of a new one first"),
  transitions: z.record(name, transitionSchema).describe("how it gets from state to state"),
  quantities: z.record(name, quantitySchema).default({}).describe("what is counted of it"),
  secrets: z.record(name, secretSchema).default({}).describe("what only some may see of it"),
  channels: z.record(z.string(), z.array(who)).default({}).describe(
    "who may hear which channel, and nobody else",
  ),
  events: z.record(z.string(), eventSchema).default({}).describe("what is told of it"),
  page: pageSchema.optional().describe(
    "its own page, opened in Chromium by somebody who may read it: path, and which element shows what",
  ),
  feeds: z.record(name, feedSchema).default({}).describe(
    "lists in which a page sees what happened",
  ),
});

export type Resource = z.output<typeof resourceSchema>;
export type Feed = z.output<typeof feedSchema>;
export type Transition = z.output<typeof transitionSchema>;

/** Every resource of an application by its name. */
export type Resources = Readonly<Record<string, Resource>>;
