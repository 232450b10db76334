/** What a client sends to a scripted server. */
import { z } from "zod";
import { pageOf } from "../pages/page.ts";
import { scriptedServerOf } from "../pages/scripted_server.ts";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import { mismatch } from "../language/matcher.ts";
import {
  blocked,
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
import { signChannel } from "../wire/signature.ts";

const says = z.strictObject({
  says: z.string().describe("the event"),
  on: z.string().optional().describe("the channel it asks for"),
  data: z.unknown().optional().describe("a matcher on its data"),
  freshlySigned: z.literal(true).optional().describe("signed for the socket id of this connection"),
});
const answersPing = z.strictObject({
  answersPing: z.enum(["protocol", "event"]).describe(
    "a ping of the WebSocket protocol, or pusher:ping",
  ),
});
const cannotTrigger = z.strictObject({
  cannotTrigger: z.string().describe('the client event, without "client-"'),
  on: z.string().describe("the channel"),
});
const speaks = z.strictObject({
  speaks: z.enum(["text", "events"]).describe(
    "text: text frames of JSON; events: every message names its event",
  ),
});

const isSaid = (who: string, event: Evidence) => event.kind === "sent" && isOf(who, event);

/** The channel that a message from a client is about. */
function channelOf(event: Evidence): unknown {
  const frame = frameOf(event);
  return frame?.channel ?? (isRecord(frame?.data) ? frame.data.channel : undefined);
}

/** Whether a subscription is signed for the socket id that its connection was given last. */
function isFresh(attempt: Attempt, client: Client, event: Evidence): boolean {
  const data = frameOf(event)?.data;
  if (event.kind !== "sent" || !isRecord(data) || typeof data.channel !== "string") return false;
  const established = attempt.log.events.find((e) =>
    isFrame(e, { event: "pusher:connection_established" }) && "socket" in e &&
    e.socket === event.socket
  );
  const given = established && frameOf(established)?.decoded;
  if (!isRecord(given)) return false;
  const channelData = typeof data.channel_data === "string" ? data.channel_data : undefined;
  return data.auth === signChannel(client.app, String(given.socket_id), data.channel, channelData);
}

function judgeSpeech(how: "text" | "events", view: View): Finding {
  const said = view.events.slice(0, view.end).filter((event) =>
    isSaid(view.who, event) && event.kind === "sent" &&
    (event.opcode === "text" || event.opcode === "binary")
  );
  const first = said[0];
  if (!first) return blocked(`${view.who} has said nothing`);
  const wrong = said.find((event) =>
    event.kind === "sent" &&
    (how === "text" ? event.opcode !== "text" || !isJson(event.text) : !frameOf(event))
  );
  return wrong
    ? fails(`it sent ${quote(wrong)}`, [wrong.seq])
    : holds(`${said.length} messages, such as ${quote(first)}`, [first.seq]);
}

function isJson(text: string | undefined): boolean {
  try {
    JSON.parse(text ?? "");
    return true;
  } catch {
    return false;
  }
}

export const CLIENT_SAYS: readonly Verb[] = [
  clientVerb({
    name: "says",
    summary: "The client sends the next message of this name that no earlier step has waited for.",
    schema: says,
    run: async (params, client, attempt) => {
      const channel = params.on === undefined ? undefined : attempt.names.of(params.on);
      const event = await attempt.log.until(
        (event) =>
          isSaid(client.name, event) && frameOf(event)?.event === params.says &&
          (channel === undefined || channelOf(event) === channel) && !attempt.taken.has(event.seq),
        { deadlineMs: attempt.deadlineMs },
      );
      if (!event) return deadline(`it sent no ${params.says}`);
      return done([event.seq], { fresh: isFresh(attempt, client, event) });
    },
    judge: (params, view) => {
      const event = view.events.find((event) => event.seq === view.ended.took[0]);
      if (!event) {
        return fails(`expected the client to send ${params.says}; ${view.ended.detail}`);
      }
      const reason = params.data === undefined
        ? undefined
        : mismatch(frameOf(event)?.decoded, params.data, "data");
      if (reason) return fails(`${reason}, in ${quote(event)}`, [event.seq]);
      return params.freshlySigned && view.ended.facts?.fresh !== true
        ? fails(`not signed for the socket id of its connection: ${quote(event)}`, [event.seq])
        : holds(quote(event), [event.seq]);
    },
  }),
  clientVerb({
    name: "answersPing",
    summary: "The scripted server pings, and the client answers with the pong of the same kind.",
    schema: answersPing,
    run: async (params, client, attempt) => {
      const from = attempt.log.events.length;
      const server = scriptedServerOf(attempt);
      if (params.answersPing === "protocol") server?.ping();
      else server?.send({ event: "pusher:ping" });
      const event = await attempt.log.until(
        (event) =>
          isSaid(client.name, event) &&
          (params.answersPing === "protocol"
            ? event.kind === "sent" && event.opcode === "pong"
            : frameOf(event)?.event === "pusher:pong"),
        { from, deadlineMs: attempt.deadlineMs },
      );
      return event ? done([event.seq]) : deadline("no pong came");
    },
    judge: (_told, view) => {
      const event = view.events.find((event) => event.seq === view.ended.took[0]);
      return event
        ? holds(`answered with ${quote(event)}`, [event.seq])
        : fails("the ping was not answered with a pong");
    },
  }),
  clientVerb({
    name: "cannotTrigger",
    summary: "The library sends no such client event, proved by a later message that it does send.",
    schema: cannotTrigger,
    run: async (params, client, attempt) => {
      const page = pageOf(client);
      let refusal = "without an error";
      try {
        page.whisper(attempt.names.of(params.on), params.cannotTrigger, {});
      } catch (error) {
        refusal = error instanceof Error ? error.message : String(error);
      }
      const fence = attempt.names.of(`fence-${attempt.nextNumber()}`);
      page.join(fence);
      const event = await attempt.log.until(
        (event) => isSaid(client.name, event) && channelOf(event) === fence,
        { deadlineMs: attempt.deadlineMs },
      );
      return event ? done([event.seq], { refusal }) : deadline("no later message came either");
    },
    judge: (params, view) => {
      const sent = view.events.find((event) =>
        isSaid(view.who, event) && frameOf(event)?.event === `client-${params.cannotTrigger}`
      );
      if (sent) return fails(`it sent ${quote(sent)}`, [sent.seq]);
      return view.ended.outcome === "done"
        ? holds(`refused: ${String(view.ended.facts?.refusal)}`)
        : blocked(view.ended.detail ?? "no later message came");
    },
  }),
  clientVerb({
    name: "speaks",
    summary: "Everything the client has sent so far is a message as the protocol wants it.",
    schema: speaks,
    run: () => done(),
    judge: (params, view) => judgeSpeech(params.speaks, view),
  }),
];
