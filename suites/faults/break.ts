/**
 * A break: one way in which a server can be wrong, told as what happens to the frames and requests
 * that pass between a client and a server that is right.
 */
import type { Frame } from "./frame.ts";
import type { HttpRequest, HttpResponse } from "../wire/http_message.ts";
import type { Message } from "./message.ts";
import type { RequirementId } from "../record/requirement.ts";
import type { Line, World } from "./world.ts";

export type { RequirementId };

export interface Break {
  /** Kebab-case, unique. */
  readonly name: string;
  /** One sentence that describes the broken server it imitates. */
  readonly title: string;
  /** The requirements such a server does not meet. */
  readonly violates: readonly RequirementId[];
  /** The part of the reference application that is wrong, where it is not the server. */
  readonly application?: string;
  /** What is wrong with each node of a reference server of several, which no proxy can imitate. */
  readonly node?: string;
  /** The first that matches has its way with what passes; what none matches passes untouched. */
  readonly rules: readonly Rule[];
}

export type Direction = "toClient" | "toTarget";

/** One frame on its way through a line. */
export interface Passage {
  readonly direction: Direction;
  readonly frame: Frame;
  /** What a whole, uncompressed text frame says, where it is a Pusher message. */
  readonly message: Message | undefined;
  readonly line: Line;
  /** Lets the frame go on as it came. */
  pass(): Promise<void>;
}

/** A WebSocket handshake on its way to the target. */
export interface Handshake {
  readonly request: HttpRequest;
  readonly world: World;
}

/** One HTTP exchange, with the target's API or with a webhook endpoint. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** 1 for the first exchange of its connection, 2 for the second. */
  readonly turn: number;
  /** How the request came: pieces of its head and of its body, and milliseconds the body took. */
  readonly arrival: {
    readonly headPieces: number;
    readonly bodyPieces: number;
    readonly bodyMs: number;
  };
  readonly world: World;
  /** Sends a request on and waits for the answer; rejects when the line is cut. */
  forward(request: HttpRequest): Promise<HttpResponse>;
}

type Maybe<T> = T | Promise<T>;

export type FrameAction = (passage: Passage) => Maybe<void>;
/** Answers with the handshake to send on, or a response to refuse it with, or resets the line. */
export type HandshakeAction = (handshake: Handshake) => HttpRequest | HttpResponse | "reset";
/** Answers with what the sender gets to see; undefined cuts the line without an answer. */
export type RequestAction = (exchange: Exchange) => Maybe<HttpResponse | undefined>;
export type ResponseAction = (
  response: HttpResponse,
  exchange: Exchange,
) => Maybe<HttpResponse | undefined>;

export type Rule =
  | {
    readonly on: "frame";
    readonly matches: (passage: Passage) => boolean;
    readonly act: FrameAction;
  }
  | {
    readonly on: "handshake";
    readonly matches: (handshake: Handshake) => boolean;
    readonly act: HandshakeAction;
  }
  | {
    readonly on: "request" | "webhook";
    readonly matches: (exchange: Exchange) => boolean;
    readonly act: RequestAction;
  }
  | {
    readonly on: "response";
    readonly matches: (response: HttpResponse, exchange: Exchange) => boolean;
    readonly act: ResponseAction;
  };
