/**
 * Pages that keep up with the application over lines that break, and whether they end up right.
 *
 * Nothing that was broadcast while a page was away comes again. So a page that was cut off has to
 * fetch what it missed, without a gap between the state it fetched and the events it receives, and
 * without ever showing something older than what it showed before. Lines are cut, reset or silenced
 * in between; in the end every page must show what the application says, and never have gone back.
 */
import { z } from "zod";
import { clientName } from "../../language/client_name.ts";
import { deadline } from "@std/async";
import type { OwnPage } from "../../pages/browser/own_page.ts";
import { isPage, pageOf } from "../../pages/page.ts";
import type { Client } from "../../client/client.ts";
import { quote } from "../../record/words.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  broken,
  clientVerb,
  done,
  factsOf,
  fails,
  holds,
  type Outcome,
  scenarioVerb,
  type Verb,
} from "../../engine/verb.ts";
import { follow, followerOf, REFETCHES } from "../recovery/follower.ts";
import {
  type Compared,
  judgeConsistent,
  judgeNeverWentBack,
  judgeTimes,
  notes,
  recoveryOf,
} from "../recovery/judge.ts";
import { lineOver } from "../recovery/line_over.ts";
import { openInBrowser, ownPageOf, shownBeside } from "../recovery/own_page.ts";
import { fenceSubscription } from "../../engine/fence.ts";
import { why } from "../../steps/application/people.ts";

const kind = z.enum(["lot", "sale", "order"]).describe("what it is");
const keepsUp = z.strictObject({
  keepsUp: kind,
  of: clientName("its id"),
  refetches: z.enum(REFETCHES).default("onReconnect").describe("when it fetches the state again"),
  over: z.enum(["twice", "overtaking", "slow"]).optional().describe(
    "a line on which every event comes twice, every second one late, or all of them late",
  ),
});
const inBrowser = z.strictObject({
  keepsUp: kind,
  of: clientName("its id"),
  in: z.literal("browser").describe("as the application's own page, in Chromium"),
});
const isCut = z.strictObject({
  isCut: z.enum(["reset", "close", "silence"]).describe("how its line ends"),
});
const willBeCut = z.strictObject({
  isCut: z.null(),
  next: z.enum(["beforeSubscribing", "beforeConfirmed"]).describe(
    "where the next connection is cut, before it is asked to subscribe, or before that is confirmed",
  ),
});
const isBack = z.strictObject({ isBack: z.null() });
const isConsistent = z.strictObject({
  isConsistent: kind,
  of: clientName("its id"),
});
const isStale = z.strictObject({
  isConsistent: kind,
  of: clientName("its id"),
  not: z.literal(true).describe("the page knows less, and has not noticed"),
});
const neverWentBack = z.strictObject({ neverWentBack: z.null() });
const recovery = z.strictObject({ of: clientName("a client or a group") });

type Kind = z.output<typeof kind>;

async function read(
  kind: Kind,
  of: string,
  client: Client,
  attempt: Attempt,
): Promise<{ version: number; values: Record<string, unknown> } | { reason: string }> {
  const visitor = attempt.visitor(client.name);
  const answer = kind === "lot"
    ? await visitor.perform("readLot", { lot: of })
    : kind === "sale"
    ? await visitor.perform("readSale", { sale: of })
    : await visitor.perform("readOrder", { order: of });
  if (answer.outcome !== "accepted") return { reason: why(answer) };
  const { version, ...values } = answer.value;
  return { version, values };
}

/** A later subscription of the page's library: it has heard by then what was sent before. */
async function fencePage(attempt: Attempt, client: Client): Promise<"passed" | "lost"> {
  const channel = attempt.names.of(`fence-of-page-${attempt.nextNumber()}`);
  const from = attempt.log.events.length;
  pageOf(client).join(channel);
  const event = await attempt.log.until(
    (event) => event.kind === "page" && event.who === client.name && event.channel === channel,
    { from, deadlineMs: attempt.deadlineMs },
  );
  return event ? "passed" : "lost";
}

/** Waits until the page knows the version the application is at, and puts the two beside each other. */
async function compare(
  kind: Kind,
  of: string,
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const state = await read(kind, of, client, attempt);
  if ("reason" in state) return broken(`the state could not be read: ${state.reason}`);
  const own = ownPageOf(client);
  if (own !== undefined) {
    return done([], { ...await shownBeside(kind, state, own, client, attempt) });
  }
  const follower = followerOf(client);
  const isThere = () => follower.view.version >= state.version && follower.isSettled;
  if (!isThere()) {
    await attempt.log.until(isThere, {
      from: attempt.log.events.length,
      deadlineMs: attempt.deadlineMs,
    });
  }
  return done([], { state, view: follower.view });
}

/** Mends the line of a browser, and waits until its page has connected again. */
async function backInBrowser(page: OwnPage, client: Client, attempt: Attempt): Promise<Outcome> {
  const isBack = await deadline(page.back(), attempt.deadlineMs).then(() => true, () => false);
  if (!isBack) return done([]);
  const note = attempt.log.add({
    kind: "page",
    who: client.name,
    what: "event",
    event: "connected again",
  });
  return done([note.seq]);
}

