/** One WebSocket through the proxy: frames read on one side, put to the rules, written on the other. */
import type { Direction, Passage, Rule } from "./break.ts";
import { concat } from "../wire/bytes.ts";
import { encodeFrame, type Frame, readFrame } from "./frame.ts";
import type { HttpRequest } from "../wire/http_message.ts";
import { type Message, parseMessage } from "./message.ts";
import { move, pipe, type Stream } from "../wire/byte_stream.ts";
import { type App, learn, type Line, nothingKnown, type World } from "./world.ts";

type FrameRule = Extract<Rule, { on: "frame" }>;

export interface LineEnds {
  readonly client: Stream;
  readonly target: Stream;
}

/** How a line treats the frames that reach it. */
type Mode = "open" | "closing" | "silent";

/** A line that does not run yet; `run` moves frames until both ends are done. */
export function createLine(
  { client, target }: LineEnds,
  about: { world: World; handshake: HttpRequest; app: App | undefined },
  ruleFor: (passage: Passage) => FrameRule | undefined,
): Line & { run(): Promise<void> } {
  const encoder = new TextEncoder();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let mode: Mode = "open";

  const line: Line & { run(): Promise<void> } = {
    ...about,
    knowledge: nothingKnown(),
    send(direction, message) {
      const text = typeof message === "string" ? message : JSON.stringify(message);
      if (direction === "toTarget" && typeof message !== "string") learn(direction, message, line);
      return line.sendFrame(direction, "text", encoder.encode(text));
    },
    async sendFrame(direction, opcode, payload, isFinal) {
      if (mode !== "open") return;
      const toTarget = direction === "toTarget";
      await (toTarget ? target : client).write(encodeFrame(opcode, payload, toTarget, isFinal));
    },
    close(code, reason = "") {
      if (mode !== "open") return;
      void line.sendFrame("toClient", "close", closePayload(code, reason));
      void line.sendFrame("toTarget", "close", closePayload(1000, ""));
      mode = "closing";
    },
    cut() {
      mode = "silent";
      client.end();
      target.end();
    },
    reset() {
      mode = "silent";
      client.reset();
      target.reset();
    },
    silence() {
      mode = "silent";
    },
    drained: () => client.drained(),
    after(ms, callback) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        callback();
      }, ms);
      timers.add(timer);
    },
    async run() {
      await Promise.all([pump("toTarget"), pump("toClient")]);
      for (const timer of timers) clearTimeout(timer);
    },
  };

  async function pump(direction: Direction): Promise<void> {
    const [from, to] = direction === "toTarget" ? [client, target] : [target, client];
    const fragments = createFragments();
    try {
      for (let frame = await readFrame(from); frame !== undefined; frame = await readFrame(from)) {
        if (mode === "open") await letThrough(direction, frame, fragments, from, to);
        else await swallow(direction, frame, from);
      }
    } catch {
      if (mode !== "silent" || direction === "toTarget") to.reset();
      return;
    }
    if (mode !== "silent" || direction === "toTarget") await pipe(from, to);
  }

  async function letThrough(
    direction: Direction,
    frame: Frame,
    fragments: Fragments,
    from: Stream,
    to: Stream,
  ): Promise<void> {
    const message = messageIn(frame);
    const params = message ?? fragments.add(frame);
    if (direction === "toClient" && params !== undefined) learn(direction, params, line);
    let passed = false;
    const pass = async () => {
      if (mode !== "open") return;
      passed = true;
      if (direction === "toTarget" && params !== undefined) learn(direction, params, line);
      await to.write(frame.raw);
      await move(from, to, frame.unread);
    };
    const passage: Passage = { direction, frame, message, line, pass };
    const rule = ruleFor(passage);
    await (rule === undefined ? pass() : rule.act(passage));
    if (!passed) await swallow(direction, frame, from);
  }

  async function swallow(direction: Direction, frame: Frame, from: Stream): Promise<void> {
    for (let left = frame.unread; left > 0;) {
      const bytes = await from.read();
      if (bytes === undefined) return;
      from.unread(bytes.subarray(left));
      left -= Math.min(left, bytes.length);
    }
    const isAnswer = mode === "closing" && direction === "toTarget" && frame.opcode === "close";
    if (isAnswer) client.end();
  }

  return line;
}

/** Gathers the fragments of a message, only to learn what it said: each has passed by itself. */
interface Fragments {
  /** The whole message, with its last fragment. */
  add(frame: Frame): Message | undefined;
}

function createFragments(): Fragments {
  let parts: Uint8Array[] = [];
  return {
    add(frame) {
      if (frame.opcode !== "text" && frame.opcode !== "continuation") return undefined;
      if (frame.opcode === "text") parts = [];
      parts.push(frame.payload);
      if (!frame.fin || frame.opcode === "text") return undefined;
      return parseMessage(new TextDecoder().decode(concat(...parts)));
    },
  };
}

function messageIn(frame: Frame): Message | undefined {
  const isWhole = frame.opcode === "text" && frame.fin && frame.rsv === 0;
  return isWhole ? parseMessage(new TextDecoder().decode(frame.payload)) : undefined;
}

function closePayload(code: number | undefined, reason: string): Uint8Array {
  if (code === undefined) return new Uint8Array();
  return concat(new Uint8Array([code >> 8, code & 0xFF]), new TextEncoder().encode(reason));
}
