/** What a client sends, well-formed or not. */
import { z } from "zod";
import { UNHEARD } from "../record/observation.ts";
import { decodeHex, encodeBase64 } from "@std/encoding";
import type { Client } from "../client/client.ts";
import type { Attempt } from "../engine/attempt.ts";
import { clientVerb, deadline, done, fails, holds, type Verb } from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";
import { fenceSubscription } from "../engine/fence.ts";

const sends = z.strictObject({
  sends: z.string().describe("the event's name"),
  channel: z.unknown().optional().describe("the channel, or anything in its place"),
  data: z.unknown().optional().describe("the data, or anything in its place"),
  fields: z.record(z.string(), z.unknown()).optional().describe("further top-level fields"),
});
const whispers = z.strictObject({
  whispers: z.string().describe("the event's name"),
  on: z.string().describe("the channel"),
  data: z.unknown().optional().describe("the data; {} without it"),
  fields: z.record(z.string(), z.unknown()).optional().describe("further top-level fields"),
});
const sendsText = z.strictObject({
  sendsText: z.string().describe("the text, JSON or not"),
  binary: z.boolean().default(false).describe("whether it goes in a binary frame"),
});
const sendsBytes = z.strictObject({
  sendsBytes: z.union([z.array(z.number().int().min(0).max(255)), z.string()]).describe(
    'bytes that go in a text frame, as numbers or as hex such as "22 c0 af 22"',
  ),
});
const isHeard = z.strictObject({ isHeard: z.null() });
const sendsFragments = z.strictObject({
  sendsText: z.array(z.string()).min(2).describe("the parts of one text message, a frame each"),
  ping: z.boolean().describe("whether a protocol ping goes between the first part and the second"),
});

/** Gives names in `channel` and `data.channel` the scenario's suffix. */
function named(value: unknown, attempt: Attempt): unknown {
  if (typeof value === "string") return attempt.names.of(value);
  return value;
}

function namedData(data: unknown, attempt: Attempt): unknown {
  return isRecord(data) && typeof data.channel === "string"
    ? { ...data, channel: attempt.names.of(data.channel) }
    : data;
}

function sent(
  client: Client,
  attempt: Attempt,
  bytes: Uint8Array,
  opcode: "binary" | "text",
): void {
  attempt.log.add({
    kind: "sent",
    socket: client.socket,
    opcode,
    base64: encodeBase64(bytes),
    bytes: bytes.length,
  });
}

export const SEND: readonly Verb[] = [
  clientVerb({
    name: "sends",
    summary: "Sends a message of any name, with the channel and data given and nothing else.",
    schema: sends,
    run: (params, client, attempt) => {
      client.send({
        event: params.sends,
        ...("channel" in params ? { channel: named(params.channel, attempt) } : {}),
        ...("data" in params ? { data: namedData(params.data, attempt) } : {}),
        ...params.fields,
      });
      return done();
    },
  }),
  clientVerb({
    name: "whispers",
    summary: "Sends a client event on a channel.",
    schema: whispers,
    asks: () => ({ messages: 1 }),
    run: (params, client, attempt) => {
      const data = "data" in params ? params.data : {};
      client.send({
        event: params.whispers,
        channel: attempt.names.of(params.on),
        data,
        ...params.fields,
      });
      return done();
    },
  }),
  clientVerb({
    name: "sendsText",
    summary: "Sends a text as it stands.",
    schema: sendsText,
    run: (params, client, attempt) => {
      if (!params.binary) {
        client.sendText(params.sendsText);
        return done();
      }
      const bytes = new TextEncoder().encode(params.sendsText);
      sent(client, attempt, bytes, "binary");
      client.line?.sendBinary(bytes);
      return done();
    },
  }),
  clientVerb({
    name: "sendsBytes",
    summary: "Sends bytes in a text frame, valid UTF-8 or not.",
    schema: sendsBytes,
    run: (params, client, attempt) => {
      const bytes = typeof params.sendsBytes === "string"
        ? decodeHex(params.sendsBytes.replaceAll(" ", ""))
        : new Uint8Array(params.sendsBytes);
      sent(client, attempt, bytes, "text");
      client.line?.sendTextBytes(bytes);
      return done();
    },
  }),
  clientVerb({
    name: "isHeard",
    summary:
      "Waits until the target has dealt with all this client sent: a later subscription is answered, or the connection is closed.",
    schema: isHeard,
    // Whatever was sent, an error says what is wrong with it, and the next message is read.
    premises: () => ["P-033"],
    run: async (_told, client, attempt) => {
      const fence = await fenceSubscription(attempt, client);
      return fence === "lost"
        ? deadline("a later subscription on the same socket was never answered")
        : done([], { fence });
    },
    judge: (_params, view) =>
      view.ended.outcome === "done"
        ? holds(
          view.ended.facts?.fence === "closed"
            ? "the connection was closed"
            : "a later subscription was answered",
        )
        : fails(
          "expected a close, or an answer to a later subscription; the connection is open, and nothing is answered",
          [],
          UNHEARD,
        ),
  }),
  clientVerb({
    name: "sendsText",
    form: "ping",
    summary: "Sends one text message split over several WebSocket frames.",
    schema: sendsFragments,
    run: (params, client, attempt) => {
      for (const part of params.sendsText) {
        sent(client, attempt, new TextEncoder().encode(part), "text");
      }
      client.line?.sendFragments(params.sendsText, () => {
        if (params.ping) client.line?.ping("between");
      });
      return done();
    },
  }),
];
