/** From an application file to an application that can be asked: which request each operation is. */
import { z } from "zod";
import { BadFile, position, problemsOf, type Source } from "../language/bad_file.ts";
import { extended } from "../language/extends.ts";
import { loadSource } from "../language/source.ts";
import { type OperationName, ROLES } from "../language/operations.ts";
import { type AggregateKind, EVENT_NAMES } from "../language/application_event.ts";
import { OPERATIONS } from "./answers.ts";
import { problemsInNames } from "./names_in_file.ts";
import { problemsInOperations } from "./operations.ts";
import { type Environment, fillEnvironment } from "../../targets/environment.ts";
import { startSchema } from "../../targets/file.ts";
import { isPattern, operation, path } from "../language/request.ts";
import { figureSchema } from "../language/figure.ts";
import { leaseSchema } from "../language/lease.ts";
import { resourceSchema } from "../language/resource.ts";
import { version } from "../language/version.ts";
import { problemsInPresence } from "./presence.ts";
import { problemsInResources, resourceKeysAt } from "./resources.ts";

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

/** What a page may show of a lot, a sale or an order. */
const SHOWN = ["version", "status", "price", "bidCount", "currentLot"] as const;

/** The shape of an application file after the environment and what it extends have been filled in. */
export const applicationSchema = z.strictObject({
  version,
  name: z.string().regex(/^[a-z0-9-]+$/).describe("in lower case, with dashes"),
  title: z.string().min(1).describe("what reports call it"),
  at: z.strictObject({
    scheme: z.enum(["http", "https"]).default("http"),
    host: z.string().min(1),
    port: z.coerce.number().int().min(1).max(65535),
    path: z.string().default(""),
  }).describe("where it is, when Plumbline does not start it"),
  health: z.string().default("/").describe("a path that answers anybody, to open connections by"),
  start: startSchema.omit({ apps: true, install: true, nodes: true }).extend({
    processes: z.coerce.number().int().min(1).max(16).default(1),
  }).optional().describe(
    "how to start it, as in target files; processes of it, and the services (containers) it stands on. $server.scheme, $server.host, $server.port, $server.ca, $apps.main.key say where to broadcast, $services.NAME.port where a service is",
  ),
  session: z.strictObject({
    cookies: z.record(z.string(), z.string()).default({}).describe(
      "values taken from cookies before each request: the name here, the cookie's name",
    ),
    headers: z.record(z.string(), z.string()).default({}).describe(
      "sent with every request; one with a value that is not known yet is left out",
    ),
  }).default({ cookies: {}, headers: {} }).describe(
    "cookies: values taken from cookies before each request, by the name here; headers: what every request carries, left out while a value in it is not known",
  ),
  inside: z.record(z.string(), z.string().refine(isPattern, "expected a regular expression"))
    .default({}).describe(
      "what nobody may see of its inside, by what it is: a regular expression, for its own form of stored passwords and the like",
    ),
  words: z.record(z.string(), z.string()).default({}).describe(
    "the application's word for a status, and the scenarios' word",
  ),
  roles: z.array(z.string().regex(/^[a-z][a-zA-Z0-9-]*$/, "expected a name such as customer"))
    .default([...ROLES]).describe("the roles an account may have, as createUser is told them"),
  channels: z.strictObject({
    lot: z.string().optional(),
    sale: z.string().optional(),
    order: z.string().optional(),
    presence: z.string().startsWith("presence-").optional(),
    encrypted: z.string().startsWith("private-encrypted-").optional(),
  }).default({}).describe(
    "where each is told of, $id stands for its id; a presence channel that people may join; and an encrypted channel of an order",
  ),
  hearers: z.record(z.string(), z.array(z.string())).default({}).describe(
    "who may hear a channel, and nobody else: $self stands for the asker's own id, $other for somebody else's, $lot and $sale for those of the scenario",
  ),
  pages: z.partialRecord(
    z.enum(["lot", "sale", "order"]),
    z.strictObject({
      path: z.string().startsWith("/").describe("where it is; $id stands for the id"),
      shows: z.partialRecord(z.enum(SHOWN), z.string().min(1)).describe(
        "by which selector an element shows what, as the application writes it: version, status, price, bidCount, currentLot",
      ),
    }),
  ).default({}).describe(
    "its own pages of auctions and orders, opened in Chromium: path, and which element shows what",
  ),
  resources: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/, "expected a name such as ticket"),
    resourceSchema,
  ).default({}).describe("what the application has: its states, transitions, quantities, secrets"),
  leases: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/, "expected a name such as online"),
    leaseSchema,
  ).default({}).describe("what somebody keeps alive, and what is told of it"),
  figures: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/, "expected a name such as dashboard"),
    figureSchema,
  ).default({}).describe("numbers that are told at intervals, and computed from what there is"),
  events: z.partialRecord(z.enum(EVENT_NAMES), event).default({}).describe(
    "of auctions and orders: names, the only fields a payload may have, its budget in bytes, and where the values are that suites need",
  ),
  operations: z.partialRecord(
    z.enum(Object.keys(OPERATIONS) as [OperationName, ...OperationName[]]), // it has some
    operation,
  ).default({}).describe(
    "how people are made and log in, how channels are signed for; and what auctions and orders can be asked",
  ),
});

export type ApplicationFile = z.output<typeof applicationSchema> & {
  readonly file: string;
  /** The line on which each resource stands. */
  readonly lines: Readonly<Record<string, number>>;
};
export type ChannelKind = AggregateKind;

/** Loads an application file, and the one it extends. Throws `BadFile`. */
export async function loadApplication(
  file: string,
  environment: Environment = Deno.env.get,
): Promise<ApplicationFile> {
  const source = await loadSource(file);
  return readApplication(source, environment, await extended(source));
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
  const problems = [
    ...problemsInOperations(parsed.data.operations, source),
    ...problemsInResources(parsed.data.resources, parsed.data.roles, source),
    ...problemsInPresence(parsed.data, source),
    ...problemsInNames(parsed.data, source),
  ];
  if (problems.length > 0) throw new BadFile(problems);
  const lines = (["resources", "leases", "figures"] as const).flatMap((part) =>
    Object.keys(parsed.data[part]).map((name) => [name, position(source, [part, name]).line])
  );
  return { ...parsed.data, file: source.file, lines: Object.fromEntries(lines) };
}

/** The words that may stand at a place, to find the one that was meant. */
function keysAt(at: readonly PropertyKey[]): string[] {
  if (at.length === 0) return Object.keys(applicationSchema.shape);
  if (at[0] === "operations") {
    return at.length === 1 ? Object.keys(OPERATIONS) : Object.keys(operation.shape);
  }
  if (at[0] === "events") return at.length === 1 ? [...EVENT_NAMES] : Object.keys(event.shape);
  if (at[0] === "pages") return at.length === 1 ? ["lot", "sale", "order"] : ["path", "shows"];
  if (at[0] === "resources") return resourceKeysAt(at.slice(1));
  if (at[0] === "figures") return Object.keys(figureSchema.shape);
  if (at[0] === "leases") return Object.keys(leaseSchema.shape);
  if (at[0] === "start") return ["processes", "services", ...Object.keys(startSchema.shape)];
  return ["scheme", "host", "port", "path", "cookies", "headers"];
}
