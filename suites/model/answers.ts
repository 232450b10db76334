/**
 * Which of a connection's messages the server has certainly dealt with, and since when. A later
 * message that was answered is a fence: the server reads a connection's messages in order.
 */
import { isRecord, readJson } from "../wire/frame.ts";
import type { Connection, Message } from "./connections.ts";

export interface Answers {
  /** When the first answer came to a message sent after `seq`; `Infinity` if none did. */
  after(seq: number): number;
  /** When the last message that was answered had been sent; -1 if none was. */
  readonly lastAnswered: number;
}

/** The answers are told apart by kind; an error says not what it answers, so it is none. */
export function answersOf({ sent, received }: Pick<Connection, "sent" | "received">): Answers {
  const waiting = new Map<string, Message[]>();
  for (const message of sent) {
    const key = question(message);
    if (key === undefined) continue;
    const list = waiting.get(key);
    if (list) list.push(message);
    else waiting.set(key, [message]);
  }
  const next = new Map<string, number>();
  const pairs: { sent: number; answered: number }[] = [];
  for (const { frame, seq } of received) {
    const key = answer(frame.event, frame.channel);
    const list = key === undefined ? undefined : waiting.get(key);
    if (key === undefined || !list) continue;
    const index = next.get(key) ?? 0;
    const message = list[index];
    if (!message || message.seq > seq) continue;
    next.set(key, index + 1);
    pairs.push({ sent: message.seq, answered: seq });
  }
  pairs.sort((a, b) => a.sent - b.sent);
  // From the end: the earliest answer to this or any later message.
  const earliest = pairs.map(({ answered }) => answered);
  for (let index = earliest.length - 2; index >= 0; index--) {
    earliest[index] = Math.min(earliest[index] ?? Infinity, earliest[index + 1] ?? Infinity);
  }
  return {
    after: (seq) => {
      let low = 0;
      let high = pairs.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((pairs[middle]?.sent ?? Infinity) > seq) high = middle;
        else low = middle + 1;
      }
      return earliest[low] ?? Infinity;
    },
    lastAnswered: pairs.at(-1)?.sent ?? -1,
  };
}

function question({ frame }: Message): string | undefined {
  switch (frame.event) {
    case "pusher:ping":
      return "pong";
    case "pusher:signin":
      return "signin";
    case "pusher:subscribe": {
      const channel = channelIn(frame.data);
      return channel === undefined ? undefined : `in ${channel}`;
    }
    default:
      return undefined;
  }
}

function answer(event: string, channel: string | undefined): string | undefined {
  switch (event) {
    case "pusher:pong":
      return "pong";
    case "pusher:signin_success":
      return "signin";
    case "pusher_internal:subscription_succeeded":
      return `in ${channel}`;
    default:
      return undefined;
  }
}

/** The object in a client's message; some servers take it as a JSON string too. */
export function dataOf(data: unknown): Readonly<Record<string, unknown>> {
  const read = typeof data === "string" ? readJson(data) : data;
  return isRecord(read) ? read : {};
}

/** The channel a subscribe or unsubscribe names. */
export function channelIn(data: unknown): string | undefined {
  const { channel } = dataOf(data);
  return typeof channel === "string" ? channel : undefined;
}
