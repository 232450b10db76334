/** What a page's library tells the page, and what it must not. */
import { z } from "zod";
import { pageOf } from "../pages/page.ts";
import type { Client } from "../client/client.ts";
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import { quote } from "../record/frames.ts";
import type { Story } from "../engine/attempt.ts";
import { mismatch, show } from "../language/matcher.ts";
import {
  clientVerb,
  deadline,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Outcome,
  untestable,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { settle } from "../steps/fence.ts";
import { pageArrivals } from "../steps/pages.ts";

const looking = {
  on: z.string().optional().describe("only on this channel"),
  data: z.unknown().optional().describe("a matcher on what the library handed over"),
};
const sees = z.strictObject({ sees: z.string(), ...looking });
const hears = z.strictObject({ hears: z.string(), ...looking });
const neverSees = z.strictObject({ neverSees: z.string(), ...looking });
const neverHears = z.strictObject({ neverHears: z.string(), ...looking });
const entersState = z.strictObject({ entersState: z.string() });
const isToldError = z.strictObject({ isToldError: z.unknown().describe("a matcher on the error") });
const hasMembers = z.strictObject({ hasMembers: z.array(z.string()), on: z.string() });

type Page = EvidenceOf<"page">;
interface Wish {
  readonly what: Page["what"];
  readonly event: string;
  readonly channel: string | undefined;
}

const isTold = (who: string, { what, event, channel }: Wish) => (told: Evidence): told is Page =>
  told.kind === "page" && told.who === who && told.what === what && told.event === event &&
  (channel === undefined || told.channel === channel);

/** Waits for the next such thing that no earlier step has waited for. */
async function next(story: Story, client: Client, wish: Wish): Promise<Outcome> {
  const from = story.journal.events.length;
  const wanted = isTold(client.name, wish);
  const event = await story.journal.until(
    (event) => wanted(event) && !story.taken.has(event.seq),
    { deadlineMs: story.deadlineMs },
  );
  return event ? done([event.seq]) : deadline(pageArrivals(story, client, from));
}

function judgeNext(wanted: string, data: unknown, view: View): Finding {
  const event = view.events.find((event) => event.seq === view.ended.took[0]);
  if (event?.kind !== "page") return fails(`expected ${wanted}; ${view.ended.detail}`);
  const reason = data === undefined ? undefined : mismatch(event.data, data, "data");
  return reason
    ? fails(`${reason}, in ${quote(event)}`, [event.seq])
    : holds(quote(event), [event.seq]);
}

/**
 * Publishes an event that the page's library passes on, and waits for it: what was published
 * before and has not been passed on by then never will be.
 */
async function fencePage(story: Story, client: Client): Promise<boolean> {
  const channel = story.names.of(`fence-page-${client.name}`);
  const passes = (event: string) =>
    story.journal.until(isTold(client.name, { what: "event", event, channel }), {
      deadlineMs: story.deadlineMs,
    });
  pageOf(client).join(channel);
  if (!(await passes("pusher:subscription_succeeded"))) return false;
  const event = `fence-${story.nextNumber()}`;
  const began = performance.now();
  await story.call({
    method: "POST",
    path: "/events",
    body: { name: event, channel, data: "{}" },
    app: client.app,
  });
  if (!(await passes(event))) return false;
  await settle(story, performance.now() - began);
  return true;
}

function never(what: "event" | "listener", name: "neverSees" | "neverHears") {
  return {
    run: async (told: Denied, client: Client, story: Story): Promise<Outcome> => {
      const facts = told.on === undefined ? {} : { channel: story.names.of(told.on) };
      return await fencePage(story, client)
        ? done([], facts)
        : { ...deadline("the fence did not come back"), facts };
    },
    judge: (told: Denied, view: View): Finding => {
      const channel = view.ended.facts?.channel as string | undefined; // set by run above
      const event = String(told[name]);
      const denied = isTold(view.who, { what, event, channel });
      const seen = view.events.find((event) =>
        denied(event) && !view.taken.has(event.seq) &&
        (told.data === undefined || mismatch(event.data, told.data) === undefined)
      );
      if (seen) return fails(`expected no ${event}; the page was told ${quote(seen)}`, [seen.seq]);
      return view.ended.outcome === "done"
        ? holds(`no ${event}: a later event was passed on, this one was not`)
        : untestable(`whether ${event} came cannot be told: ${view.ended.detail}`);
    },
  };
}

interface Denied {
  readonly neverSees?: string;
  readonly neverHears?: string;
  readonly on?: string | undefined;
  readonly data?: unknown;
}

const named = (story: Story, channel: string | undefined) =>
  channel === undefined ? undefined : story.names.of(channel);

export const PAGE_SEES: readonly Verb[] = [
  clientVerb({
    name: "sees",
    summary: "The page's library passes on the next event of this name.",
    schema: sees,
    run: (told, client, story) =>
      next(story, client, { what: "event", event: told.sees, channel: named(story, told.on) }),
    judge: (told, view) => judgeNext(`the library to pass on ${told.sees}`, told.data, view),
  }),
  clientVerb({
    name: "hears",
    summary: "A listener that the page had set with Echo is called.",
    schema: hears,
    run: (told, client, story) =>
      next(story, client, { what: "listener", event: told.hears, channel: named(story, told.on) }),
    judge: (told, view) => judgeNext(`the listener of ${told.hears} to be called`, told.data, view),
  }),
  clientVerb({
    name: "neverSees",
    summary: "The library passes on no such event, proved by a later one that it does pass on.",
    schema: neverSees,
    ...never("event", "neverSees"),
  }),
  clientVerb({
    name: "neverHears",
    summary: "No such listener of Echo's is called, proved by a later event that is passed on.",
    schema: neverHears,
    ...never("listener", "neverHears"),
  }),
  clientVerb({
    name: "entersState",
    summary: "The connection of the page's library enters this state.",
    schema: entersState,
    run: (told, client, story) =>
      next(story, client, { what: "state", event: told.entersState, channel: undefined }),
    judge: (told, view) => judgeNext(`the state ${told.entersState}`, undefined, view),
  }),
  clientVerb({
    name: "isToldError",
    summary: "The page's library reports an error of the connection.",
    schema: isToldError,
    run: async (told, client, story) => {
      const from = story.journal.events.length;
      const wanted = isTold(client.name, { what: "error", event: "error", channel: undefined });
      const event = await story.journal.until(
        (event) =>
          wanted(event) && !story.taken.has(event.seq) &&
          mismatch(event.data, told.isToldError) === undefined,
        { deadlineMs: story.deadlineMs },
      );
      return event ? done([event.seq]) : deadline(pageArrivals(story, client, from));
    },
    judge: (told, view) => judgeNext(`an error like ${show(told.isToldError)}`, undefined, view),
  }),
  clientVerb({
    name: "hasMembers",
    summary: "The members of a presence channel, as the page's library keeps them, are these.",
    schema: hasMembers,
    run: async (told, client, story) => {
      const channel = story.names.of(told.on);
      const wished = told.hasMembers.map(story.names.of).sort().join();
      const known = () => pageOf(client).members(channel).sort().join();
      if (known() !== wished) {
        await story.journal.until(() => known() === wished, {
          from: story.journal.events.length,
          deadlineMs: story.deadlineMs,
        });
      }
      return done([], { members: pageOf(client).members(channel).sort(), wished });
    },
    judge: (_told, view) => {
      const { members, wished } = factsOf<{ members: string[]; wished: string }>(view);
      const found = members.join();
      return found === wished
        ? holds(`members: ${found}`)
        : fails(`expected the members ${wished}, the library knows ${found || "none"}`);
    },
  }),
];
