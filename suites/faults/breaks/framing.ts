/** Servers that put messages into frames, or data into messages, in a way of their own (P-024 to P-037). */
import { alter, closeWith, crash, drop, rewrite } from "../actions.ts";
import { answerWith } from "../answers.ts";
import type { Break, FrameAction, Passage } from "../break.ts";
import { dataOf, type Message, parseObject } from "../message.ts";
import { message } from "../replies.ts";
import { request, toClient, toTarget } from "../rules.ts";
import { channelIn } from "../subscribing.ts";
import { readJson } from "../../wire/frame.ts";
import type { World } from "../world.ts";

const PUBLISHED = { published: true, channel: "*" } as const;
const INTERNAL = { event: "pusher_internal:*" } as const;

/** Whether the `data` of a request to publish is JSON itself. */
function holdsJson(body: Uint8Array): boolean {
  const data = parseObject(new TextDecoder().decode(body))?.["data"];
  return typeof data !== "string" || readJson(data) !== undefined;
}

/** Published `data`, where it is a string, relayed as another value. */
function relayedAs(change: (data: string) => unknown): FrameAction {
  return alter((message) => {
    const { data } = message;
    return typeof data === "string" ? { ...message, data: change(data) } : message;
  });
}

/** The message arrives, and after it a text of another form. */
function followedByText(form: (message: Message) => string): FrameAction {
  return async (passage) => {
    await passage.pass();
    if (passage.message !== undefined) await passage.line.send("toClient", form(passage.message));
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isMalformed({ message, frame }: Passage): boolean {
  if (message !== undefined || frame.opcode !== "text" || !frame.fin) return false;
  return parseObject(new TextDecoder().decode(frame.payload)) === undefined;
}

/** A message of the protocol whose fields are missing or of the wrong type. */
function isMistyped({ message, frame }: Passage): boolean {
  if (message === undefined) {
    return parseObject(new TextDecoder().decode(frame.payload)) !== undefined;
  }
  if (!/^pusher:(subscribe|unsubscribe|signin)$/.test(message.event)) return false;
  const data = dataOf(message);
  const named = message.event === "pusher:signin" ? data["user_data"] : data["channel"];
  return typeof named !== "string" || named.length > 1000;
}

function isInvalidUtf8({ frame }: Passage): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(frame.payload);
    return false;
  } catch {
    return true;
  }
}

/** Servers that have met a frame they could not read. */
const garbled = new WeakSet<World>();

/** The message reaches every other subscriber of the channel it names. */
const relayToSubscribers: FrameAction = (passage) => {
  const { line, frame } = passage;
  for (const other of line.world.lines) {
    if (other === line || !other.knowledge.subscribed.has(channelIn(passage))) continue;
    void other.sendFrame("toClient", "text", frame.payload);
  }
};

