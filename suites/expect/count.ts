/** How often something came, and whether anything came that nobody had asked for. */
import { z } from "zod";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, quote } from "../record/frames.ts";
import { mismatch } from "../language/matcher.ts";
import { clientVerb, deadline, done, fails, holds, untestable, type Verb } from "../engine/verb.ts";
import { fenceApi, fenceSubscription } from "../engine/fence.ts";

const counts = z.strictObject({
  counts: z.string().describe("the event's name"),
  on: z.string().optional(),
  times: z.unknown().describe("a matcher on how often"),
  after: z.enum(["api", "subscription"]).default("api").describe(
    "which path the event would have come by",
  ),
});
const hearsNoAnswer = z.strictObject({ hearsNoAnswer: z.null() });

/** Frames that keep the line alive; they answer nothing a scenario did. */
const isHeartbeat = (event: Evidence) => isFrame(event, { event: "pusher:ping" });

const isFence = (event: Evidence) => /^(private-)?fence-/.test(frameOf(event)?.channel ?? "");

export const COUNT: readonly Verb[] = [
  clientVerb({
    name: "counts",
    summary:
      "The event came so often on the current connection: counted behind a fence, and over the rest of the scenario.",
    schema: counts,
    run: async (params, client, attempt) => {
      const facts = {
        socket: client.socket,
        ...(params.on === undefined ? {} : { channel: attempt.names.of(params.on) }),
      };
      const fence = await (params.after === "api" ? fenceApi : fenceSubscription)(attempt, client);
      return fence === "lost"
        ? { ...deadline("the fence did not come back"), facts }
        : done([], facts);
    },
    judge: (params, view) => {
      const { socket } = view.ended.facts ?? {};
      const channel = view.ended.facts?.channel as string | undefined; // set by run above
      const came = view.events.filter((event) =>
        event.kind === "received" && event.socket === socket &&
        isFrame(event, { event: params.counts, channel })
      );
      const quotes = came.slice(0, 4).map(({ seq }) => seq);
      const what = `${params.counts}${channel === undefined ? "" : ` on ${channel}`}`;
      const reason = mismatch(came.length, params.times, `how often ${what} came`);
      if (reason) return fails(reason, quotes);
      return view.ended.outcome === "done"
        ? holds(`${what} came ${came.length} times`, quotes)
        : untestable(`whether more would come cannot be told: ${view.ended.detail}`, quotes);
    },
  }),
  clientVerb({
    name: "hearsNoAnswer",
    summary:
      "On the current connection nothing came but what steps and fences waited for, pings aside.",
    schema: hearsNoAnswer,
    run: (_told, client) => done([], { socket: client.socket }),
    judge: (_told, view) => {
      const surplus = view.events.find((event) =>
        event.kind === "received" && event.socket === view.ended.facts?.socket &&
        event.opcode === "text" && !view.taken.has(event.seq) && !isFence(event) &&
        !isHeartbeat(event)
      );
      return surplus
        ? fails(`expected no answer; ${view.who} received ${quote(surplus)}`, [surplus.seq])
        : holds("nothing came that no step waited for");
    },
  }),
];
