/** Subscribing: with the right signature, a wrong one or none, and what the target made of it. */
import { z } from "zod";
import { UNHEARD } from "../record/observation.ts";
import type { Client } from "../client/client.ts";
import { subscribe } from "../client/subscribe.ts";
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import { arrivals, quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  blocked,
  broken,
  clientVerb,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";
import { infoIn, subscribing } from "../client/premises.ts";
import { fenceApi, fenceSubscription } from "../engine/fence.ts";

const asking = {
  auth: z.unknown().optional().describe(
    'the auth value as it is, "none" for no such field; signed rightly without it',
  ),
  user: z.string().optional().describe("user id in channel_data; the client's name without it"),
  info: z.unknown().optional().describe(
    'user_info in channel_data, "none" for no such field; the user\'s name without it',
  ),
  channelData: z.unknown().optional().describe('channel_data as it is, "none" for no such field'),
};
const subscribes = z.strictObject({ subscribes: z.string().describe("the channel"), ...asking });
const asksFor = z.strictObject({ asksFor: z.string().describe("the channel"), ...asking });
const unsubscribes = z.strictObject({ unsubscribes: z.string().describe("the channel") });
const isRefused = z.strictObject({
  isRefused: z.string().describe("the channel it asked for last"),
});

/**
 * `channel_data` for a user of the scenario: the id gets the scenario's suffix, as channels do.
 * `user_info` is optional (P-113), and applications send one: a scenario that is about something else
 * stands on no more than it must.
 */
export function channelDataOf(
  attempt: Attempt,
  client: Client,
  user?: string,
  info: unknown = { name: user ?? client.name },
): string {
  const user_id = attempt.names.of(user ?? client.name);
  return JSON.stringify(info === "none" ? { user_id } : { user_id, user_info: info });
}

/** Whether this connection has been admitted to the channel; who has not leaves nothing (P-085). */
const wasAdmitted = (client: Client, channel: string, { log }: Attempt): boolean =>
  log.events.some((one) =>
    one.kind === "received" && one.socket === client.socket &&
    isFrame(one, { event: "pusher_internal:subscription_succeeded", channel })
  );

type Asking = Omit<z.infer<typeof subscribes>, "subscribes">;

/** Sends `pusher:subscribe` and returns the channel's full name. */
export function ask(name: string, params: Asking, client: Client, attempt: Attempt): string {
  const channel = attempt.names.of(name);
  const presence = channel.startsWith("presence-");
  const given = params.channelData ??
    (presence ? channelDataOf(attempt, client, params.user, params.info) : "none");
  subscribe(client, channel, {
    auth: params.auth,
    ...(given === "none" ? {} : { channelData: given }),
  });
  return channel;
}

const SUCCEEDED = "pusher_internal:subscription_succeeded";

/** A refusal says so: an error frame, by whatever name, or a close code of the protocol (P-074). */
function isRefusal(event: Evidence): boolean {
  if (event.kind === "closed") return event.code >= 4000 && event.code < 4400;
  const frame = frameOf(event);
  return event.kind === "received" && /^pusher(_internal)?:\w*error$/.test(frame?.event ?? "");
}

/** Any end of a request for a channel: a success, a refusal, or a line that is gone. */
const isEnd = (channel: string) => (event: Evidence) =>
  isFrame(event, { event: SUCCEEDED, channel }) || isRefusal(event) || event.kind === "closed";

/** The last request of `who` for `channel` before `end`, and where the next one begins. */
function request(view: View, channel: string): { at: number; until: number } | undefined {
  const asks = (event: Evidence) => {
    if (event.kind !== "sent" || !isOf(view.who, event)) return false;
    const frame = frameOf(event);
    return frame?.event === "pusher:subscribe" && isRecord(frame.data) &&
      frame.data.channel === channel;
  };
  let at = -1;
  for (let index = view.end; index >= 0 && at < 0; index--) {
    const event = view.events[index];
    if (event && asks(event)) at = index;
  }
  if (at < 0) return undefined;
  const next = view.events.findIndex((event, index) => index > at && asks(event));
  return { at, until: next < 0 ? view.events.length : next };
}

function answers(
  view: View,
  channel: string,
): { sent: EvidenceOf<"sent" | "received">; success?: Evidence; refusal?: Evidence } | undefined {
  const asked = request(view, channel);
  const sent = asked && view.events[asked.at];
  if (!asked || sent?.kind !== "sent") return undefined;
  const after = view.events.slice(asked.at, asked.until).filter((event) =>
    "socket" in event && event.socket === sent.socket
  );
  // To a request without a channel's name, a confirmation without one is the answer.
  const named = channel === "" ? undefined : channel;
  const success = after.find((event) =>
    isFrame(event, { event: SUCCEEDED, channel: named }) &&
    (named !== undefined || (frameOf(event)?.channel ?? "") === "")
  );
  const refusal = after.find(isRefusal);
  return { sent, ...(success ? { success } : {}), ...(refusal ? { refusal } : {}) };
}

function judgeAdmission(view: View, channel: string): Finding {
  const found = answers(view, channel);
  if (!found) return blocked(`${view.who} never asked for ${channel}`);
  const { sent, success, refusal } = found;
  if (success) return holds(`subscription_succeeded for ${channel}`, [sent.seq, success.seq]);
  const instead = refusal
    ? `answered with ${quote(refusal)}`
    : arrivals(view.events, view.who, view.begin, view.end);
  return fails(`expected ${SUCCEEDED} for ${channel}; ${instead}`, [
    sent.seq,
    ...(refusal ? [refusal.seq] : []),
  ]);
}

function judgeRefusal(view: View, channel: string): Finding {
  const found = answers(view, channel);
  if (!found) return blocked(`${view.who} never asked for ${channel}`);
  const { sent, success, refusal } = found;
  if (success) {
    return fails(
      `expected the subscription to ${channel} to be refused; it was answered with ${
        quote(success)
      }`,
      [sent.seq, success.seq],
    );
  }
  const quotes = refusal ? [sent.seq, refusal.seq] : [sent.seq];
  const delivered = view.events.find((event) =>
    event.kind === "received" && event.socket === sent.socket &&
    isFrame(event, { event: AFTER_REFUSAL, channel })
  );
  if (delivered) {
    const message = `${channel} was refused, and its events are delivered all the same: ${
      quote(delivered)
    }`;
    return {
      ...fails(message, [...quotes, delivered.seq], "delivered after the refusal"),
      accuses: "P-103",
    };
  }
  if (refusal) return holds(`refused: ${quote(refusal)}`, quotes);
  // Later ends are no answer: the server may have ended for all.
  const closed = view.events.slice(view.begin, view.end).find((event) =>
    event.kind === "closed" && event.by === "target" && event.socket === sent.socket
  );
  if (closed) {
    return fails(
      `expected an error or a close code of the protocol; the connection was ${quote(closed)}`,
      [sent.seq, closed.seq],
    );
  }
  if (view.ended.outcome === "done") {
    return fails(
      "expected an error or a close; a later subscription was answered, this one never was",
      [sent.seq],
    );
  }
  const message =
    "expected an error or a close; neither this subscription nor a later one was ever answered, and the connection stayed open";
  return { ...fails(message, [sent.seq], UNHEARD), accuses: "P-325" };
}

/** Published to a channel after somebody was refused it. */
const AFTER_REFUSAL = "AfterRefusal";

/**
 * Publishes to a channel that was refused, and waits for a fence behind it: who was refused is told
 * nothing. Not to cache channels, which would remember it.
 */
async function publishPast(channel: string, client: Client, attempt: Attempt): Promise<void> {
  if (/^(private-|private-encrypted-|presence-)?cache-/.test(channel)) return;
  await attempt.call({
    method: "POST",
    path: "/events",
    body: { name: AFTER_REFUSAL, channel, data: "{}" },
    app: client.app,
  });
  await fenceApi(attempt, client);
}

export const SUBSCRIBE: readonly Verb[] = [
  clientVerb({
    name: "subscribes",
    summary: "Asks for a channel, rightly signed unless told otherwise, and waits until admitted.",
    schema: subscribes,
    premises: (params) =>
      subscribing({
        channel: params.subscribes,
        hasInfo: params.channelData === undefined
          ? params.info !== "none"
          : infoIn(params.channelData) === true,
        isOwn: params.channelData !== undefined && infoIn(params.channelData) === undefined,
      }),
    run: async (params, client, attempt) => {
      const from = attempt.log.events.length;
      const channel = ask(params.subscribes, params, client, attempt);
      const answer = await client.until(isEnd(channel), attempt.deadlineMs, from);
      if (answer && isFrame(answer, { event: SUCCEEDED, channel })) {
        return done([answer.seq], { channel });
      }
      const instead = arrivals(attempt.log.events, client.name, from);
      return {
        ...broken(`${client.name} was not admitted to ${channel}; ${instead}`),
        facts: { channel },
      };
    },
    judge: (_told, view) => judgeAdmission(view, String(view.ended.facts?.channel)),
  }),
  clientVerb({
    name: "asksFor",
    summary: "Asks for a channel and waits for nothing.",
    schema: asksFor,
    run: (params, client, attempt) =>
      done([], { channel: ask(params.asksFor, params, client, attempt) }),
  }),
  clientVerb({
    name: "isRefused",
    summary:
      "The last request for the channel was refused: an error, or a close with a code of the protocol. What is published to it afterwards does not come.",
    schema: isRefused,
    premises: () => ["P-095"],
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.isRefused);
      const fence = await fenceSubscription(attempt, client);
      if (fence === "passed") await publishPast(channel, client, attempt);
      const facts = { channel, fence };
      return fence === "lost"
        ? { ...deadline("the fence after it was not answered either"), facts }
        : done([], facts);
    },
    judge: (_params, view) => judgeRefusal(view, String(view.ended.facts?.channel)),
  }),
  clientVerb({
    name: "unsubscribes",
    summary: "Leaves a channel, and waits until a later frame of the same socket was answered.",
    schema: unsubscribes,
    premises: (_params, view) => [
      view?.ended.facts?.wasThere === false ? "P-085" : "P-083",
      ...subscribing({ channel: "private-fence" }),
    ],
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.unsubscribes);
      const facts = { wasThere: wasAdmitted(client, channel, attempt) };
      client.send({ event: "pusher:unsubscribe", data: { channel } });
      const fence = await fenceSubscription(attempt, client);
      return fence === "passed"
        ? done([], facts)
        : { ...broken(`after unsubscribing from ${channel}, the fence was ${fence}`), facts };
    },
  }),
];
