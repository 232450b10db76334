/** Servers that let one client spoil it for the others (P-303 to P-310). */
import { delay } from "@std/async";
import { crash } from "../actions.ts";
import { answerOf } from "../answers.ts";
import type { Break, FrameAction } from "../break.ts";
import { handshake, request, toClient, toTarget } from "../rules.ts";
import type { Line, World } from "../world.ts";

const PUBLISHED = { published: true, channel: "*" } as const;

/** Connections a server with too small a table of descriptors can hold. */
const TABLE_SIZE = 1000;

/** Delivers only once every connection has taken what it was sent before. */
const waitForTheSlowest: FrameAction = async (passage) => {
  await Promise.all([...passage.line.world.lines].map((line) => line.drained()));
  await passage.pass();
};

/** Messages of one line, or requests without a signature, that make a flood. */
const FLOOD = 500;
/** A flood is over when nothing of it has come for so long. */
const FLOOD_OVER_MS = 1500;

const saidOn = new WeakMap<Line, number>();

/** When a flood was last heard of, and how much of it, in each world. */
const floods = new WeakMap<World, { heard: number; lastMs: number }>();

function hearFlood(world: World): void {
  const heard = (floods.get(world)?.heard ?? 0) + 1;
  floods.set(world, { heard, lastMs: performance.now() });
}

/** Holds a message until no flood has been heard for a while; what is part of a flood goes on. */
const waitForTheFlood: FrameAction = async ({ line, pass }) => {
  const { world } = line;
  const said = (saidOn.get(line) ?? 0) + 1;
  saidOn.set(line, said);
  if (said > FLOOD) hearFlood(world);
  else {
    for (;;) {
      const { heard, lastMs } = floods.get(world) ?? { heard: 0, lastMs: 0 };
      if (heard < FLOOD || performance.now() - lastMs > FLOOD_OVER_MS) break;
      await delay(50);
    }
  }
  await pass();
};

export const ROBUSTNESS: readonly Break[] = [
  {
    name: "stalled-reader-stalls-all",
    title: "Delivers to nobody while one client does not read.",
    violates: ["P-306"],
    rules: [toClient(PUBLISHED, waitForTheSlowest)],
  },
  {
    name: "flood-served-first",
    title: "Serves whoever says most, and everybody else afterwards.",
    violates: ["P-330"],
    rules: [
      toTarget({ event: "pusher:ping" }, waitForTheFlood),
      request({ where: ({ query }) => !query.has("auth_key") }, ({ world, request, forward }) => {
        hearFlood(world);
        return forward(request);
      }),
    ],
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
