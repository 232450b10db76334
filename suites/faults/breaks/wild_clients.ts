/** Servers that know one kind of client only: one shape of handshake, of framing, of activity (P-319 to P-326). */
import { alter, alterData, drop, reset, silence } from "../actions.ts";
import { answerOf, hangUp } from "../answers.ts";
import type { Break, Handshake, Passage } from "../break.ts";
import { parseObject } from "../message.ts";
import { handshake, request, toClient, toTarget } from "../rules.ts";
import { header, type HttpRequest } from "../../wire/http_message.ts";

/** Bytes of headers that a server with a small buffer takes. */
const SMALL_HEAD = 6000;
const LARGE_HEAD = 16_000;

const badRequest = () => answerOf(400, "Bad request");

function headerOf({ request }: Handshake, name: string): string {
  return header(request.headers, name) ?? "";
}

function headSize({ headers }: HttpRequest): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}

const offersCompression = ({ line }: Passage): boolean =>
  header(line.handshake.headers, "sec-websocket-extensions") !== undefined;

const isLargeAndOffered = (passage: Passage): boolean =>
  offersCompression(passage) && passage.frame.payload.length > 1000;

/** JSON text whose numbers went through a double. */
const rounded = (text: unknown): unknown =>
  typeof text === "string" && parseObject(text) !== undefined
    ? JSON.stringify(JSON.parse(text))
    : text;

export const WILD_CLIENTS: readonly Break[] = [
  {
    name: "connection-header-not-a-list",
    title: "Refuses a handshake whose `Connection` holds more than `Upgrade`.",
    violates: ["P-319"],
    rules: [
      handshake({ where: (seen) => headerOf(seen, "connection").includes(",") }, badRequest),
    ],
  },
  {
    name: "compression-offer-refused",
    title: "Refuses a handshake that offers to compress messages.",
    violates: ["P-320"],
    rules: [
      handshake({ where: (seen) => headerOf(seen, "sec-websocket-extensions") !== "" }, badRequest),
    ],
  },
  {
    name: "compression-offer-breaks-messages",
    title: "Goes silent on a connection that offered to compress messages.",
    violates: ["P-320"],
    rules: [
      toTarget({ where: offersCompression }, silence),
    ],
  },
  {
    name: "compression-offer-loses-large-messages",
    title: "Loses messages of more than 1 kB of a connection that offered to compress messages.",
    violates: ["P-320"],
    rules: [
      toTarget({ where: isLargeAndOffered }, drop),
      toClient({ where: isLargeAndOffered }, drop),
    ],
  },
  {
    name: "segmented-frames-kill",
    title: "Resets the connection of a client whose frame comes in several TCP segments.",
    violates: ["P-321"],
    rules: [toTarget({ where: ({ frame }) => frame.pieces > 1 }, reset)],
  },
  {
    name: "one-message-a-segment",
    title: "Reads one message of a TCP segment, and forgets what stands behind it.",
    violates: ["P-321"],
    rules: [toTarget({ where: ({ frame }) => frame.follows }, drop)],
  },
  {
    name: "cookies-refused",
    title: "Refuses a handshake with more than 6 kB of headers.",
    violates: ["P-322"],
    rules: [
      handshake(
        { where: ({ request }) => headSize(request) > SMALL_HEAD },
        () => answerOf(431, "Request header fields too large"),
      ),
    ],
  },
  {
    name: "large-heads-hung-up-on",
    title: "Hangs up on requests with 16 kB of headers, and answers nothing.",
    violates: ["P-323"],
    rules: [
      handshake({ where: ({ request }) => headSize(request) > LARGE_HEAD }, () => "reset"),
      request({ where: ({ request }) => headSize(request) > LARGE_HEAD }, hangUp),
    ],
  },
  {
    name: "line-kept-after-close",
    title: "Keeps the TCP line of a client that does not answer its close frame.",
    violates: ["P-326"],
    rules: [
      toClient({ opcode: "close", code: 4201 }, async (passage) => {
        await passage.pass();
        passage.line.silence();
      }),
    ],
  },
  {
    name: "numbers-rounded",
    title: "Reads numbers of user_info and of client events as doubles, and writes those.",
    violates: ["P-324"],
    rules: [
      toClient(
        { event: "client-*" },
        alter((message) => ({ ...message, data: rounded(message["data"]) })),
      ),
      toClient({ event: "pusher_internal:member_added" }, alterData((data) => data)),
    ],
  },
];
