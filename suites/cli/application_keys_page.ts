/** `docs/application-keys.md`: every key of an application file, from the schema that reads it. */
import { z } from "zod";
import { ABOUT, answersOf } from "../applications/operations.ts";
import { applicationSchema } from "../applications/file.ts";
import { figureSchema } from "../language/figure.ts";
import { leaseSchema } from "../language/lease.ts";
import type { OperationName } from "../language/operations.ts";
import { operation } from "../language/request.ts";
import {
  eventSchema,
  feedSchema,
  pageSchema,
  quantitySchema,
  resourceSchema,
  secretSchema,
  transitionSchema,
} from "../language/resource.ts";
import { isRecord } from "../wire/frame.ts";

interface Part {
  readonly title: string;
  readonly about: string;
  readonly schema: z.ZodObject;
  /** A part whose keys it has as well; they are listed there. */
  readonly beside?: z.ZodObject;
}

const PARTS: readonly Part[] = [
  {
    title: "The file",
    about: "`extends` names another file beside it, of which only what differs is said.",
    schema: applicationSchema,
  },
  {
    title: "A request",
    about:
      "An entry of `operations`; `create`, `read`, `list`, `catchUp` and each transition of a resource. `$name` and `${name}` stand for what is given: `id`, `owner` (the id of whoever made it), `self` (the asker's own id), `unique` (a text that occurs nowhere else), `secrets.NAME`, values that `takes` took, and the names under `session.cookies`.",
    schema: operation,
  },
  { title: "A resource", about: "An entry of `resources`.", schema: resourceSchema },
  {
    title: "A transition",
    about: "An entry of `transitions`: a request, and these.",
    schema: transitionSchema,
    beside: operation,
  },
  { title: "A quantity", about: "An entry of `quantities`.", schema: quantitySchema },
  { title: "A secret", about: "An entry of `secrets`.", schema: secretSchema },
  { title: "An event", about: "An entry of a resource's `events`.", schema: eventSchema },
  {
    title: "A feed",
    about: "An entry of a resource's `feeds`: a request, and these.",
    schema: feedSchema,
    beside: operation,
  },
  { title: "A page", about: "The `page` of a resource.", schema: pageSchema },
  {
    title: "A lease",
    about:
      "An entry of `leases`: `keep`, `end` and `read` are requests. What its event has is below.",
    schema: leaseSchema,
  },
  {
    title: "The event of a lease",
    about: "The `event` of an entry of `leases`.",
    schema: leaseSchema.shape.event.unwrap(),
  },
  {
    title: "A figure",
    about: "An entry of `figures`; its `read` is a request.",
    schema: figureSchema,
  },
  {
    title: "The event of a figure",
    about: "The `event` of an entry of `figures`.",
    schema: figureSchema.shape.event,
  },
];

/** The page without its head. */
export function applicationKeysPage(): string {
  const sections = PARTS.map(({ title, about, schema, beside }) => {
    const { properties = {}, required = [] } = z.toJSONSchema(schema, {
      io: "input",
      unrepresentable: "any",
    });
    const own = Object.entries(properties).filter(([key]) => !(beside && key in beside.shape));
    const rows = own.map(([key, property]) =>
      `| \`${key}\` | ${required.includes(key) ? "yes" : ""} | ${aboutOf(property)} |`
    );
    return `## ${title}\n\n${about}\n\n| key | needed | meaning |\n| --- | --- | --- |\n${
      rows.join("\n")
    }\n`;
  });
  return `
# The keys of an application file

Made from the schema that reads it; [applications.md](applications.md) says how to begin.
\`deno task schema application\` prints it as a JSON Schema for editors.

${sections.join("\n")}
${operationsSection()}`;
}

/** What can stand under `operations`, with the names of each request and the answers it needs. */
function operationsSection(): string {
  const listed = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
  const rows = Object.entries(ABOUT).map(([name, { about, given }]) => {
    const { must, may } = answersOf(name as OperationName); // `ABOUT` has operations only
    return `| \`${name}\` | ${about} | ${listed(Object.keys(given).map((one) => `$${one}`))} | ${
      listed(must)
    } | ${listed(may)} |`;
  });
  return `## The operations

Entries of \`operations\`. Resources need \`createUser\` and \`logIn\`, and \`authorizeChannel\` for
channels that are private or of presence; the rest are of auctions and orders. A request may use
what it is given; its \`answers\` must say where each value is that is needed.

| operation | what it does | given | must answer | may answer |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}

function aboutOf(property: unknown): string {
  const { description, default: usual, enum: values } = isRecord(property) ? property : {};
  const allowed = Array.isArray(values)
    ? `${values.map((value) => `\`${value}\``).join(", ")}: `
    : "";
  const text = `${allowed}${String(description ?? "").replaceAll("|", "\\|")}`;
  const isTelling = usual !== undefined && typeof usual !== "object";
  return isTelling ? `${text}; \`${usual}\` without it` : text;
}
