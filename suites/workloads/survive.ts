/**
 * Hostile inputs, and whether the server and everybody else on it came through.
 *
 * One input goes out on a connection of its own, so that what happens has one cause. Then three things
 * must still work: a bystander's connection that was there before, over which he subscribes, the API,
 * whose event must reach that bystander, and a newcomer's greeting. What became of the sender is for
 * other steps to judge.
 */
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import type { Client } from "../client/client.ts";
import { isFrame } from "../record/frames.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  clientVerb,
  deadline,
  done,
  fails,
  holds,
  type Outcome,
  scenarioVerb,
  type Verb,
} from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";
import { signChannel } from "../wire/signature.ts";
import { reachedByApi } from "../engine/fence.ts";
import { PUSHER_JS_QUERY } from "../client/query.ts";

const provokes = z.strictObject({
  provokes: z.unknown().describe(
    'a message of any shape; auth "signed" is replaced by a right signature where one can be made',
  ),
});
const sendsNested = z.strictObject({
  sendsText: z.string().describe("what stands in the middle"),
  depth: z.number().int().min(1).max(1_000_000).describe("how many levels are around it"),
  open: z.string().describe("what opens a level"),
  close: z.string().describe("what closes a level; empty for never"),
});
const survives = z.strictObject({
  canary: clientName("a client that was connected before"),
  newcomer: clientName("a client that was not"),
});

/** A name that is somebody's channel in this scenario; any other is sent as it is. */
const NAME = /^[-\w]+$/;

/** Names the scenario's own channel, and signs what the message says, as far as it can be signed. */
function signed(asked: unknown, client: Client, attempt: Attempt): unknown {
  const message = isRecord(asked) && typeof asked.channel === "string" && NAME.test(asked.channel)
    ? { ...asked, channel: attempt.names.of(asked.channel) }
    : asked;
  if (!isRecord(message) || !isRecord(message.data)) return message;
  const { data } = message;
  const channel = typeof data.channel === "string" ? attempt.names.of(data.channel) : data.channel;
  const channelData = typeof data.channel_data === "string" ? data.channel_data : undefined;
  const auth = data.auth === "signed" && typeof channel === "string"
    ? signChannel(client.app, client.socketId ?? "", channel, channelData)
    : data.auth;
  return {
    ...message,
    data: {
      ...data,
      ...("channel" in data ? { channel } : {}),
      ...("auth" in data ? { auth } : {}),
    },
  };
}

/** Asks at once what can be asked at once: hostile inputs are many, and each waits for this. */
async function lives(attempt: Attempt, canary: Client, newcomer: Client): Promise<Outcome> {
  if (!canary.isOpen) return deadline("the connection of a bystander was closed");
  const asked = [
    getsPublished(attempt, canary),
    canConnect(attempt, newcomer),
  ];
  const wrong = (await Promise.all(asked)).find((answer) => answer !== undefined);
  return wrong === undefined ? done() : deadline(wrong);
}

type Wrong = string | undefined;

async function getsPublished(attempt: Attempt, canary: Client): Promise<Wrong> {
  const fence = await reachedByApi(attempt, canary);
  return fence === "passed"
    ? undefined
    : "an event published over the API did not reach a bystander";
}

async function canConnect(attempt: Attempt, newcomer: Client): Promise<Wrong> {
  const query = new URLSearchParams(PUSHER_JS_QUERY);
  newcomer.dial(`${attempt.websocketUrl()}/app/${newcomer.app.key}?${query}`);
  const answer = await newcomer.until(
    (event) =>
      event.kind === "closed" || isFrame(event, { event: "pusher:connection_established" }),
    attempt.deadlineMs,
  );
  return answer?.kind === "received" ? undefined : "a new client could not connect";
}

export const SURVIVE: readonly Verb[] = [
  clientVerb({
    name: "provokes",
    summary: "Sends a message of any shape, however wrong.",
    schema: provokes,
    run: (params, client, attempt) => {
      client.send(signed(params.provokes, client, attempt));
      return done();
    },
  }),
  clientVerb({
    name: "sendsText",
    form: "depth",
    summary: "Sends text that opens the same bracket many times.",
    schema: sendsNested,
    run: (params, client) => {
      const { sendsText: around, depth, open, close } = params;
      client.sendText(`${open.repeat(depth)}${around}${close.repeat(depth)}`);
      return done();
    },
  }),
  scenarioVerb({
    name: "survives",
    summary:
      "A bystander's connection still works, the API still publishes to it, and a new client can connect.",
    schema: survives,
    asks: () => ({ connections: 1, messages: 1 }),
    run: (params, attempt) =>
      lives(attempt, attempt.client(params.canary), attempt.client(params.newcomer)),
    judge: (_told, view) => {
      if (view.ended.outcome === "done") {
        return holds(
          "a bystander's connection, the API and a new connection all work",
          view.ended.took,
        );
      }
      const death = view.events.findLast((event) => event.kind === "broke");
      const hostile = view.events.slice(0, view.begin).findLast((event) =>
        (event.kind === "sent" && event.socket.startsWith("eve")) || event.kind === "request"
      );
      const quotes = [...(hostile ? [hostile.seq] : []), ...(death ? [death.seq] : [])];
      return fails(
        `after the hostile input, ${view.ended.detail}${death ? `; ${death.reason}` : ""}`,
        quotes,
      );
    },
  }),
];
