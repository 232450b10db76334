/**
 * What the proxy knows of the connections that pass through it, so that a break can name "every
 * other socket", "the sockets of the same user" or "the last event of this channel".
 */
import type { Direction } from "./break.ts";
import type { HttpRequest } from "../wire/http_message.ts";
import { channelOf, dataOf, isPublished, type Json, type Message, parseObject } from "./message.ts";
import type { OwnOpcode } from "./frame.ts";

export interface App {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
}

/** All that passes through one proxy. */
export interface World {
  readonly apps: readonly App[];
  /** WebSockets now open, oldest first. */
  readonly lines: ReadonlySet<Line>;
  /** The latest event seen published on each channel. */
  readonly latest: Map<string, Message>;
  /** Imitates a crash: resets every connection, and every new one until the proxy is revived. */
  crash(): void;
  /** Whether any WebSocket of this world has ended. */
  readonly anyEnded: boolean;
  /** Sends webhook events of the proxy's own, signed as the app would. */
  sendWebhook(app: App, events: readonly Json[]): Promise<void>;
}

/** One WebSocket through the proxy. */
export interface Line {
  readonly world: World;
  /** The handshake it opened with. */
  readonly handshake: HttpRequest;
  readonly app: App | undefined;
  readonly knowledge: Knowledge;
  /** Sends a message of the proxy's making, or text that is none. */
  send(direction: Direction, message: Message | string): Promise<void>;
  /** Sends a frame of the proxy's making. */
  sendFrame(
    direction: Direction,
    opcode: OwnOpcode,
    payload: Uint8Array,
    isFinal?: boolean,
  ): Promise<void>;
  /** Closes with a close frame in the target's name; without a code the frame is empty. */
  close(code?: number, reason?: string): void;
  /** Ends the TCP connection without a close frame. */
  cut(): void;
  /** Cuts with RST, both ways. */
  reset(): void;
  /** Swallows everything from now on, both ways, and keeps the line open. */
  silence(): void;
  /** Resolves when the client has taken everything sent to it. */
  drained(): Promise<void>;
  /** Calls back after so many milliseconds, unless the line has ended by then. */
  after(ms: number, callback: () => unknown): void;
}

/** What the frames of one line have told so far. */
export interface Knowledge {
  socketId: string | undefined;
  /** The `data` of the latest subscribe for each channel, granted or not. */
  readonly asked: Map<string, Json>;
  /** Channels the target has confirmed and the client has not left, with the subscribe's `data`. */
  readonly subscribed: Map<string, Json>;
  /** What the target sent first on a channel after its subscribe, where somebody published it. */
  readonly replayed: Map<string, Message>;
  /** Channels asked for on which nothing but the confirmation has come yet. */
  readonly untouched: Set<string>;
  /** The id it signed in as. */
  user: string | undefined;
  /** The id of the latest sign-in, granted or not. */
  claimedUser: string | undefined;
}

export function nothingKnown(): Knowledge {
  return {
    socketId: undefined,
    asked: new Map(),
    subscribed: new Map(),
    replayed: new Map(),
    untouched: new Set(),
    user: undefined,
    claimedUser: undefined,
  };
}

/** Learns from a message that the target sent or is about to be sent. */
export function learn(direction: Direction, message: Message, line: Line): void {
  const { knowledge, world } = line;
  const channel = channelOf(message);
  const data = dataOf(message);
  switch (`${direction} ${message.event}`) {
    case "toClient pusher:connection_established":
      knowledge.socketId = text(data["socket_id"]);
      return;
    case "toTarget pusher:subscribe":
      if (channel !== undefined) {
        knowledge.asked.set(channel, data);
        knowledge.untouched.add(channel);
      }
      return;
    case "toClient pusher:cache_miss":
      if (channel !== undefined) knowledge.untouched.delete(channel);
      return;
    case "toClient pusher_internal:subscription_succeeded":
      if (channel !== undefined) {
        knowledge.subscribed.set(channel, knowledge.asked.get(channel) ?? {});
      }
      return;
    case "toTarget pusher:unsubscribe":
      if (channel !== undefined) knowledge.subscribed.delete(channel);
      return;
    case "toTarget pusher:signin":
      knowledge.claimedUser = text(parseObject(String(data["user_data"]))?.["id"]);
      return;
    case "toClient pusher:signin_success":
      knowledge.user = knowledge.claimedUser;
      return;
  }
  if (direction === "toClient" && channel !== undefined && isPublished(message)) {
    world.latest.set(channel, message);
    if (knowledge.untouched.delete(channel)) knowledge.replayed.set(channel, message);
  }
}

/** The user id a line joined a presence channel with. */
export function memberOf(line: Line, channel: string): string | undefined {
  const joined = line.knowledge.subscribed.get(channel);
  const member = parseObject(String(joined?.["channel_data"]))?.["user_id"];
  return member === undefined ? line.knowledge.user : String(member);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
