/** Frames as they may come over slow lines: cut into TCP segments, or several in one. */
import { delay } from "@std/async";
import { z } from "zod";
import type { Client } from "../client/client.ts";
import type { Attempt } from "../engine/attempt.ts";
import { clientVerb, done, type Verb } from "../engine/verb.ts";
import { clientFrame } from "../wire/client_frame.ts";

const inPieces = z.strictObject({
  sendsText: z.string().describe("the text of one message"),
  pieces: z.number().int().min(2).describe("TCP segments its frame goes in; at most one a byte"),
});
const inOne = z.strictObject({
  sendsText: z.array(z.string()).min(2).describe("the texts of several messages"),
  inOneSegment: z.literal(true),
});

/** Between two segments, so that they do not merge again. */
const GAP_MS = 2;

function record(client: Client, attempt: Attempt, text: string): void {
  const bytes = new TextEncoder().encode(text).length;
  attempt.log.add({ kind: "sent", socket: client.socket, opcode: "text", text, bytes });
}

export const SEGMENTS: readonly Verb[] = [
  clientVerb({
    name: "sendsText",
    form: "pieces",
    summary: "Sends one text message in one frame, cut into several TCP segments.",
    schema: inPieces,
    run: async (params, client, attempt) => {
      record(client, attempt, params.sendsText);
      const frame = clientFrame(params.sendsText);
      const size = Math.max(1, Math.ceil(frame.length / params.pieces));
      for (let at = 0; at < frame.length; at += size) {
        client.line?.sendRaw(frame.subarray(at, at + size));
        await delay(GAP_MS);
      }
      return done();
    },
  }),
  clientVerb({
    name: "sendsText",
    form: "inOneSegment",
    summary: "Sends several text messages, a frame each, in one TCP segment.",
    schema: inOne,
    run: (params, client, attempt) => {
      for (const text of params.sendsText) record(client, attempt, text);
      client.line?.sendRaw(
        new Uint8Array(params.sendsText.flatMap((text) => [...clientFrame(text)])),
      );
      return done();
    },
  }),
];
