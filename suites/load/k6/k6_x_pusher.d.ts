/**
 * `k6/x/pusher`: Pusher Channels connections for k6 scripts, read and kept in Go.
 *
 *     import pusher from "k6/x/pusher";
 */

/** What a connection is made with. */
export interface ConnectOptions {
  /** The app's public key. */
  readonly key: string;
  /** The app's secret, where the script itself may sign private and presence channels. */
  readonly secret?: string;
  /** Asks an application for the proof instead, for example with `k6/http`. */
  readonly authorize?: (socketId: string, channel: string) => Proof;
  /** The `Origin` header; none by default. */
  readonly origin?: string;
  /** Milliseconds until an upgrade that is not answered has failed; 10,000 by default. */
  readonly timeoutMs?: number;
}

/** What an application's auth endpoint answers. */
export interface Proof {
  readonly auth: string;
  readonly channel_data?: string;
}

/** Where an event came from. */
export interface Origin {
  /** Empty for events of the connection. */
  readonly channel: string;
  /** The sender of a client event on a presence channel; else empty. */
  readonly userId: string;
}

/** One connection. The iteration goes on until it is closed. */
export interface Client {
  /** Empty until `pusher:connection_established`. */
  readonly socketId: string;
  /**
   * Calls `handler` for every event of that name, the protocol's own included
   * (`pusher:connection_established`, `pusher_internal:subscription_succeeded`, `pusher:error`):
   * its data as text, and where it came from.
   */
  on(event: string, handler: (data: string, origin: Origin) => void): void;
  /** The connection has ended: the last call of all. 1006 stands for an end without a close frame. */
  on(event: "close", handler: (code: number, reason: string) => void): void;
  /** What ended it, where neither the script nor a close frame of the server did. */
  on(event: "error", handler: (reason: string) => void): void;
  /** Now, or as soon as the connection stands. `channelData` is presence data, signed as it is. */
  subscribe(channel: string, channelData?: string): void;
  unsubscribe(channel: string): void;
  /** Sends a client event; its name begins with `client-`. */
  trigger(channel: string, event: string, data: unknown): void;
  close(): void;
}

/** What a plan is opened with beside its text. */
export interface OpenOptions {
  /** The app's secret. */
  readonly secret: string;
  /** What lets the clients into an application. */
  readonly session?: {
    /** Of every request to it. */
    readonly headers: Readonly<Record<string, string>>;
    /** What names in the body of a request stand for, such as `${token1}`. */
    readonly words: Readonly<Record<string, string>>;
  } | undefined;
  /** The file that the measurements are written to. */
  readonly out?: string | undefined;
  /** When the first phase begins, in milliseconds since 1970; as soon as all clients stand if not given. */
  readonly start?: number | undefined;
  /** Execution segments of the run; 1 by default. */
  readonly parts?: number | undefined;
}

/** A load plan on its way. Each method blocks its VU; nothing runs in JavaScript meanwhile. */
export interface Run {
  /** Brings the clients of this process up. Throws where none is there to go on with. */
  connect(): { readonly planned: number; readonly standing: number };
  /** Runs the plan's phases. */
  publish(): void;
  /** Waits for what is still to come, ends all connections and writes the measurements. */
  wait(): void;
}

/** What clients of a script feed: counters, and `pusher_connecting`, a trend in ms. */
export type ScriptMetric =
  | "pusher_connections"
  | "pusher_connecting"
  | "pusher_messages_received"
  | "pusher_messages_sent";

/** What a plan feeds, and no script of a user's own without one; docs/load-k6.md says what each is. */
export type PlanMetric =
  | `pusher_${"connect" | "handshake" | "authorize" | "subscribe" | "recover"}`
  | `pusher_${"answer" | "delivery" | "first" | "last" | "whisper"}`
  | `pusher_${"delivered" | "figure" | "standing" | "generator_cpu"}`
  | `pusher_${"events" | "events_refused" | "events_unanswered"}`
  | `pusher_${"deliveries" | "deliveries_expected" | "deliveries_lost"}`
  | `pusher_${"duplicates" | "reordered" | "ancient" | "late" | "unexpected"}`;

declare const pusher: {
  /** Opens this process's part of a plan, given as JSON. In VU code only, and once a process. */
  open(plan: string, options: OpenOptions): Run;
  /** Dials `url` (`ws://host:port`), without waiting for it. In VU code only. */
  connect(url: string, options: ConnectOptions): Client;
  /**
   * Milliseconds of a clock that never jumps, to the microsecond, the same in all processes of one
   * machine. `Date.now()` is none of that.
   */
  now(): number;
};

export default pusher;
