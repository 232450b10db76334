/** What a client gets to see, and what it must not. */
import { z } from "zod";
import type { Evidence } from "../record/evidence.ts";
import { arrivals, frameOf, isFrame, isOf, quote } from "../record/frames.ts";
import { mismatch } from "../language/matcher.ts";
import {
  clientVerb,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  untestable,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { type Fence, fenceApi, fenceSubscription, fenceWhisper } from "../engine/fence.ts";

const looking = {
  on: z.string().optional().describe("only on this channel"),
  data: z.unknown().optional().describe(
    "a matcher on the data, decoded where it is JSON in a string",
  ),
  frame: z.unknown().optional().describe("a matcher on the whole message as it stood on the wire"),
};
const receives = z.strictObject({ receives: z.string(), ...looking });
const saw = z.strictObject({ saw: z.string(), ...looking });
const never = z.strictObject({
  never: z.string(),
  ...looking,
  after: z.enum(["api", "whisper", "subscription"]).default("api").describe(
    "which path the denied event would have come by",
  ),
  from: z.string().optional().describe("the sender, where the path is a whisper"),
  witness: z.enum(["needed", "none"]).default("needed").describe(
    "none: nobody could see it, the fence alone proves",
  ),
});

interface Looking {
  readonly on?: string | undefined;
  readonly data?: unknown;
  readonly frame?: unknown;
}

/** Why this frame is not as wished; `undefined` when it is. */
function unlike(event: Evidence, params: Looking): string | undefined {
  const frame = frameOf(event);
  if (!frame) return "it is not a message";
  return (params.data === undefined ? undefined : mismatch(frame.decoded, params.data, "data")) ??
    (params.frame === undefined ? undefined : mismatch(frame.fields, params.frame, "frame"));
}

const described = (event: string, channel?: string) =>
  channel === undefined ? event : `${event} on ${channel}`;

function judgeReceived(name: string, params: Looking, view: View): Finding {
  const seq = view.ended.took[0];
  const event = view.events.find((event) => event.seq === seq);
  if (!event) {
    return fails(
      `expected ${described(name, view.ended.facts?.channel as string | undefined)}; ${
        view.ended.detail ?? "nothing arrived"
      }`,
    );
  }
  const reason = unlike(event, params);
  return reason
    ? fails(`${reason}, in ${quote(event)}`, [event.seq])
    : holds(quote(event), [event.seq]);
}

export const RECEIVE: readonly Verb[] = [
  clientVerb({
    name: "receives",
    summary: "Waits for the next event of this name that no earlier step has received.",
    schema: receives,
    run: async (params, client, attempt) => {
      const channel = params.on === undefined ? undefined : attempt.names.of(params.on);
      const from = attempt.log.events.length;
      const event = await client.until(
        (event) =>
          (isFrame(event, { event: params.receives, channel }) && !attempt.taken.has(event.seq)) ||
          event.kind === "closed",
        attempt.deadlineMs,
      );
      const facts = channel === undefined ? {} : { channel };
      if (event?.kind === "received") {
        attempt.taken.add(event.seq);
        return done([event.seq], facts);
      }
      return {
        ...deadline(`since the step began, ${arrivals(attempt.log.events, client.name, from)}`),
        facts,
      };
    },
    judge: (params, view) => judgeReceived(params.receives, params, view),
  }),
  clientVerb({
    name: "saw",
    summary:
      "Looks back at the last event of this name on the current connection, received by a step or not.",
    schema: saw,
    run: (params, client, attempt) => {
      const channel = params.on === undefined ? undefined : attempt.names.of(params.on);
      const event = attempt.log.events.slice(client.since).findLast((event) =>
        isOf(client.name, event) && isFrame(event, { event: params.saw, channel })
      );
      const facts = channel === undefined ? {} : { channel };
      return event ? done([event.seq], facts) : { ...deadline("no such event had arrived"), facts };
    },
    judge: (params, view) => judgeReceived(params.saw, params, view),
  }),
  clientVerb({
    name: "never",
    summary: "No such event came, proved by a fence on the same path, and none comes later.",
    schema: never,
    run: async (params, client, attempt) => {
      const fence = await raise();
      const facts = {
        fence,
        ...(params.on === undefined ? {} : { channel: attempt.names.of(params.on) }),
      };
      return fence === "lost"
        ? { ...deadline("the fence did not come back"), facts }
        : done([], facts);

      function raise(): Promise<Fence> {
        if (params.after === "subscription") return fenceSubscription(attempt, client);
        if (params.after === "api") return fenceApi(attempt, client);
        return fenceWhisper(attempt, attempt.client(params.from ?? client.name), client);
      }
    },
    judge: (params, view) => {
      const channel = view.ended.facts?.channel as string | undefined; // set by run above
      const denied = (event: Evidence) =>
        isFrame(event, { event: params.never, channel }) && unlike(event, params) === undefined;
      const seen = view.events.find((event) =>
        isOf(view.who, event) && denied(event) && !view.taken.has(event.seq)
      );
      const what = described(params.never, channel);
      if (seen) {
        return fails(`expected no ${what}; ${view.who} received ${quote(seen)}`, [seen.seq]);
      }
      if (view.ended.outcome !== "done") {
        return untestable(`whether ${what} came cannot be told: ${view.ended.detail}`);
      }
      const witness = view.events.find((event) => !isOf(view.who, event) && denied(event));
      if (!witness && params.witness === "needed") {
        return untestable(`nobody saw ${what}, so that ${view.who} did not proves nothing`);
      }
      const proof = view.ended.facts?.fence === "closed"
        ? "the connection was closed"
        : "a later event on the same path came, this one did not";
      return holds(`no ${what}: ${proof}`, witness ? [witness.seq] : []);
    },
  }),
];
