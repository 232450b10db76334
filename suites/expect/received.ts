/**
 * Looking back at what a client has received on its current connection: the last such event, the
 * very first, how often it came, in which order.
 */
import { z } from "zod";
import type { Client } from "../client/client.ts";
import { delivery } from "../client/premises.ts";
import { fenceApi, fenceSubscription } from "../engine/fence.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  blocked,
  clientVerb,
  deadline,
  done,
  fails,
  holds,
  type Outcome,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { cacheMissInstead } from "./cache_miss.ts";
import { mismatch, show } from "../language/matcher.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, isMessage, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import { judgeTaken } from "./next.ts";
import { isRecord } from "../wire/frame.ts";
import { awaited, looking, named } from "./receives.ts";
import { described, FRAMES, type Pattern } from "./source.ts";

const event = z.string().describe("the event's name");
const last = z.strictObject({
  received: event,
  ...looking,
  text: z.unknown().optional().describe(
    "a matcher on its text as it stood on the wire, digits and escapes and all",
  ),
});
const first = z.strictObject({
  received: event,
  first: z.literal(true).describe("before any other message of the connection"),
});
const times = z.strictObject({
  received: event,
  on: looking.on,
  times: z.unknown().describe("a matcher on how often"),
  after: z.enum(["api", "subscription"]).default("api").describe(
    "which path the event would have come by",
  ),
});
const oneOf = z.strictObject({
  received: event,
  on: z.string().describe("the channel"),
  oneOf: z.array(z.array(z.unknown())).min(1).describe(
    "the sequences that are right, each a list of matchers on the data",
  ),
});
const before = z.strictObject({
  received: event,
  before: z.string().describe("the name of an event that must have come later"),
  on: z.string().describe("the channel of both"),
});

/** What a judge needs to find the connection again that the step was about. */
const here = (client: Client, on: string | undefined, attempt: Attempt) => ({
  socket: client.socket,
  ...(on === undefined ? {} : { channel: attempt.names.of(on) }),
});

/** The events of this name, and of the step's channel, that came on its connection. */
function occurrences(
  name: string | undefined,
  { ended }: View,
  events: readonly Evidence[],
): Evidence[] {
  const { socket } = ended.facts ?? {};
  const channel = ended.facts?.channel as string | undefined; // set by `here`
  return events.filter((event) =>
    event.kind === "received" && event.socket === socket && isFrame(event, { event: name, channel })
  );
}

const channelIn = ({ ended }: View): Pick<Pattern, "channel"> => ({
  channel: ended.facts?.channel as string | undefined, // set by `here`
});

const isSequence = (seen: readonly Evidence[], wished: readonly unknown[]): boolean =>
  seen.length === wished.length &&
  seen.every((event, i) => mismatch(frameOf(event)?.decoded, wished[i]) === undefined);

/** Attempts that have waited a whole deadline in vain; they do not wait that long in every round. */
const disappointed = new WeakSet<Attempt>();
const SHORT_WAIT_MS = 250;

async function fenced(
  facts: NonNullable<Outcome["facts"]>,
  after: "api" | "subscription",
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const fence = await (after === "api" ? fenceApi : fenceSubscription)(attempt, client);
  return fence === "lost" ? { ...deadline("the fence did not come back"), facts } : done([], facts);
}

