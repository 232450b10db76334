/** Servers that keep time badly (P-038 to P-055). */
import { alter, alterData, closeWith, cut, drop, silence } from "../actions.ts";
import type { Break, FrameAction, Passage } from "../break.ts";
import { dataOf } from "../message.ts";
import { toClient, toTarget } from "../rules.ts";

/** Closes the line so many activity timeouts after its greeting, whatever it has said by then. */
function doomed(timeouts: number): FrameAction {
  return async (passage) => {
    const { line, message } = passage;
    const seconds = Number(message && dataOf(message)["activity_timeout"]);
    await passage.pass();
    line.after(seconds * 1000 * timeouts, () => line.close(4201, "Pong reply not received"));
  };
}

function hasObjectData({ message }: Passage): boolean {
  const data = message?.["data"];
  return typeof data === "object" && data !== null;
}

export const HEARTBEAT: readonly Break[] = [
  {
    name: "pusher-ping-unanswered",
    title: "Never answers `pusher:ping`.",
    violates: ["P-038"],
    rules: [toClient({ event: "pusher:pong" }, drop)],
  },
  {
    name: "protocol-ping-unanswered",
    title: "Never answers a WebSocket ping.",
    violates: ["P-039"],
    rules: [toClient({ opcode: "pong" }, drop)],
  },
  {
    name: "protocol-pong-empty",
    title: "Answers a WebSocket ping without its payload.",
    violates: ["P-039"],
    rules: [
      toClient(
        { opcode: "pong" },
        ({ line }) => line.sendFrame("toClient", "pong", new Uint8Array()),
      ),
    ],
  },
  {
    name: "pong-with-data",
    title: "Puts the time of day into `pusher:pong`.",
    violates: ["P-040"],
    rules: [
      toClient({ event: "pusher:pong" }, alter((pong) => ({ ...pong, data: '{"time":1}' }))),
    ],
  },
  {
    name: "ping-needs-an-object",
    title: "Answers `pusher:ping` only where its data is an object.",
    violates: ["P-041"],
    rules: [
      toTarget({ event: "pusher:ping", where: (passage) => !hasObjectData(passage) }, drop),
    ],
  },
  {
    name: "activity-does-not-count",
    title: "Closes a connection a while after it opened, however lively it is.",
    violates: ["P-042", "P-046"],
    rules: [toClient({ event: "pusher:connection_established" }, doomed(1.5))],
  },
  {
    name: "protocol-pong-does-not-count",
    title: "Closes a client that answers its pings with WebSocket pongs.",
    violates: ["P-043", "P-046"],
    rules: [toTarget({ opcode: "pong" }, drop)],
  },
  {
    name: "pusher-pong-does-not-count",
    title: "Closes a client that answers its pings with `pusher:pong`.",
    violates: ["P-046"],
    rules: [toTarget({ event: "pusher:pong" }, drop)],
  },
  {
    name: "idle-client-not-probed",
    title: "Closes an idle client without having sent it a ping.",
    violates: ["P-044"],
    rules: [toClient({ opcode: "ping" }, drop), toClient({ event: "pusher:ping" }, drop)],
  },
  {
    name: "mute-client-closed-with-another-code",
    title: "Closes a client that has stopped answering with the code for a restart.",
    violates: ["P-045"],
    rules: [toClient({ opcode: "close", code: 4201 }, closeWith(4200, "Reconnect"))],
  },
  {
    name: "mute-client-cut-off",
    title: "Ends the TCP connection of a client that has stopped answering, without a close frame.",
    violates: ["P-045", "P-056"],
    rules: [toClient({ opcode: "close", code: 4201 }, cut)],
  },
  {
    name: "mute-client-kept",
    title: "Keeps a client that has stopped answering for ever.",
    violates: ["P-045"],
    rules: [toClient({ opcode: "close", code: 4201 }, silence)],
  },
  {
    name: "vanished-member-kept",
    title: "Tells nobody that a presence member's connection has been lost.",
    violates: ["P-055", "P-123"],
    rules: [toClient({ event: "pusher_internal:member_removed" }, drop)],
  },
  {
    name: "activity-timeout-overstated",
    title: "Announces an activity timeout ten times longer than the one it keeps.",
    violates: ["P-046"],
    rules: [
      toClient(
        { event: "pusher:connection_established" },
        alterData((data) => ({
          ...data,
          activity_timeout: Number(data["activity_timeout"]) * 10,
        })),
      ),
      toClient({ opcode: "ping" }, drop),
      toClient({ event: "pusher:ping" }, drop),
    ],
  },
];
