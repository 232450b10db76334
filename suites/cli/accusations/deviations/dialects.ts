/**
 * U24: servers that differ in what the documents leave open: how JSON is spelt, the words of errors,
 * what is said beside what is asked for, how often a server asks whether somebody is there.
 */
import { alter, alterData, delay } from "../../../faults/actions.ts";
import type { FrameAction, Passage } from "../../../faults/break.ts";
import { alterBody } from "../../../faults/answers.ts";
import { asObject } from "../../../faults/message.ts";
import { message as said } from "../../../faults/replies.ts";
import { response, toClient } from "../../../faults/rules.ts";
import type { HttpResponse } from "../../../wire/http_message.ts";
import type { Deviation } from "../deviation.ts";
import { respelt } from "./respelt.ts";
import { loadTarget } from "../../../../targets/file.ts";
import { join } from "@std/path";
import { root } from "../../testing.ts";

/** Every app of the reference server, so that nearly everything is judged. */
const { apps } = await loadTarget(join(root, "targets/reference.yaml"), { started: true });
const EVERY_APP = {
  apps: Object.fromEntries(
    Object.entries(apps).map(([name, { settings, ...app }]) => [name, { ...app, ...settings }]),
  ),
  claims: ["subscription-count"],
};

const isOwn = ({ message }: Passage) => /^pusher(_internal)?:/.test(String(message?.event));

const spelt: FrameAction = async (passage) => {
  const { line, frame, message } = passage;
  if (message === undefined) return await passage.pass();
  const text = new TextDecoder().decode(frame.payload);
  await line.send("toClient", respelt(text, isOwn(passage) ? ["data"] : []));
};

/** Every answer in other words, with other headers, its JSON spelt otherwise. */
function dressed(given: HttpResponse): HttpResponse {
  const { status } = given;
  const text = new TextDecoder().decode(given.body);
  const body = status >= 400 ? "Das ging leider nicht.\n" : respelt(text, []);
  const type = status >= 400 ? "text/plain; charset=utf-8" : "application/json;charset=UTF-8";
  const others = given.headers.filter(([name]) => !/^content-(type|length)$/i.test(name))
    .map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    status,
    body: new TextEncoder().encode(body),
    headers: [
      ["content-type", type],
      ["X-Request-Id", crypto.randomUUID()],
      ["Access-Control-Allow-Origin", "*"],
      ["Cache-Control", "no-cache, private"],
      ...others,
    ],
  };
}

/** The error in the words of another language. */
const inOtherWords: FrameAction = async ({ line, message }) => {
  const { code } = JSON.parse(String(message?.["data"] ?? "{}")) ?? {};
  await line.send("toClient", said("pusher:error", { message: "Das geht nicht — “nein”.", code }));
};

/** After every fifth message it asks whether the client is still there. */
function inquisitive(): FrameAction {
  let count = 0;
  return async (passage) => {
    await passage.pass();
    count++;
    if (count % 5 === 0) await passage.line.send("toClient", said("pusher:ping", {}));
  };
}

/** Floods and clocks measure the machine as well, on which other tests run. */
const BUT_FLOODS_AND_CLOCKS = [
  ...["--exclude", "robustness/**", "--exclude", "protocol/heartbeat*/**"],
];
const WHOSE_ORDER_MATTERS = ["presence", "ordering", "races", "leaks", "api"]
  .flatMap((suite) => ["--suite", suite]);

/** The members of a snapshot the other way round. */
const turnedRound: FrameAction = alterData((data) => {
  const presence = asObject(data["presence"]);
  if (!presence) return data;
  const { ids, hash } = presence;
  return {
    presence: {
      ...presence,
      ids: Array.isArray(ids) ? ids.toReversed() : ids,
      hash: Object.fromEntries(Object.entries(asObject(hash) ?? {}).toReversed()),
    },
  };
});

/** The items of every list of an answer the other way round. */
const listsTurnedRound = alterBody((body) =>
  Object.fromEntries(
    Object.entries(body).map(([key, value]) => [
      key,
      Array.isArray(value)
        ? value.toReversed()
        : asObject(value)
        ? Object.fromEntries(Object.entries(asObject(value) ?? {}).toReversed())
        : value,
    ]),
  )
);

/** Each message in frames of 200 bytes, a pong that nobody asked for before each (RFC 6455 §5.4, §5.5.3). */
const inFrames: FrameAction = async ({ line, frame: { payload } }) => {
  for (let at = 0; at === 0 || at < payload.length; at += FRAME_BYTES) {
    const isLast = at + FRAME_BYTES >= payload.length;
    const part = payload.slice(at, at + FRAME_BYTES);
    await line.sendFrame("toClient", "pong", new Uint8Array());
    await line.sendFrame("toClient", at === 0 ? "text" : "continuation", part, isLast);
  }
};
const FRAME_BYTES = 200;

/** Each message takes its own time on the way, up to 40 ms; on one line none overtakes another. */
const inItsOwnTime: FrameAction = async (passage) => {
  const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
  await delay(byte * 40 / 255)(passage);
};

export const DIALECTS: readonly Deviation[] = [
  {
    row: "U24",
    does: "hands over to each client in its own time, up to 40 ms a message",
    server: { rules: [toClient({ opcode: "text" }, inItsOwnTime)] },
    target: { ...EVERY_APP, ordering: "unknown" },
    args: WHOSE_ORDER_MATTERS,
    right: { exit: 0, failed: [] },
  },
  {
    row: "U24",
    does: "sends its messages in frames of 200 bytes, each after a pong that nobody asked for",
    server: { rules: [toClient({ opcode: "text" }, inFrames)] },
    target: EVERY_APP,
    args: BUT_FLOODS_AND_CLOCKS,
    right: { exit: 0, failed: [] },
  },
  {
    row: "U24",
    does: "lists members and channels in no order, and is heard in pieces of 700 bytes",
    server: {
      rules: [
        toClient({ event: "pusher_internal:subscription_succeeded" }, turnedRound),
        response({ method: "GET", path: "/channels*" }, listsTurnedRound),
      ],
      front: { pieceBytes: 700 },
    },
    target: EVERY_APP,
    args: BUT_FLOODS_AND_CLOCKS,
    right: { exit: 0, failed: [] },
  },
  {
    row: "U24",
    does: "spells JSON with blanks, escapes and its keys in another order",
    server: { rules: [toClient({ opcode: "text" }, spelt), response({}, dressed)] },
    target: EVERY_APP,
    args: BUT_FLOODS_AND_CLOCKS,
    right: { exit: 0, failed: [] },
  },
  {
    row: "U24",
    does: "words its errors otherwise, and answers pings with data",
    server: {
      rules: [
        toClient({ event: "pusher:error" }, inOtherWords),
        toClient({ event: "pusher:pong" }, alter((pong) => ({ ...pong, data: {} }))),
        toClient({ opcode: "text" }, inquisitive()),
      ],
    },
    target: EVERY_APP,
    args: BUT_FLOODS_AND_CLOCKS,
    right: { exit: 0, failed: [] },
  },
];
