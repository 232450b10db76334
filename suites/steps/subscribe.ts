/** Subscribing: with the right signature, a wrong one or none, and what the target made of it. */
import { z } from "zod";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import { arrivals, quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  broken,
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
import { isRecord } from "../wire/frame.ts";
import { signChannel } from "../wire/signature.ts";
import { fenceSubscription } from "../engine/fence.ts";

const asking = {
  auth: z.unknown().optional().describe(
    'the auth value as it is, "none" for no such field; signed rightly without it',
  ),
  user: z.string().optional().describe("user id in channel_data; the client's name without it"),
  info: z.unknown().optional().describe("user_info in channel_data"),
  channelData: z.unknown().optional().describe('channel_data as it is, "none" for no such field'),
};
const subscribes = z.strictObject({ subscribes: z.string(), ...asking });
const asksFor = z.strictObject({ asksFor: z.string(), ...asking });
const unsubscribes = z.strictObject({ unsubscribes: z.string() });
const isRefused = z.strictObject({
  isRefused: z.string(),
  aloud: z.boolean().default(false).describe(
    "silence is not enough: an error or a close must come",
  ),
});

/** `channel_data` for a user of the scenario: the id gets the scenario's suffix, as channels do. */
export function channelDataOf(
  attempt: Attempt,
  client: Client,
  user?: string,
  info?: unknown,
): string {
  const user_id = attempt.names.of(user ?? client.name);
  return JSON.stringify(info === undefined ? { user_id } : { user_id, user_info: info });
}

type Asking = Omit<z.infer<typeof subscribes>, "subscribes">;

/** Sends `pusher:subscribe` and returns the channel's full name. */
export function ask(name: string, params: Asking, client: Client, attempt: Attempt): string {
  const channel = attempt.names.of(name);
  const presence = channel.startsWith("presence-");
  const given = params.channelData ??
    (presence ? channelDataOf(attempt, client, params.user, params.info) : "none");
  const channel_data = given === "none" ? undefined : given;
  let auth = params.auth;
  if (auth === undefined && (presence || channel.startsWith("private-"))) {
    auth = signChannel(
      client.app,
      client.socketId ?? "",
      channel,
      typeof channel_data === "string" ? channel_data : undefined,
    );
  }
  client.send({
    event: "pusher:subscribe",
    data: {
      channel,
      ...(auth === undefined || auth === "none" ? {} : { auth }),
      ...(channel_data === undefined ? {} : { channel_data }),
    },
  });
  return channel;
}

const SUCCEEDED = "pusher_internal:subscription_succeeded";

/** An answer to a subscription that is not a success: any error frame, or the end of the line. */
function isRefusal(event: Evidence): boolean {
  if (event.kind === "closed") return true;
  const frame = frameOf(event);
  return event.kind === "received" &&
    (frame?.event === "pusher:error" || frame?.event === "pusher:subscription_error");
}

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
): { sent: Evidence; success?: Evidence; refusal?: Evidence } | undefined {
  const asked = request(view, channel);
  const sent = asked && view.events[asked.at];
  if (!asked || sent?.kind !== "sent") return undefined;
  const after = view.events.slice(asked.at, asked.until).filter((event) =>
    "socket" in event && event.socket === sent.socket
  );
  const success = after.find((event) => isFrame(event, { event: SUCCEEDED, channel }));
  const refusal = after.find(isRefusal);
  return { sent, ...(success ? { success } : {}), ...(refusal ? { refusal } : {}) };
}

function judgeAdmission(view: View, channel: string): Finding {
  const found = answers(view, channel);
  if (!found) return untestable(`${view.who} never asked for ${channel}`);
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

function judgeRefusal(view: View, channel: string, aloud: boolean): Finding {
  const found = answers(view, channel);
  if (!found) return untestable(`${view.who} never asked for ${channel}`);
  const { sent, success, refusal } = found;
  if (success) {
    return fails(
      `expected the subscription to ${channel} to be refused; it was answered with ${
        quote(success)
      }`,
      [sent.seq, success.seq],
    );
  }
  if (refusal) return holds(`refused: ${quote(refusal)}`, [sent.seq, refusal.seq]);
  if (view.ended.outcome !== "done") {
    return untestable(view.ended.detail ?? "no fence came back", [sent.seq]);
  }
  if (aloud) {
    return fails("expected an error; a later subscription was answered, this one never was", [
      sent.seq,
    ]);
  }
  return holds("refused in silence: a later subscription was answered, this one never was", [
    sent.seq,
  ]);
}

const isAnswer = (channel: string) => (event: Evidence) =>
  isFrame(event, { event: SUCCEEDED, channel }) || isRefusal(event);

export const SUBSCRIBE: readonly Verb[] = [
  clientVerb({
    name: "subscribes",
    summary: "Asks for a channel, rightly signed unless told otherwise, and waits until admitted.",
    schema: subscribes,
    run: async (params, client, attempt) => {
      const from = attempt.log.events.length;
      const channel = ask(params.subscribes, params, client, attempt);
      const answer = await client.until(isAnswer(channel), attempt.deadlineMs, from);
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
      "The last request for the channel was refused, in any form: an error, a close, or silence past a fence.",
    schema: isRefused,
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.isRefused);
      const fence = await fenceSubscription(attempt, client);
      const facts = { channel, fence };
      return fence === "lost"
        ? { ...deadline("the fence after it was not answered either"), facts }
        : done([], facts);
    },
    judge: (params, view) => judgeRefusal(view, String(view.ended.facts?.channel), params.aloud),
  }),
  clientVerb({
    name: "unsubscribes",
    summary: "Leaves a channel, and waits until a later frame of the same socket was answered.",
    schema: unsubscribes,
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.unsubscribes);
      client.send({ event: "pusher:unsubscribe", data: { channel } });
      const fence = await fenceSubscription(attempt, client);
      return fence === "passed"
        ? done()
        : broken(`after unsubscribing from ${channel}, the fence was ${fence}`);
    },
  }),
];