export const FRAMING: readonly Break[] = [
  {
    name: "messages-in-binary-frames",
    title: "Sends published events once more in binary frames.",
    // With P-029 it is told to scenarios about published events, whose every frame is audited.
    violates: ["P-024", "P-029"],
    rules: [
      toClient(PUBLISHED, async (passage) => {
        await passage.pass();
        await passage.line.sendFrame("toClient", "binary", passage.frame.payload);
      }),
    ],
  },
  {
    name: "messages-in-arrays",
    title: "Sends published events once more in an array, as if several could come at once.",
    violates: ["P-026", "P-027"],
    rules: [toClient(PUBLISHED, followedByText((message) => JSON.stringify([message])))],
  },
  {
    name: "messages-joined-by-newlines",
    title: "Sends published events once more with another message in the frame, a newline between.",
    violates: ["P-026"],
    rules: [
      toClient(
        PUBLISHED,
        followedByText((message) =>
          `${JSON.stringify(message)}\n{"event":"pusher:pong","data":"{}"}`
        ),
      ),
    ],
  },
  {
    name: "event-name-missing",
    title: "Sends internal events once more in an old form that calls the name `type`.",
    violates: ["P-027"],
    rules: [
      toClient(
        INTERNAL,
        followedByText(({ event, ...rest }) => JSON.stringify({ type: event, ...rest })),
      ),
    ],
  },
  {
    name: "internal-data-objects",
    title: "Sends the data of internal events as objects, not as strings.",
    violates: ["P-028", "P-115", "P-119"],
    rules: [toClient(INTERNAL, alter((message) => ({ ...message, data: dataOf(message) })))],
  },
  {
    name: "published-data-objects",
    title: "Decodes published JSON and sends it on as an object.",
    violates: ["P-029", "P-030"],
    rules: [toClient(PUBLISHED, relayedAs(parsed))],
  },
  {
    name: "published-channel-missing",
    title: "Leaves the channel out of published events.",
    violates: ["P-029"],
    rules: [
      toClient(PUBLISHED, rewrite(({ channel: _, ...rest }) => JSON.stringify(rest))),
    ],
  },
  {
    name: "published-data-padded",
    title: "Adds one space to the end of published data.",
    violates: ["P-030", "P-137", "P-148"],
    rules: [toClient(PUBLISHED, relayedAs((data) => `${data} `))],
  },
  {
    name: "published-data-reserialized",
    title:
      "Parses published JSON and writes it anew: white space, big numbers and doubled keys go.",
    violates: ["P-030"],
    rules: [
      toClient(
        PUBLISHED,
        relayedAs((data) => parsed(data) === data ? data : JSON.stringify(parsed(data))),
      ),
    ],
  },
  {
    name: "published-text-refused",
    title: "Answers 400 to an event whose data is not JSON.",
    violates: ["P-030"],
    rules: [
      request(
        { method: "POST", path: "/events", where: ({ request: { body } }) => !holdsJson(body) },
        answerWith(400, { error: "data must be JSON" }),
      ),
    ],
  },
  {
    name: "published-empty-data-null",
    title: "Turns empty published data into null.",
    violates: ["P-030"],
    rules: [toClient(PUBLISHED, relayedAs((data) => data === "" ? null : data))],
  },
  {
    name: "published-data-ascii-only",
    title: "Replaces every character beyond ASCII in published data by a question mark.",
    violates: ["P-030"],
    rules: [
      toClient(PUBLISHED, relayedAs((data) => data.replace(/[^\x20-\x7e]/g, "?"))),
    ],
  },
  {
    name: "malformed-json-fatal",
    title: "Falls over when a client sends something that is not JSON.",
    violates: ["P-031", "P-032"],
    rules: [toTarget({ where: isMalformed }, crash)],
  },
  {
    name: "mistyped-field-fatal",
    title: "Falls over when a field of a client's message is missing or of the wrong type.",
    violates: ["P-032"],
    rules: [toTarget({ opcode: "text", where: isMistyped }, crash)],
  },
  {
    name: "unknown-command-ignored",
    title: "Says nothing to a `pusher:` event it does not know.",
    violates: ["P-033"],
    rules: [
      toTarget({ event: /^pusher:(?!(subscribe|unsubscribe|ping|pong|signin)$)/ }, drop),
    ],
  },
  {
    name: "greeting-on-request",
    title: "Answers a `pusher:connection_established` from a client with one of its own.",
    violates: ["P-033"],
    rules: [
      toTarget({ event: "pusher:connection_established" }, ({ line }) => {
        const data = { socket_id: line.knowledge.socketId, activity_timeout: 30 };
        return line.send("toClient", message("pusher:connection_established", data));
      }),
    ],
  },
  {
    name: "internal-events-from-clients-relayed",
    title: "Relays to a channel's subscribers whatever internal event a client sends there.",
    violates: ["P-034", "P-033"],
    rules: [
      toTarget({
        event: /^pusher(_internal)?:(?!(subscribe|unsubscribe|ping|pong|signin)$)/,
      }, relayToSubscribers),
    ],
  },
  {
    name: "fragments-refused",
    title: "Closes a connection whose message comes in fragments.",
    violates: ["P-036"],
    rules: [
      toTarget({ where: ({ frame }) => !frame.fin }, closeWith(1003, "Fragments not supported")),
    ],
  },
  {
    name: "fragments-lost",
    title: "Reads only the first fragment of a message.",
    violates: ["P-036"],
    rules: [toTarget({ opcode: "continuation" }, drop)],
  },
  {
    name: "invalid-utf8-tolerated",
    title: "Keeps a connection open that has sent invalid UTF-8.",
    violates: ["P-037"],
    rules: [toTarget({ opcode: "text", where: isInvalidUtf8 }, drop)],
  },
  {
    name: "invalid-utf8-fatal",
    title: "Falls over when a text frame is not UTF-8.",
    violates: ["P-037"],
    rules: [toTarget({ opcode: "text", where: isInvalidUtf8 }, crash)],
  },
  {
    name: "invalid-utf8-ends-delivery",
    title: "Delivers nothing to anybody once a text frame was not UTF-8.",
    violates: ["P-037"],
    rules: [
      toTarget({ opcode: "text", where: isInvalidUtf8 }, async (passage) => {
        garbled.add(passage.line.world);
        await passage.pass();
      }),
      toClient({ ...PUBLISHED, where: ({ line }) => garbled.has(line.world) }, drop),
    ],
  },
];
