/** Servers that are wrong from the first frame on (P-001 to P-023). */
import { alterData, closeWith, crash, delay, drop, precededBy, repeat } from "../actions.ts";
import { answerOf } from "../answers.ts";
import type { Break, FrameAction, Handshake } from "../break.ts";
import type { HttpRequest } from "../../wire/http_message.ts";
import { message } from "../replies.ts";
import { handshake, toClient, toTarget } from "../rules.ts";
import type { Line, World } from "../world.ts";

const ESTABLISHED = { event: "pusher:connection_established" } as const;

/** The client is told it is connected, and nothing more, where it should have been refused. */
const admitAnyway: FrameAction = async ({ line }) => {
  const data = { socket_id: "1234.5678", activity_timeout: 120 };
  await line.send("toClient", message("pusher:connection_established", data));
  line.silence();
};

function protocolOf({ target }: HttpRequest): number {
  return Number(target.match(/[?&]protocol=(\d+)/)?.[1] ?? NaN);
}

function speaks(wanted: (protocol: number) => boolean) {
  return ({ line }: { line: Line }) => wanted(protocolOf(line.handshake));
}

function withTarget({ request }: Handshake, change: (target: string) => string): HttpRequest {
  return { ...request, target: change(request.target) };
}

/** The id the first line of the world was given, for a server that gives it to everybody. */
function firstSocketId(world: World): string {
  for (const { knowledge } of world.lines) if (knowledge.socketId) return knowledge.socketId;
  return "1.1";
}

/** Lines whose `connection_established` has left for the client, where it is held up. */
const greeted = new WeakSet<Line>();
const greetLate: FrameAction = async (passage) => {
  await delay(50)(passage);
  greeted.add(passage.line);
};

/** Lines that subscribed before they were greeted. */
const hasty = new WeakSet<Line>();

/** Worlds that have refused a connection over quota and never gave the slot back. */
const overQuota = new WeakSet<World>();

