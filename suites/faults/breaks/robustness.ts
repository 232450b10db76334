/** Servers that let one client spoil it for the others (P-303 to P-310). */
import { crash } from "../actions.ts";
import { answerOf } from "../answers.ts";
import type { Break, FrameAction } from "../break.ts";
import { handshake, request, toClient, toTarget } from "../rules.ts";

const PUBLISHED = { published: true, channel: "*" } as const;

/** Connections a server with too small a table of descriptors can hold. */
const TABLE_SIZE = 1000;

/** Delivers only once every connection has taken what it was sent before. */
const waitForTheSlowest: FrameAction = async (passage) => {
  await Promise.all([...passage.line.world.lines].map((line) => line.drained()));
  await passage.pass();
};

export const ROBUSTNESS: readonly Break[] = [
  {
    name: "stalled-reader-stalls-all",
    title: "Delivers to nobody while one client does not read.",
    violates: ["P-306"],
    rules: [toClient(PUBLISHED, waitForTheSlowest)],
  },
  {
    name: "thousand-connections-fatal",
    title: "Falls over when it has a thousand connections.",
    violates: ["P-308"],
    rules: [
      toClient({
        event: "pusher:connection_established",
        where: ({ line }) => line.world.lines.size > TABLE_SIZE,
      }, crash),
    ],
  },
  {
    name: "hundredth-message-fatal",
    title: "Falls over at the hundredth message of a connection.",
    violates: ["P-032", "P-082"],
    rules: [toTarget({ opcode: "text", nth: 100 }, crash)],
  },
  {
    name: "reconnects-refused",
    title: "Refuses new connections once one has ended.",
    violates: ["P-300", "P-302"],
    rules: [
      handshake({ where: ({ world }) => world.anyEnded }, () => answerOf(503, "Try again")),
    ],
  },
  {
    name: "api-dies-with-a-connection",
    title: "Serves no HTTP requests once a WebSocket has ended.",
    violates: ["P-032", "P-037", "P-215"],
    rules: [request({ where: ({ world }) => world.anyEnded }, () => undefined)],
  },
];
