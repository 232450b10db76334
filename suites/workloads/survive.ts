/** Hostile inputs, and whether the server and everybody else on it came through. */
import { z } from "zod";
import { decodeBase64, encodeBase64 } from "@std/encoding";
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
import { fenceApi } from "../engine/fence.ts";
import { PUSHER_JS_QUERY } from "../client/query.ts";

const provokes = z.strictObject({
  provokes: z.unknown().describe(
    'a message of any shape; auth "signed" is replaced by a right signature where one can be made',
  ),
});
const sendsRaw = z.strictObject({
  sendsRaw: z.string().describe("base64 of bytes beneath the WebSocket layer"),
});
const sendsNested = z.strictObject({
  sendsNested: z.string().describe("what opens a level"),
  depth: z.number().int().min(1).max(1_000_000),
  around: z.string().describe("what stands in the middle"),
  closed: z.string().describe("what closes a level; empty for never"),
});
const floods = z.strictObject({
  floods: z.unknown().describe("a message, sent again and again with $n counting"),
  times: z.number().int().min(1).max(100_000),
});
const survives = z.strictObject({
  canary: z.string().describe("a client that was connected before"),
  newcomer: z.string().describe("a client that was not"),
});

/** Signs what the message says, as far as it says anything that can be signed. */
function signed(message: unknown, client: Client, attempt: Attempt): unknown {
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
    answersPing(attempt, canary),
    getsPublished(attempt, canary),
    canConnect(attempt, newcomer),
  ];
  const wrong = (await Promise.all(asked)).find((answer) => answer !== undefined);
  return wrong === undefined ? done() : deadline(wrong);
}

type Wrong = string | undefined;

async function answersPing(attempt: Attempt, canary: Client): Promise<Wrong> {
  const from = attempt.log.events.length;
  canary.send({ event: "pusher:ping", data: {} });
  const pong = await canary.until(
    (event) => event.kind === "closed" || isFrame(event, { event: "pusher:pong" }),
    attempt.deadlineMs,
    from,
  );
  if (pong?.kind === "received") return undefined;
  return `a bystander's ping was ${
    pong ? "answered by the end of its connection" : "not answered"
  }`;
}

async function getsPublished(attempt: Attempt, canary: Client): Promise<Wrong> {
  const fence = await fenceApi(attempt, canary);
  return fence === "passed"
    ? undefined
    : "an event published over the API did not reach a bystander";
}

async function canConnect(attempt: Attempt, newcomer: Client): Promise<Wrong> {
  const query = new URLSearchParams(PUSHER_JS_QUERY);
  newcomer.dial(`${attempt.target.websocketUrl}/app/${newcomer.app.key}?${query}`);
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
    name: "sendsRaw",
    summary: "Writes bytes straight to the TCP connection, framed or not.",
    schema: sendsRaw,
    run: (params, client, attempt) => {
      const bytes = decodeBase64(params.sendsRaw);
      attempt.log.add({
        kind: "sent",
        socket: client.socket,
        opcode: "raw",
        base64: encodeBase64(bytes.subarray(0, 4096)),
        bytes: bytes.length,
      });
      client.line?.sendRaw(bytes);
      return done();
    },
  }),
  clientVerb({
    name: "sendsNested",
    summary: "Sends text that opens the same bracket many times.",
    schema: sendsNested,
    run: (params, client) => {
      const { sendsNested: open, depth, around, closed } = params;
      client.sendText(`${open.repeat(depth)}${around}${closed.repeat(depth)}`);
      return done();
    },
  }),
  clientVerb({
    name: "floods",
    summary: "Sends a message many times without waiting for anything.",
    schema: floods,
    run: (params, client, attempt) => {
      const text = JSON.stringify(signed(params.floods, client, attempt));
      attempt.log.add({
        kind: "note",
        text: `${client.socket} sends ${params.times} times, of which the first is shown: ${text}`,
      });
      for (let n = 0; n < params.times; n++) {
        client.line?.sendText(text.replaceAll("#n", String(n)));
      }
      return done();
    },
  }),
  scenarioVerb({
    name: "survives",
    summary:
      "A bystander's connection still works, the API still publishes to it, and a new client can connect.",
    schema: survives,
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
