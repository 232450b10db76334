/**
 * What a run writes down. Running only records; judging only reads what was recorded.
 *
 * Every event carries a sequence number that rises by one through the whole run, the case it
 * belongs to, and milliseconds since the run began on a monotonic clock.
 */

/** Stamped on every event by the recorder. */
export interface Stamp {
  /** Rises by one through the whole run; quotes refer to it. */
  readonly seq: number;
  /** Milliseconds since the run began, monotonic. */
  readonly t: number;
  /** Scenario id, for example `auth/private/signed-for-another-socket`. */
  readonly case: string;
}

/** WebSocket opcodes as recorded; `raw` is bytes written beneath the WebSocket layer. */
export type Opcode = "text" | "binary" | "ping" | "pong" | "close" | "raw";

/** One connection of one client: `ana#1` is ana's first, `ana#2` the one after her reconnect. */
export type SocketName = string;

export type Happening =
  /** A step of the scenario begins or ends. `took` lists the events it waited for and consumed. */
  | {
    readonly kind: "step-begin";
    /** Index of the step in the scenario; -1 before and after the scenario. */
    readonly step: number;
    /** Counts every time a step is told, so that rounds and groups can be told apart. */
    readonly turn: number;
    /** The client whose turn it is; empty for the scenario itself. */
    readonly who: string;
    /** The step's parameters with every `$name` filled in. */
    readonly params: unknown;
  }
  | {
    readonly kind: "step-end";
    readonly step: number;
    readonly turn: number;
    /** `done`: what it waited for came. `deadline`: it did not. `broken`: it could not be tried. */
    readonly outcome: "done" | "deadline" | "broken";
    readonly took: readonly number[];
    /** Why it broke or what had arrived instead, in words. */
    readonly detail?: string;
    /** What a verb measured or remembered for its judge (counts, gaps, ids); plain JSON. */
    readonly facts?: Readonly<Record<string, unknown>>;
    /** What it waited for came, this long after its deadline. */
    readonly lateMs?: number;
  }
  /** The scenario could not go on after this step, for this reason; later checks are not testable. */
  | {
    readonly kind: "broke";
    readonly step: number;
    readonly reason: string;
    /** The step was never taken: it needs what was not had before. */
    readonly isUntold?: true;
  }
  /** A WebSocket is dialled, opens, is refused before the upgrade, or ends. */
  | { readonly kind: "dial"; readonly socket: SocketName; readonly url: string }
  | { readonly kind: "open"; readonly socket: SocketName }
  | {
    readonly kind: "upgrade-refused";
    readonly socket: SocketName;
    readonly status: number;
    readonly body: string;
  }
  /** This end begins to end it; the other may still be heard until it has. */
  | { readonly kind: "closing"; readonly socket: SocketName }
  | {
    readonly kind: "closed";
    readonly socket: SocketName;
    /** Who ended it first, as far as this end can tell. */
    readonly by: "target" | "plumbline";
    /** The code in the close frame; 1005 without one, 1006 without a close frame. */
    readonly code: number;
    readonly reason: string;
  }
  /**
   * This end stopped listening on a connection that sent more than is taken in: what else came
   * there is not known. `closed` follows.
   */
  | {
    readonly kind: "given-up";
    readonly socket: SocketName;
    readonly reason: string;
    /** Messages that had come, and bytes of them; the evidence has all but the last. */
    readonly frames: number;
    readonly bytes: number;
  }
  /** One frame on the wire. `text` holds text payloads and close reasons, `base64` all others. */
  | {
    readonly kind: "sent" | "received";
    readonly socket: SocketName;
    readonly opcode: Opcode;
    readonly text?: string;
    readonly base64?: string;
    /** Payload size in bytes; `text` may be cut where it is long. */
    readonly bytes: number;
    /** The text went on, and was let go of since: too many long ones were held. */
    readonly isCut?: true;
  }
  /** One HTTP exchange with the target's API; `exchange` pairs the two halves. */
  | {
    readonly kind: "request";
    readonly exchange: number;
    /** Which keep-alive connection it travelled on. */
    readonly connection: string;
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }
  | {
    readonly kind: "response";
    readonly exchange: number;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** The body went on; what else it said is not known. */
    readonly isCut?: true;
  }
  | {
    readonly kind: "no-response";
    readonly exchange: number;
    readonly reason: string;
  }
  /** The target called our webhook endpoint. */
  | {
    readonly kind: "webhook";
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** Size of the whole body; `body` may be cut where it is long. */
    readonly bytes: number;
    /** The status we answered with; 0 when we never answered. */
    readonly answered: number;
  }
  /** What a client library told the page it runs in. */
  | {
    readonly kind: "page";
    /** The client whose page it is. */
    readonly who: string;
    /**
     * - `event`: the library's channel or user emitted it.
     * - `listener`: a listener the page had set was called.
     * - `state`: the connection is in this state now.
     * - `error`: the library reported an error.
     * - `authorization`: the library asked the application to sign for a channel.
     */
    readonly what: "event" | "listener" | "state" | "error" | "authorization";
    readonly event: string;
    readonly channel?: string;
    /** Plain JSON. */
    readonly data?: unknown;
  }
  /** The server process itself, where Plumbline manages it; `faulted` is one of its nodes, or what they share. */
  | {
    readonly kind: "server";
    readonly what: "started" | "stopped" | "died" | "faulted" | "measured";
    readonly detail: string;
  }
  /** A fault that Plumbline injected. */
  | {
    readonly kind: "fault";
    readonly what: string;
    /** The client on whose line it was injected, or one of its connections; absent for all else. */
    readonly of?: string;
  }
  | { readonly kind: "note"; readonly text: string };

export type Evidence = Stamp & Happening;

/** Picks the events of one kind out of the union. */
export type EvidenceOf<K extends Evidence["kind"]> = Extract<Evidence, { kind: K }>;
