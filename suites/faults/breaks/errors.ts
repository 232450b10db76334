/** Servers that err about their errors (P-056 to P-073, P-305). */
import { alterData, closeWith, cut, drop, silence } from "../actions.ts";
import type { Break, FrameAction, Passage } from "../break.ts";
import { pusherError } from "../replies.ts";
import { toClient } from "../rules.ts";

const ERROR = { event: "pusher:error" } as const;

function codeOf({ frame }: Passage): number {
  const [high = 0, low = 0] = frame.payload;
  return high * 256 + low;
}

function closes(from: number, to: number) {
  const where = (passage: Passage) => codeOf(passage) >= from && codeOf(passage) <= to;
  return { opcode: "close", where } as const;
}

/** An error event where a close was due, and a connection that stays. */
const errorInsteadOfClose: FrameAction = async (passage) => {
  await passage.line.send("toClient", pusherError(codeOf(passage), "The connection stays open"));
  passage.line.silence();
};

/** The socket id of another line, for a message that tells of it. */
function anotherSocket({ line }: Passage): string {
  for (const other of line.world.lines) {
    if (other !== line && other.knowledge.socketId) return other.knowledge.socketId;
  }
  return "";
}

export const ERRORS: readonly Break[] = [
  {
    name: "close-frame-missing",
    title: "Ends connections by dropping the TCP connection, without a close frame.",
    violates: ["P-056", "P-017"],
    rules: [toClient(closes(4000, 4399), cut)],
  },
  {
    name: "close-code-missing",
    title: "Sends close frames that carry neither code nor reason.",
    violates: ["P-056", "P-017"],
    rules: [toClient(closes(4000, 4399), closeWith())],
  },
  {
    name: "close-reason-missing",
    title: "Sends close frames that carry a code and no reason.",
    violates: ["P-056"],
    rules: [toClient(closes(4000, 4399), (seen) => seen.line.close(codeOf(seen)))],
  },
  {
    name: "error-message-missing",
    title: "Sends errors that carry a code and no message.",
    violates: ["P-057"],
    rules: [toClient(ERROR, alterData(({ message: _, ...rest }) => rest))],
  },
  {
    name: "error-message-an-object",
    title: "Sends errors whose message is an object.",
    violates: ["P-057"],
    rules: [
      toClient(ERROR, alterData((data) => ({ ...data, message: { text: data["message"] } }))),
    ],
  },
  {
    name: "error-code-a-string",
    title: "Sends errors whose code is a string.",
    violates: ["P-058"],
    rules: [toClient(ERROR, alterData((data) => ({ ...data, code: String(data["code"]) })))],
  },
  {
    name: "error-code-out-of-range",
    title: "Sends errors whose code is an HTTP status.",
    violates: ["P-058"],
    rules: [toClient(ERROR, alterData((data) => ({ ...data, code: 403 })))],
  },
  {
    name: "error-before-close",
    title: "Announces every close by an error event.",
    violates: ["P-059"],
    rules: [toClient(closes(4000, 4399), async (passage) => {
      await passage.line.send("toClient", pusherError(codeOf(passage), "About to close"));
      await passage.pass();
    })],
  },
  ...([["40xx", 4000, "P-060"], ["41xx", 4100, "P-061"], ["42xx", 4200, "P-062"]] as const)
    .map(([range, from, requirement]): Break => ({
      name: `${range}-does-not-close`,
      title: `Sends an error with a code of ${range} and leaves the connection open.`,
      violates: [requirement],
      rules: [toClient(closes(from, from + 99), errorInsteadOfClose)],
    })),
  {
    name: "43xx-closes",
    title: "Ends a connection with an error of 43xx, which should have left it open.",
    violates: ["P-063"],
    rules: [
      toClient(ERROR, async ({ line }) => {
        await line.send("toClient", pusherError(4301, "Too many client events"));
        line.close(4301, "Too many client events");
      }),
    ],
  },
  {
    name: "capacity-misreported",
    title: "Refuses a connection at capacity with a code that asks to come back at once.",
    violates: ["P-071"],
    rules: [toClient({ opcode: "close", code: 4100 }, closeWith(4200, "Reconnect"))],
  },
  {
    name: "shutdown-unannounced",
    title: "Shuts down without telling clients to come back.",
    violates: ["P-072"],
    rules: [
      toClient({ opcode: "close", where: (seen) => /^4[23]|^10/.test(`${codeOf(seen)}`) }, cut),
    ],
  },
  {
    name: "unauthorized-misreported",
    title: "Closes an unauthorized connection with the code for an unknown app.",
    violates: ["P-073", "P-201"],
    rules: [toClient({ opcode: "close", code: 4009 }, closeWith(4001, "No such app"))],
  },
  {
    name: "errors-swallowed",
    title: "Never says what was wrong.",
    violates: ["P-033", "P-182"],
    rules: [toClient(ERROR, drop)],
  },
  {
    name: "error-tells-of-another-socket",
    title: "Puts another connection's socket id into an error message.",
    violates: ["P-305"],
    rules: [
      toClient(
        ERROR,
        alterData((data, passage) => ({
          ...data,
          message: `${data["message"]} (after ${anotherSocket(passage)})`,
        })),
      ),
    ],
  },
  {
    name: "error-sent-to-everybody",
    title: "Sends one connection's error to all the others too.",
    violates: ["P-305"],
    rules: [toClient(ERROR, async (passage) => {
      await passage.pass();
      for (const other of passage.line.world.lines) {
        if (other !== passage.line) {
          void other.sendFrame("toClient", "text", passage.frame.payload);
        }
      }
    })],
  },
  {
    name: "error-tells-a-secret",
    title: "Puts the app's secret into an error message.",
    violates: ["P-304"],
    rules: [
      toClient(
        ERROR,
        alterData((data, { line }) => ({
          ...data,
          message: `${data["message"]}: expected HMAC under ${line.app?.secret}`,
        })),
      ),
    ],
  },
  {
    name: "refused-connection-silent",
    title: "Says nothing to a connection it will not serve, and leaves it hanging.",
    violates: ["P-017", "P-060"],
    rules: [toClient(closes(4000, 4099), silence)],
  },
];