export const HANDSHAKE: readonly Break[] = [
  {
    name: "upgrade-not-offered",
    title: "Answers every WebSocket handshake with 404.",
    violates: ["P-001", "P-008"],
    rules: [handshake({}, () => answerOf(404, "Not found"))],
  },
  {
    name: "query-parameters-not-expected",
    title: "Refuses a handshake whose query carries `client`, `version` or one it does not know.",
    violates: ["P-002"],
    rules: [
      handshake({ target: /[?&](client|version|flash)=/ }, () => answerOf(400, "Bad query")),
    ],
  },
  {
    name: "protocol-7-refused",
    title: "Speaks only protocols older than 7.",
    violates: ["P-003"],
    rules: [
      toClient({ ...ESTABLISHED, where: speaks((protocol) => protocol === 7) }, closeWith(4007)),
    ],
  },
  {
    name: "older-protocols-refused",
    title: "Speaks protocol 7 only.",
    violates: ["P-004"],
    rules: [
      toClient({
        ...ESTABLISHED,
        where: speaks((protocol) => protocol >= 4 && protocol <= 6),
      }, closeWith(4007, "Unsupported protocol version")),
    ],
  },
  {
    name: "any-protocol-accepted",
    title: "Pays no heed to the protocol number.",
    violates: ["P-005", "P-006"],
    rules: [
      handshake(
        { target: /[?&]protocol=(?![4-7](&|$))/ },
        (seen) => withTarget(seen, (target) => target.replace(/protocol=[^&]*/, "protocol=7")),
      ),
    ],
  },
  {
    name: "greeting-missing",
    title: "Never sends `pusher:connection_established`.",
    violates: ["P-008"],
    rules: [toClient(ESTABLISHED, drop)],
  },
  {
    name: "greeting-not-first",
    title: "Sends another event before `pusher:connection_established`.",
    violates: ["P-009"],
    rules: [toClient(ESTABLISHED, precededBy(message("pusher:ping", {})))],
  },
  {
    name: "greeting-data-an-object",
    title: "Sends the data of `pusher:connection_established` as an object, not as a string.",
    violates: ["P-010", "P-028"],
    rules: [toClient(ESTABLISHED, async ({ line, frame }) => {
      const text = new TextDecoder().decode(frame.payload);
      const { data, ...rest } = JSON.parse(text);
      await line.send("toClient", JSON.stringify({ ...rest, data: JSON.parse(data) }));
    })],
  },
  {
    name: "socket-id-missing",
    title: "Gives no socket id.",
    violates: ["P-011", "P-013"],
    rules: [toClient(ESTABLISHED, alterData(({ socket_id: _, ...rest }) => rest))],
  },
  {
    name: "socket-id-a-number",
    title: "Gives the socket id as a JSON number.",
    violates: ["P-011"],
    rules: [
      toClient(
        ESTABLISHED,
        alterData((data) => ({ ...data, socket_id: Number(data["socket_id"]) })),
      ),
    ],
  },
  {
    name: "socket-id-repeated",
    title: "Gives every connection the socket id of the first.",
    violates: ["P-012"],
    rules: [
      toClient(
        ESTABLISHED,
        alterData((data, { line }) => ({ ...data, socket_id: firstSocketId(line.world) })),
      ),
    ],
  },
  {
    name: "socket-id-a-uuid",
    title: "Gives socket ids that the official server libraries refuse to sign.",
    violates: ["P-013"],
    rules: [
      toClient(ESTABLISHED, alterData((data) => ({ ...data, socket_id: crypto.randomUUID() }))),
    ],
  },
  ...([["missing", undefined], ["zero", 0], ["a-string", "30"], ["a-fraction", 29.5]] as const)
    .map(([how, value]): Break => ({
      name: `activity-timeout-${how}`,
      title: `Greets with an \`activity_timeout\` that is ${how.replace("-", " ")}.`,
      violates: ["P-014"],
      rules: [toClient(ESTABLISHED, alterData((data) => ({ ...data, activity_timeout: value })))],
    })),
  {
    name: "first-subscribe-ignored",
    title: "Is not ready for a subscribe that comes right after the greeting.",
    violates: ["P-015", "P-076"],
    rules: [toTarget({ event: "pusher:subscribe", nth: 1 }, drop)],
  },
  {
    name: "early-subscribe-fatal",
    title: "Falls over when a subscribe comes before the greeting has gone out.",
    violates: ["P-016"],
    rules: [
      toClient(ESTABLISHED, greetLate),
      toTarget({ event: "pusher:subscribe", where: ({ line }) => !greeted.has(line) }, crash),
    ],
  },
  {
    name: "early-subscribe-answered-twice",
    title: "Confirms a subscribe that came before the greeting twice.",
    violates: ["P-016"],
    rules: [
      toClient(ESTABLISHED, greetLate),
      toTarget({ event: "pusher:subscribe", where: ({ line }) => !greeted.has(line) }, (seen) => {
        hasty.add(seen.line);
        return seen.pass();
      }),
      toClient({
        event: "pusher_internal:subscription_succeeded",
        where: ({ line }) => hasty.has(line),
      }, repeat(2)),
    ],
  },
  {
    name: "unknown-key-accepted",
    title: "Serves whoever comes, whatever app key the path names.",
    violates: ["P-017", "P-059"],
    rules: [
      handshake(
        {
          where: ({ request, world }) =>
            /\/app\/[^/?]/.test(request.target) &&
            !world.apps.some(({ key }) => request.target.includes(`/app/${key}`)),
        },
        (seen) =>
          withTarget(
            seen,
            (target) => target.replace(/\/app\/[^/?]+/, `/app/${seen.world.apps[0]?.key}`),
          ),
      ),
    ],
  },
  {
    name: "any-path-accepted",
    title: "Serves WebSockets at any path.",
    violates: ["P-018"],
    rules: [
      handshake(
        { target: /^(?!.*\/app\/[^/?]+(\?|$))/ },
        (seen) => withTarget(seen, () => `/app/${seen.world.apps[0]?.key}?protocol=7`),
      ),
    ],
  },
  {
    name: "plain-connection-to-tls-app-misreported",
    title: "Closes a plain connection to a TLS-only app as if the app did not exist.",
    violates: ["P-019"],
    rules: [toClient({ opcode: "close", code: 4000 }, closeWith(4001, "No such app"))],
  },
  {
    name: "disabled-app-misreported",
    title: "Closes a connection to a disabled app as if the app did not exist.",
    violates: ["P-020"],
    rules: [toClient({ opcode: "close", code: 4003 }, closeWith(4001, "No such app"))],
  },
  {
    name: "quota-not-enforced",
    title: "Lets connections in beyond the app's quota.",
    violates: ["P-021"],
    rules: [toClient({ opcode: "close", code: 4004 }, admitAnyway)],
  },
  {
    name: "over-quota-misreported",
    title: "Refuses a connection over quota with the code for a server at capacity.",
    violates: ["P-021"],
    rules: [toClient({ opcode: "close", code: 4004 }, closeWith(4100, "Over capacity"))],
  },
  {
    name: "quota-slot-lost",
    title: "Counts a refused connection for ever, so that a freed slot is never given again.",
    violates: ["P-022"],
    rules: [
      toClient({ opcode: "close", code: 4004 }, (passage) => {
        overQuota.add(passage.line.world);
        return passage.pass();
      }),
      toClient(
        { ...ESTABLISHED, where: ({ line }) => overQuota.has(line.world) },
        closeWith(4004, "Over connection quota"),
      ),
    ],
  },
  {
    name: "origin-not-checked",
    title: "Has a list of allowed origins and does not look at it.",
    violates: ["P-023"],
    rules: [
      handshake(
        { where: ({ request }) => request.headers.some(([name]) => /^origin$/i.test(name)) },
        ({ request }) => ({
          ...request,
          headers: request.headers.filter(([name]) => !/^origin$/i.test(name)),
        }),
      ),
      toClient({
        opcode: "close",
        code: 4009,
        where: ({ line }) => line.knowledge.socketId === undefined,
      }, admitAnyway),
    ],
  },
];
