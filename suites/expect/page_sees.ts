/** What a page's library tells the page, and what it must not. */
import { z } from "zod";
import { pageOf } from "../pages/page.ts";
import type { Client } from "../client/client.ts";
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import { quote } from "../record/frames.ts";
import type { Attempt } from "../engine/attempt.ts";
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
import { settle } from "../engine/fence.ts";
import { pageArrivals } from "../pages/page_arrivals.ts";

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

const isTold =
  (who: string, { what, event, channel }: Wish) => (params: Evidence): params is Page =>
    params.kind === "page" && params.who === who && params.what === what &&
    params.event === event &&
    (channel === undefined || params.channel === channel);

/** Waits for the next such thing that no earlier step has waited for. */
async function next(attempt: Attempt, client: Client, wish: Wish): Promise<Outcome> {
  const from = attempt.log.events.length;
  const wanted = isTold(client.name, wish);
  const event = await attempt.log.until(
    (event) => wanted(event) && !attempt.taken.has(event.seq),
    { deadlineMs: attempt.deadlineMs },
  );
  return event ? done([event.seq]) : deadline(pageArrivals(attempt, client, from));
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
async function fencePage(attempt: Attempt, client: Client): Promise<boolean> {
  const channel = attempt.names.of(`fence-page-${client.name}`);
  const passes = (event: string) =>
    attempt.log.until(isTold(client.name, { what: "event", event, channel }), {
      deadlineMs: attempt.deadlineMs,
    });
  pageOf(client).join(channel);
  if (!(await passes("pusher:subscription_succeeded"))) return false;
  const event = `fence-${attempt.nextNumber()}`;
  const began = performance.now();
  await attempt.call({
    method: "POST",
    path: "/events",
    body: { name: event, channel, data: "{}" },
    app: client.app,
  });
  if (!(await passes(event))) return false;
  await settle(attempt, performance.now() - began);
  return true;
}

function never(what: "event" | "listener", name: "neverSees" | "neverHears") {
  return {
    run: async (params: Denied, client: Client, attempt: Attempt): Promise<Outcome> => {
      const facts = params.on === undefined ? {} : { channel: attempt.names.of(params.on) };
      return await fencePage(attempt, client)
        ? done([], facts)
        : { ...deadline("the fence did not come back"), facts };
    },
    judge: (params: Denied, view: View): Finding => {
      const channel = view.ended.facts?.channel as string | undefined; // set by run above
      const event = String(params[name]);
      const denied = isTold(view.who, { what, event, channel });
      const seen = view.events.find((event) =>
        denied(event) && !view.taken.has(event.seq) &&
        (params.data === undefined || mismatch(event.data, params.data) === undefined)
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

const named = (attempt: Attempt, channel: string | undefined) =>
  channel === undefined ? undefined : attempt.names.of(channel);

export const PAGE_SEES: readonly Verb[] = [
  clientVerb({
    name: "sees",
    summary: "The page's library passes on the next event of this name.",
    schema: sees,
    run: (params, client, attempt) =>
      next(attempt, client, {
        what: "event",
        event: params.sees,
        channel: named(attempt, params.on),
      }),
    judge: (params, view) => judgeNext(`the library to pass on ${params.sees}`, params.data, view),
  }),
  clientVerb({
    name: "hears",
    summary: "A listener that the page had set with Echo is called.",
    schema: hears,
    run: (params, client, attempt) =>
      next(attempt, client, {
        what: "listener",
        event: params.hears,
        channel: named(attempt, params.on),
      }),
    judge: (params, view) =>
      judgeNext(`the listener of ${params.hears} to be called`, params.data, view),
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
    run: (params, client, attempt) =>
      next(attempt, client, { what: "state", event: params.entersState, channel: undefined }),
    judge: (params, view) => judgeNext(`the state ${params.entersState}`, undefined, view),
  }),
  clientVerb({
    name: "isToldError",
    summary: "The page's library reports an error of the connection.",
    schema: isToldError,
    run: async (params, client, attempt) => {
      const from = attempt.log.events.length;
      const wanted = isTold(client.name, { what: "error", event: "error", channel: undefined });
      const event = await attempt.log.until(
        (event) =>
          wanted(event) && !attempt.taken.has(event.seq) &&
          mismatch(event.data, params.isToldError) === undefined,
        { deadlineMs: attempt.deadlineMs },
      );
      return event ? done([event.seq]) : deadline(pageArrivals(attempt, client, from));
    },
    judge: (params, view) =>
      judgeNext(`an error like ${show(params.isToldError)}`, undefined, view),
  }),
  clientVerb({
    name: "hasMembers",
    summary: "The members of a presence channel, as the page's library keeps them, are these.",
    schema: hasMembers,
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.on);
      const wished = params.hasMembers.map(attempt.names.of).sort().join();
      const known = () => pageOf(client).members(channel).sort().join();
      if (known() !== wished) {
        await attempt.log.until(() => known() === wished, {
          from: attempt.log.events.length,
          deadlineMs: attempt.deadlineMs,
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
