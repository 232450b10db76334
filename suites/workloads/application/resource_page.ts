/** The application's own page of a declared resource, in Chromium: what it shows is what is read. */
import { z } from "zod";
import type { Client } from "../../client/client.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { broken, clientVerb, done, type Outcome, type Verb } from "../../engine/verb.ts";
import { why } from "../../steps/application/people.ts";
import {
  givenFor,
  resourceNamed,
  unread,
  unreadPremises,
} from "../../steps/application/resources.ts";
import { judgeConsistent } from "../recovery/judge.ts";
import { openPage, ownPageOf } from "../recovery/own_page.ts";

const resource = z.string().describe("the resource, by its name in the application file");
const keepsUp = z.strictObject({ resource, keepsUp: z.string().describe("its id") });
const isConsistent = z.strictObject({ resource, isConsistent: z.string().describe("its id") });

/** Reads the resource, and waits until the page shows what was read. */
async function compare(
  { resource: name, isConsistent: id }: z.output<typeof isConsistent>,
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const page = ownPageOf(client);
  if (page === undefined) return broken(`${client.name} has no page open`);
  const answer = await attempt.visitor(client.name).ask(
    { resource: name, part: "read" },
    givenFor(client.name, id, attempt),
  );
  if (answer.outcome !== "accepted") {
    return unread(`it could not be read: ${why(answer)}`, name, answer);
  }
  const { shows = {} } = resourceNamed(name, attempt).page ?? {};
  const wanted = Object.fromEntries(
    Object.keys(shows).map((part) => [part, String(answer.value[part])]),
  );
  const shown = await page.shows(wanted, attempt.deadlineMs);
  attempt.log.add({
    kind: "page",
    who: client.name,
    what: "event",
    event: "shows",
    data: { ...shown },
  });
  // What counts as its version, where it has one, is one of the things it shows.
  return done([], { state: { version: 0, values: wanted }, view: { version: 0, values: shown } });
}

export const RESOURCE_PAGE: readonly Verb[] = [
  clientVerb({
    name: "keepsUp",
    form: "resource",
    summary: "Opens the application's own page of a declared resource in a browser.",
    uses: () => ["browser"],
    schema: keepsUp,
    asks: () => ({ connections: 1 }),
    run: async ({ resource, keepsUp: id }, client, attempt) => {
      const { page } = resourceNamed(resource, attempt);
      if (page === undefined) return broken(`the application file names no page of a ${resource}`);
      const refused = await openPage(page, id, client, attempt);
      return refused === undefined ? done() : broken(refused);
    },
  }),
  clientVerb({
    name: "isConsistent",
    form: "resource",
    summary: "The application's own page of a declared resource shows what is read of it.",
    schema: isConsistent,
    premises: (_told, view) => unreadPremises(view) ?? [],
    run: compare,
    judge: (_told, view) => judgeConsistent(view),
  }),
];
