/** What a client sends, well-formed or not. */
import { z } from "zod";
import { decodeHex, encodeBase64 } from "@std/encoding";
import type { Client } from "../client/client.ts";
import type { Story } from "../engine/attempt.ts";
import { clientVerb, deadline, done, type Verb } from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";
import { fenceSubscription } from "./fence.ts";

const sends = z.strictObject({
  sends: z.string().describe("the event's name"),
  channel: z.unknown().optional(),
  data: z.unknown().optional(),
  fields: z.record(z.string(), z.unknown()).optional().describe("further top-level fields"),
});
const whispers = z.strictObject({
  whispers: z.string().describe("the event's name"),
  on: z.string(),
  data: z.unknown().optional(),
  fields: z.record(z.string(), z.unknown()).optional().describe("further top-level fields"),
});
const sendsText = z.strictObject({ sendsText: z.string() });
const sendsBinary = z.strictObject({
  sendsBinary: z.string().describe("text that goes as a binary frame"),
});
const sendsBytes = z.strictObject({
  sendsBytes: z.union([z.array(z.number().int().min(0).max(255)), z.string()]).describe(
    'bytes that go in a text frame, as numbers or as hex such as "22 c0 af 22"',
  ),
});
const isHeard = z.strictObject({ isHeard: z.null() });
const sendsFragments = z.strictObject({
  sendsFragments: z.array(z.string()).min(2).describe("the parts of one text message"),
  ping: z.boolean().default(false).describe(
    "a protocol ping between the first part and the second",
  ),
});

/** Gives names in `channel` and `data.channel` the scenario's suffix. */
function named(value: unknown, story: Story): unknown {
  if (typeof value === "string") return story.names.of(value);
  return value;
}

function namedData(data: unknown, story: Story): unknown {
  return isRecord(data) && typeof data.channel === "string"
    ? { ...data, channel: story.names.of(data.channel) }
    : data;
}

function sent(client: Client, story: Story, bytes: Uint8Array, opcode: "binary" | "text"): void {
  story.journal.add({
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
    run: (told, client, story) => {
      client.send({
        event: told.sends,
        ...("channel" in told ? { channel: named(told.channel, story) } : {}),
        ...("data" in told ? { data: namedData(told.data, story) } : {}),
        ...told.fields,
      });
      return done();
    },
  }),
  clientVerb({
    name: "whispers",
    summary: "Sends a client event on a channel.",
    schema: whispers,
    run: (told, client, story) => {
      const data = "data" in told ? told.data : {};
      client.send({ event: told.whispers, channel: story.names.of(told.on), data, ...told.fields });
      return done();
    },
  }),
  clientVerb({
    name: "sendsText",
    summary: "Sends a text frame as it stands.",
    schema: sendsText,
    run: (told, client) => {
      client.sendText(told.sendsText);
      return done();
    },
  }),
  clientVerb({
    name: "sendsBinary",
    summary: "Sends text in a binary frame.",
    schema: sendsBinary,
    run: (told, client, story) => {
      const bytes = new TextEncoder().encode(told.sendsBinary);
      sent(client, story, bytes, "binary");
      client.line?.sendBinary(bytes);
      return done();
    },
  }),
  clientVerb({
    name: "sendsBytes",
    summary: "Sends bytes in a text frame, valid UTF-8 or not.",
    schema: sendsBytes,
    run: (told, client, story) => {
      const bytes = typeof told.sendsBytes === "string"
        ? decodeHex(told.sendsBytes.replaceAll(" ", ""))
        : new Uint8Array(told.sendsBytes);
      sent(client, story, bytes, "text");
      client.line?.sendTextBytes(bytes);
      return done();
    },
  }),
  clientVerb({
    name: "isHeard",
    summary:
      "Waits until the target has dealt with all this client sent: a later subscription is answered, or the connection is closed.",
    schema: isHeard,
    run: async (_told, client, story) => {
      const fence = await fenceSubscription(story, client);
      return fence === "lost"
        ? deadline("a later subscription on the same socket was never answered")
        : done([], { fence });
    },
  }),
  clientVerb({
    name: "sendsFragments",
    summary: "Sends one text message split over several WebSocket frames.",
    schema: sendsFragments,
    run: (told, client, story) => {
      for (const part of told.sendsFragments) {
        sent(client, story, new TextEncoder().encode(part), "text");
      }
      client.line?.sendFragments(told.sendsFragments, () => {
        if (told.ping) client.line?.ping("between");
      });
      return done();
    },
  }),
];
