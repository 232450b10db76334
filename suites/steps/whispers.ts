/** Many client events at once: their order, and how many of them a second a server relays (P-171). */
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import {
  blocked,
  clientVerb,
  deadline,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";
import { fenceApi, fenceSubscription } from "../engine/fence.ts";
import { many } from "../engine/demand.ts";

const channels = z.union([z.string(), z.array(z.string()).min(1)]);
const whispersSequence = z.strictObject({
  whispers: z.string().describe("the event's name"),
  on: channels.describe("the channel, or several that take turns"),
  count: z.number().int().min(1).describe("how many, numbered from 1"),
});
const isLimited = z.strictObject({
  isLimited: z.string().describe("the name of the events it sent as a sequence"),
  on: channels.describe("the channel, or several"),
  perSecond: z.number().int().min(1).describe("how many a second are relayed"),
  heardBy: clientName("a client that receives those relayed"),
});

const TOO_MANY = 4301;

/** True for `pusher:error` 4301, with its data as an object or as a string (A2). */
function rejects(event: Evidence): boolean {
  if (!isFrame(event, { event: "pusher:error" })) return false;
  const data = frameOf(event)?.decoded;
  return isRecord(data) && data.code === TOO_MANY;
}

/**
 * Among the events sent at once, the first `perSecond` are relayed and some of the rest rejected.
 * How a server cuts time into seconds is its own matter, so any burst may fall into two of them.
 */
export function judgeLimit(params: z.infer<typeof isLimited>, view: View): Finding {
  const { isLimited: event, perSecond } = params;
  const { channels } = factsOf<{ channels: readonly string[] }>(view);
  const sent = view.events.filter((e) =>
    e.kind === "sent" && isOf(view.who, e) && frameOf(e)?.event === event
  );
  const [first, last] = [sent[0], view.events[view.end]];
  if (!first || !last) return blocked(`${view.who} sent no ${event}`);
  const heard = view.events.filter((e) =>
    isOf(params.heardBy, e) && isFrame(e, { event }) &&
    channels.includes(frameOf(e)?.channel ?? "")
  );
  const rejected = view.events.filter((e) => isOf(view.who, e) && rejects(e));
  const rejection = rejected[0];
  const tally = `${sent.length} sent, ${heard.length} relayed, ${rejected.length} rejected`;
  if (!rejection) return fails(`none was rejected with ${TOO_MANY} (${tally})`, [first.seq]);
  const quotes = [first.seq, rejection.seq];
  if (heard.length + rejected.length > sent.length) {
    return fails(`some were relayed although they were rejected (${tally})`, quotes);
  }
  if (heard.length < perSecond) {
    return fails(`fewer than ${perSecond} were relayed (${tally})`, quotes);
  }
  const seconds = Math.floor((last.t - first.t) / 1000) + 2;
  return heard.length > perSecond * seconds
    ? fails(`more than ${perSecond} a second were relayed (${tally})`, quotes)
    : holds(`${tally}: ${quote(rejection)}`, quotes);
}

export const WHISPERS: readonly Verb[] = [
  clientVerb({
    name: "whispers",
    form: "count",
    summary: "Sends client events numbered from 1 at once, and waits until all were dealt with.",
    schema: whispersSequence,
    asks: ({ count }, turn) => ({ messages: many(count, turn) }),
    run: async (params, client, attempt) => {
      const channels = [params.on].flat().map((channel) => attempt.names.of(channel));
      for (let n = 1; n <= params.count; n++) {
        const channel = channels[(n - 1) % channels.length];
        client.send({ event: params.whispers, channel, data: { n } });
      }
      const fence = await fenceSubscription(attempt, client);
      return fence === "lost" ? deadline("a later subscription was never answered") : done();
    },
  }),
  clientVerb({
    name: "isLimited",
    summary:
      "Of the client events it sent at once, so many were relayed and others rejected with 4301.",
    schema: isLimited,
    run: async (params, client, attempt) => {
      const facts = { channels: [params.on].flat().map((channel) => attempt.names.of(channel)) };
      const fences = [
        await fenceSubscription(attempt, client),
        await fenceApi(attempt, attempt.client(params.heardBy)),
      ];
      return fences.includes("lost")
        ? { ...deadline("a fence did not come back"), facts }
        : done([], facts);
    },
    judge: judgeLimit,
  }),
];
