/** What a page's library tells the page, and what it must not: events, listeners, states, errors. */
import { z } from "zod";
import { passedOn } from "../client/premises.ts";
import {
  clientVerb,
  done,
  fails,
  type Finding,
  holds,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { mismatch, show } from "../language/matcher.ts";
import type { EvidenceOf } from "../record/evidence.ts";
import { awaitNext, judgeTaken } from "./next.ts";
import { awaitFence, judgeNever } from "./never.ts";
import { named } from "./receives.ts";
import { isNamed, page, type Seen } from "./source.ts";

const what = z.enum(["event", "listener", "state", "error", "authorization"]).default("event")
  .describe(
    "event: passed on by the library; listener: one that was set with Echo; state: of the " +
      "connection; error: of the connection; authorization: asked of the application",
  );
const on = z.string().optional().describe("only on this channel");
const data = z.unknown().optional().describe("a matcher on what the library handed over");
const sees = z.strictObject({
  sees: z.string().describe("the name of the event, the listener or the state"),
  what,
  on,
  data,
});
const neverSees = z.strictObject({
  neverSees: z.string().describe("the name of the event or the listener"),
  what: z.enum(["event", "listener"]).default("event").describe(
    "event: passed on by the library; listener: one that was set with Echo",
  ),
  on,
  data,
});
const seesOnly = z.strictObject({
  seesOnly: z.union([z.array(z.string()), z.number().int().min(0)]).describe(
    "the names of all so far, in order; or how many there were",
  ),
  what,
  on,
});

/** What pages are told of members: each of them about somebody. */
const OF_MEMBERS: ReadonlySet<string> = new Set([
  "pusher:member_added",
  "pusher:member_removed",
  "joining",
  "leaving",
]);

/** All that the page was told of one kind up to the end of the step. */
function told(what: EvidenceOf<"page">["what"], view: View): EvidenceOf<"page">[] {
  const { channel } = view.ended.facts ?? {};
  return view.events.slice(0, view.end).filter((event): event is EvidenceOf<"page"> =>
    event.kind === "page" && event.who === view.who && event.what === what &&
    (channel === undefined || event.channel === channel)
  );
}

function judgeAll(
  { seesOnly: wished, what }: z.infer<typeof seesOnly>,
  view: View,
): Finding {
  const seen = told(what, view);
  const names = seen.map(({ event }) => event);
  const quotes = seen.map(({ seq }) => seq);
  const isRight = Array.isArray(wished) ? names.join() === wished.join() : names.length === wished;
  return isRight
    ? holds(names.join(", ") || "nothing", quotes)
    : fails(`expected ${show(wished)}, ${view.who}'s page was told ${show(names)}`, quotes);
}

export const PAGE_SEES: readonly Verb[] = [
  clientVerb({
    name: "sees",
    summary: "The page's library tells the page of the next such event, listener, state or error.",
    schema: sees,
    premises: ({ sees: event, what, on }) => what === "event" ? passedOn(event, on) : [],
    run: ({ sees: event, what, on, data }, client, attempt) => {
      const pattern = { event, channel: named(on, attempt) };
      // Libraries report many errors on the way, and members come and go; of other events, the next
      // one must be right.
      const isOneOfMany = what === "error" || OF_MEMBERS.has(event);
      const isWanted = (seen: Seen) =>
        isNamed(seen, pattern) && (!isOneOfMany || mismatch(seen.data, data) === undefined);
      return awaitNext(page(what), pattern, client, attempt, isWanted);
    },
    judge: ({ sees: event, what, data }, view) => judgeTaken(page(what), { event, data }, view),
  }),
  clientVerb({
    name: "neverSees",
    summary: "The library passes on no such event, proved by a later one that it does pass on.",
    schema: neverSees,
    run: ({ what, on }, client, attempt) =>
      awaitFence(page(what), { channel: named(on, attempt) }, { after: "api" }, client, attempt),
    judge: ({ neverSees: event, what, data }, view) =>
      judgeNever(page(what), { event, data }, "none", view),
  }),
  clientVerb({
    name: "seesOnly",
    summary: "All that the page was told of one kind so far is exactly this.",
    schema: seesOnly,
    run: ({ on }, _client, attempt) =>
      done([], on === undefined ? {} : { channel: attempt.names.of(on) }),
    judge: judgeAll,
  }),
];