export const KEEPING_UP: readonly Verb[] = [
  clientVerb({
    name: "keepsUp",
    summary:
      "Becomes a page that follows a lot, a sale or an order: it fetches the state, applies events by version, and comes back by itself when its line is cut.",
    uses: ({ keepsUp: kind }) => [`channels.${kind}`],
    schema: keepsUp,
    asks: () => ({ connections: 1 }),
    run: async ({ keepsUp: kind, of, refetches, over }, client, attempt) => {
      const url = await lineOver(over, attempt);
      const refused = await follow({ kind, id: of, refetches, url }, client, attempt);
      return refused === undefined ? done() : broken(refused);
    },
  }),
  clientVerb({
    name: "keepsUp",
    form: "in",
    summary:
      "Opens the application's own page of a lot, a sale or an order in a browser, as this person.",
    uses: ({ keepsUp: kind }) => [`pages.${kind}`],
    schema: inBrowser,
    asks: () => ({ connections: 1 }),
    run: async ({ keepsUp: kind, of }, client, attempt) => {
      const refused = await openInBrowser(kind, of, client, attempt);
      return refused === undefined ? done() : broken(refused);
    },
  }),
  clientVerb({
    name: "isCut",
    summary:
      "The line of a page that keeps up is cut; that of a browser stays so until it is back.",
    schema: isCut,
    run: ({ isCut: how }, client, attempt) => {
      const own = ownPageOf(client);
      if (own === undefined) followerOf(client).cut(how);
      else if (how === "silence") return broken("the line of a browser is reset or closed");
      else {
        const what = `${client.name}'s line is cut: ${how}`;
        attempt.log.add({ kind: "fault", of: client.name, what });
        own.cut(how);
      }
      return done();
    },
  }),
  clientVerb({
    name: "isCut",
    form: "next",
    summary: "The next connection of a page that keeps up is cut at this point, once.",
    schema: willBeCut,
    run: ({ next: trap }, client) => {
      followerOf(client).setTrap(trap);
      return done();
    },
  }),
  clientVerb({
    name: "isBack",
    summary: "A page that was cut is subscribed again.",
    schema: isBack,
    run: async (_told, client, attempt) => {
      const own = ownPageOf(client);
      if (own !== undefined) return await backInBrowser(own, client, attempt);
      const { events } = attempt.log;
      const cut = events.findLastIndex((event) =>
        event.kind === "fault" && event.of === client.name
      );
      const back = await attempt.log.until(
        (event) =>
          event.kind === "page" && event.who === client.name && event.event === "subscribed again",
        { from: Math.max(0, cut), deadlineMs: attempt.deadlineMs },
      );
      return done(back ? [back.seq] : []);
    },
    judge: (_told, view) => {
      const [back] = view.ended.took;
      const last = notes(view.events.slice(0, view.end), view.who).at(-1);
      return back === undefined
        ? fails(
          `${view.who} did not come back; the last of it was ${last ? quote(last) : "nothing"}`,
          last ? [last.seq] : [],
        )
        : holds(`${view.who} is subscribed again`, [back]);
    },
  }),
  clientVerb({
    name: "isConsistent",
    summary: "What the page knows is what the application says.",
    schema: isConsistent,
    run: ({ isConsistent: kind, of }, client, attempt) => compare(kind, of, client, attempt),
    judge: (_told, view) => judgeConsistent(view),
  }),
  clientVerb({
    name: "isConsistent",
    form: "not",
    summary: "The page knows less than the application says, and has not noticed.",
    schema: isStale,
    run: async ({ isConsistent: kind, of }, client, attempt) => {
      const state = await read(kind, of, client, attempt);
      if ("reason" in state) return broken(`the state could not be read: ${state.reason}`);
      // What the server had to send it by now has come when this has.
      const fence = isPage(client)
        ? await fencePage(attempt, client)
        : await fenceSubscription(attempt, client);
      return fence === "passed"
        ? done([], { state, view: followerOf(client).view })
        : broken(`whether more would come cannot be told: the fence is ${fence}`);
    },
    judge: (_told, view) => {
      const { state, view: known } = factsOf<Compared>(view);
      const message =
        `${view.who} knows version ${known.version}, and the application is at ${state.version}`;
      return known.version < state.version ? holds(message) : fails(message);
    },
  }),
  clientVerb({
    name: "neverWentBack",
    summary: "What the page knew only ever rose, and it applied no event twice.",
    schema: neverWentBack,
    run: () => done(),
    judge: (_told, view) => judgeNeverWentBack(view),
  }),
  scenarioVerb({
    name: "recovery",
    summary: "How long those who were cut took to be back, and to be right, as percentiles.",
    schema: recovery,
    run: ({ of }, attempt) => {
      const times = attempt.clients(of).map(({ name }) =>
        recoveryOf(notes(attempt.log.events, name))
      );
      return done([], { times, cut: times.length });
    },
    judge: (_told, view) => judgeTimes(view),
  }),
];