export const RECEIVED: readonly Verb[] = [
  clientVerb({
    name: "received",
    summary:
      "Looks back at the last event of this name on the current connection, received by a step or not.",
    schema: last,
    // Who asks for a part of the roster takes for granted that there is one.
    premises: ({ received: event, on, data }, view) =>
      isRecord(data) && "presence" in data ? ["P-115"] : awaited(event, on, view),
    run: ({ received: event, on }, client, attempt) => {
      const channel = named(on, attempt);
      const found = attempt.log.events.slice(client.since).findLast((one) =>
        isOf(client.name, one) && isFrame(one, { event, channel })
      );
      const facts = channel === undefined ? {} : { channel };
      return found ? done([found.seq], facts) : { ...deadline("no such event had arrived"), facts };
    },
    judge: ({ received: event, data, frame, text }, view) =>
      judgeTaken(FRAMES, { event, data, frame, text }, view),
  }),
  clientVerb({
    name: "received",
    form: "first",
    summary: "The first message of the current connection is of this name.",
    schema: first,
    premises: ({ received: event }) => delivery(event),
    run: async (_params, client, attempt) => {
      const first = await client.until(
        (event) => isMessage(event) || event.kind === "closed" || event.kind === "upgrade-refused",
        attempt.deadlineMs,
      );
      return first ? done([first.seq]) : deadline("nothing arrived");
    },
    judge: ({ received: name }, view) => {
      const first = view.events.find((event) => event.seq === view.ended.took[0]);
      if (!first) return fails(`expected ${name}; ${view.ended.detail}`);
      return isFrame(first, { event: name })
        ? holds(quote(first), [first.seq])
        : fails(`expected ${name} first, found ${quote(first)}`, [first.seq]);
    },
  }),
  clientVerb({
    name: "received",
    form: "times",
    summary:
      "The event came so often on the current connection: counted behind a fence, and over the rest of the scenario.",
    schema: times,
    premises: ({ received: event, on }, view) => awaited(event, on, view),
    run: ({ on, after }, client, attempt) =>
      fenced(here(client, on, attempt), after, client, attempt),
    judge: (params, view) => {
      const came = occurrences(params.received, view, view.events);
      const quotes = came.slice(0, 4).map(({ seq }) => seq);
      const what = described({ event: params.received, ...channelIn(view) });
      const reason = mismatch(came.length, params.times, `how often ${what} came`);
      if (reason) return fails(reason, quotes);
      if (view.ended.outcome !== "done") {
        return blocked(`whether more would come cannot be told: ${view.ended.detail}`, quotes);
      }
      const told = holds(`${what} came ${came.length} times`, quotes);
      return came.length === 0 ? { ...told, isAbsence: true } : told;
    },
  }),
  clientVerb({
    name: "received",
    form: "oneOf",
    summary:
      "All events of this name on the channel, on the current connection and up to a fence, are one of these sequences; none comes later.",
    schema: oneOf,
    premises: ({ received: event, on }, view) => awaited(event, on, view),
    run: async (params, client, attempt) => {
      const facts = here(client, params.on, attempt);
      const pattern = { event: params.received, channel: facts.channel };
      const isComplete = () => {
        const seen = attempt.log.events.filter((event) =>
          event.kind === "received" && event.socket === facts.socket && isFrame(event, pattern)
        );
        return params.oneOf.some((wished) => isSequence(seen, wished));
      };
      if (!isComplete()) {
        const deadlineMs = disappointed.has(attempt) ? SHORT_WAIT_MS : attempt.deadlineMs;
        await client.until(isComplete, deadlineMs, attempt.log.events.length);
        if (!isComplete()) disappointed.add(attempt);
      }
      return await fenced(facts, "api", client, attempt);
    },
    judge: (params, view) => {
      const seen = occurrences(params.received, view, view.events);
      const miss = seen.length === 0 ? cacheMissInstead(view, view.ended.facts?.channel) : [];
      const quotes = [...seen, ...miss].map((event) => event.seq);
      const list = seen.length === 0 ? "none" : seen.map(quote).join(" · ");
      const what = described({ event: params.received, ...channelIn(view) });
      if (!params.oneOf.some((wished) => isSequence(seen, wished))) {
        const wished = params.oneOf.map((sequence) => show(sequence)).join(" or ");
        return fails(
          `expected ${what} as ${wished}; ${view.ended.facts?.socket} received ${list}`,
          quotes,
        );
      }
      return view.ended.outcome === "done"
        ? holds(`${what}: ${list}`, quotes)
        : blocked(`whether more would come cannot be told: ${view.ended.detail}`, quotes);
    },
  }),
  clientVerb({
    name: "received",
    form: "before",
    summary: "The first event of this name on the channel came before the first of the other.",
    schema: before,
    premises: ({ received: event, before }) => [...delivery(event), ...delivery(before)],
    run: ({ on }, client, attempt) => done([], here(client, on, attempt)),
    judge: (params, view) => {
      const seen = occurrences(undefined, view, view.events.slice(0, view.end));
      const names = [params.received, params.before];
      const firsts = names.map((name) => seen.find((event) => isFrame(event, { event: name })));
      const quotes = firsts.flatMap((event) => event?.seq ?? []);
      const [one, other] = firsts;
      if (!one || !other) {
        return blocked(`${view.ended.facts?.socket} saw no ${one ? names[1] : names[0]}`);
      }
      return one.seq < other.seq ? holds(`${quote(one)} · ${quote(other)}`, quotes) : fails(
        `expected ${names.join(" before ")}; the order was ${quote(other)} · ${quote(one)}`,
        quotes,
      );
    },
  }),
];
