/** What a connection got to see of one event, all of it and in order. */
import { z } from "zod";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, quote } from "../record/frames.ts";
import type { Attempt } from "../engine/attempt.ts";
import { mismatch, show } from "../language/matcher.ts";
import { clientVerb, deadline, done, fails, holds, untestable, type Verb } from "../engine/verb.ts";
import { fenceApi } from "../engine/fence.ts";

const sawExactly = z.strictObject({
  sawExactly: z.string().describe("the event's name"),
  on: z.string(),
  oneOf: z.array(z.array(z.unknown())).min(1).describe(
    "the sequences that are right, each a list of matchers on the data",
  ),
});
const sawInOrder = z.strictObject({
  sawInOrder: z.array(z.string()).min(2).describe("names of events, each seen before the next"),
  on: z.string(),
});

/** The events of this name and channel that came on one socket. */
function occurrences(
  events: readonly Evidence[],
  socket: string,
  event: string | undefined,
  channel: string,
): Evidence[] {
  return events.filter((e) =>
    e.kind === "received" && e.socket === socket && isFrame(e, { event, channel })
  );
}

const isSequence = (seen: readonly Evidence[], wished: readonly unknown[]): boolean =>
  seen.length === wished.length &&
  seen.every((event, i) => mismatch(frameOf(event)?.decoded, wished[i]) === undefined);

/** Scenarios that have waited a whole deadline in vain; they do not wait that long in every round. */
const disappointed = new WeakSet<Attempt>();
const SHORT_WAIT_MS = 250;

export const EXACTLY: readonly Verb[] = [
  clientVerb({
    name: "sawExactly",
    summary:
      "All events of this name on the channel, on the current connection and up to a fence, are one of these sequences; none comes later.",
    schema: sawExactly,
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.on);
      const { socket } = client;
      const facts = { socket, channel };
      const complete = () => {
        const seen = occurrences(attempt.log.events, socket, params.sawExactly, channel);
        return params.oneOf.some((wished) => isSequence(seen, wished));
      };
      if (!complete()) {
        const deadlineMs = disappointed.has(attempt) ? SHORT_WAIT_MS : attempt.deadlineMs;
        await client.until(complete, deadlineMs, attempt.log.events.length);
        if (!complete()) disappointed.add(attempt);
      }
      const fence = await fenceApi(attempt, client);
      return fence === "lost"
        ? { ...deadline("the fence did not come back"), facts }
        : done([], facts);
    },
    judge: (params, view) => {
      const socket = String(view.ended.facts?.socket);
      const channel = String(view.ended.facts?.channel);
      const seen = occurrences(view.events, socket, params.sawExactly, channel);
      const quotes = seen.map((event) => event.seq);
      const list = seen.length === 0 ? "none" : seen.map(quote).join(" · ");
      if (!params.oneOf.some((wished) => isSequence(seen, wished))) {
        const wished = params.oneOf.map((sequence) => show(sequence)).join(" or ");
        return fails(
          `expected ${params.sawExactly} on ${channel} as ${wished}; ${socket} received ${list}`,
          quotes,
        );
      }
      return view.ended.outcome === "done"
        ? holds(`${params.sawExactly} on ${channel}: ${list}`, quotes)
        : untestable(`whether more would come cannot be told: ${view.ended.detail}`, quotes);
    },
  }),
  clientVerb({
    name: "sawInOrder",
    summary: "The first event of each name on the channel came before the first of the next.",
    schema: sawInOrder,
    run: (params, client, attempt) =>
      done([], { socket: client.socket, channel: attempt.names.of(params.on) }),
    judge: (params, view) => {
      const socket = String(view.ended.facts?.socket);
      const channel = String(view.ended.facts?.channel);
      const seen = occurrences(view.events.slice(0, view.end), socket, undefined, channel);
      const firsts = params.sawInOrder.map((name) =>
        seen.findIndex((event) => isFrame(event, { event: name }))
      );
      const quotes = firsts.flatMap((at) => seen[at]?.seq ?? []);
      const absent = params.sawInOrder.find((_name, i) => firsts[i] === -1);
      if (absent !== undefined) return untestable(`${socket} saw no ${absent} on ${channel}`);
      const inOrder = firsts.every((at, i) => i === 0 || at > (firsts[i - 1] ?? -1));
      const order = seen.filter((_event, at) => firsts.includes(at)).map(quote).join(" · ");
      return inOrder
        ? holds(order, quotes)
        : fails(`expected ${params.sawInOrder.join(" before ")}; the order was ${order}`, quotes);
    },
  }),
];
