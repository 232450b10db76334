/** What is published for the nodes of an app: a line of JSON, and after it the bytes of a frame. */
import { Buffer } from "node:buffer";
import type { Farewell } from "../close_codes.ts";

export type News =
  /** An event for the channel's subscribers, all but one; its frame follows. */
  | readonly ["event", channel: string, exceptSocketId: string]
  | readonly ["added", channel: string, userId: string, userInfo: string, exceptSocketId: string]
  /** `lost` is the node that had the user, where it was taken for dead; otherwise empty. */
  | readonly ["removed", channel: string, userId: string, lost: string]
  | readonly ["count", channel: string, subscriptions: number]
  | readonly ["online", userId: string, exceptSocketId: string]
  | readonly ["offline", userId: string]
  | readonly ["terminate", userId: string, farewell: Farewell]
  /** There are webhook events to be taken. */
  | readonly ["webhooks"]
  /** To one node: the answer to its question, in its place among the news. */
  | readonly ["answer", question: string, ...answer: readonly unknown[]];

const NEWLINE = 10;

export function writeNews(news: News, frame?: Buffer): Buffer {
  const head = Buffer.from(`${JSON.stringify(news)}\n`);
  return frame === undefined ? head : Buffer.concat([head, frame]);
}

export function readNews(bytes: Buffer): { news: News; frame: Buffer } {
  const end = bytes.indexOf(NEWLINE);
  const head = end < 0 ? bytes : bytes.subarray(0, end);
  return {
    news: JSON.parse(head.toString()), // nobody but nodes of this version writes there
    frame: end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 1),
  };
}
