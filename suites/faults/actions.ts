/** What a break does to a frame. */
import type { FrameAction, Passage } from "./break.ts";
import { dataOf, type Json, type Message, withData } from "./message.ts";
import type { Line } from "./world.ts";

/** Longest wait for a second frame to change places with, before the first goes on alone. */
const SWAP_PATIENCE_MS = 100;

/** It never arrives. */
export const drop: FrameAction = () => {};

/** It arrives so many times. */
export function repeat(times: number): FrameAction {
  return async (passage) => {
    for (let sent = 0; sent < times; sent++) await passage.pass();
  };
}

/** It arrives after the next one the same rule matches on this line. */
export function swap(): FrameAction {
  const held = new WeakMap<Line, { release(): Promise<void> }>();
  return async (passage) => {
    const waiting = held.get(passage.line);
    if (waiting !== undefined) {
      await passage.pass();
      return await waiting.release();
    }
    const release = async () => {
      if (held.get(passage.line)?.release !== release) return;
      held.delete(passage.line);
      await passage.pass();
    };
    held.set(passage.line, { release });
    passage.line.after(SWAP_PATIENCE_MS, release);
  };
}

/** It arrives later, and what came after it on the line overtakes it. */
export function overtaken(ms: number): FrameAction {
  return (passage) => passage.line.after(ms, passage.pass);
}

/** It arrives later, and holds up what comes after it on the line. */
export function delay(ms: number): FrameAction {
  return async (passage) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await passage.pass();
  };
}

/** It arrives saying something else. */
export function alter(change: (message: Message, passage: Passage) => Message): FrameAction {
  return rewrite((message, passage) => JSON.stringify(change(message, passage)));
}

/** It arrives with other `data`, encoded as the original was. */
export function alterData(change: (data: Json, passage: Passage) => Json): FrameAction {
  return alter((message, passage) => withData(message, change(dataOf(message), passage)));
}

/** It arrives as other text. */
export function rewrite(change: (message: Message, passage: Passage) => string): FrameAction {
  return async (passage) => {
    const { direction, line, message } = passage;
    if (message === undefined) return await passage.pass();
    await line.send(direction, change(message, passage));
  };
}

/** The proxy answers the client itself; the target never sees the frame. */
export function answer(
  ...replies: readonly (Message | ((passage: Passage) => Message))[]
): FrameAction {
  return async (passage) => {
    for (const reply of replies) {
      await passage.line.send("toClient", typeof reply === "function" ? reply(passage) : reply);
    }
  };
}

/** It arrives, and after it the client is sent something more. */
export function followedBy(
  ...extra: readonly (Message | ((passage: Passage) => Message))[]
): FrameAction {
  return async (passage) => {
    await passage.pass();
    await answer(...extra)(passage);
  };
}

/** It arrives, after the client was sent something else. */
export function precededBy(
  ...extra: readonly (Message | ((passage: Passage) => Message))[]
): FrameAction {
  return async (passage) => {
    await answer(...extra)(passage);
    await passage.pass();
  };
}

/** It arrives, and so it does at every other connection that `whom` picks. */
export function leakTo(whom: (other: Line, passage: Passage) => boolean): FrameAction {
  return async (passage) => {
    await passage.pass();
    const { line, frame } = passage;
    for (const other of line.world.lines) {
      if (other === line || !whom(other, passage)) continue;
      void other.sendFrame("toClient", "text", frame.payload);
    }
  };
}

/** The line is closed with this code; without one, with an empty close frame. */
export function closeWith(code?: number, reason?: string): FrameAction {
  return ({ line }) => line.close(code, reason);
}

/** The line ends without a close frame. */
export const cut: FrameAction = ({ line }) => line.cut();

/** The line is reset. */
export const reset: FrameAction = ({ line }) => line.reset();

/** Nothing passes any more, and the line stays open. */
export const silence: FrameAction = ({ line }) => line.silence();

/** The whole server falls over, and does not get up by itself. */
export const crash: FrameAction = ({ line }) => line.world.crash();
