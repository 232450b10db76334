/**
 * An application as a scenario sees it: what can be asked of it, and what each request came to.
 *
 * The application decides and broadcasts; the server under test only carries. Which HTTP request an
 * operation is, and where in the answer each value stands, is said by a file of
 * `targets/applications/`, so that somebody's own application is tested without code.
 */

import { NEAR_MISS_WORDS } from "../wire/near_miss.ts";
import type { EvidenceLog } from "../record/evidence_log.ts";
import type { RequestFile } from "./request.ts";
import type { Figures } from "./figure.ts";
import type { Leases } from "./lease.ts";
import type { Answers, Given, OperationName } from "./operations.ts";
import type { Resources } from "./resource.ts";
import type { AggregateKind, EventName, EventShape } from "./application_event.ts";

/** Where what happens is written down. */
export interface Witness {
  readonly log: EvidenceLog;
  readonly deadlineMs: number;
  nextExchange(): number;
}

/** A request of a declared resource. */
export type ResourceRequest =
  | { readonly resource: string; readonly part: "create" | "read" | "list" | "catchUp" }
  | { readonly resource: string; readonly transition: string };

/** What a resource's answer says: `id` and `state` as text, quantities as whole numbers. */
export type ResourceAnswer = Readonly<Record<string, string | number>>;

/** What a request came to. `exchange` finds its two halves in the evidence. */
export type Answer<T> =
  | { readonly outcome: "accepted"; readonly value: T; readonly exchange: number }
  /** The application said no: `reason` in its own words, as the application file finds them. */
  | {
    readonly outcome: "refused";
    readonly status: number;
    readonly reason: string;
    /** In what it differs from what the application file accepts. */
    readonly unlike?: string;
    readonly exchange: number;
  }
  /** No answer in time, a broken line, or a 5xx: it may have happened, and it may not. */
  | { readonly outcome: "unknown"; readonly why: string; readonly exchange: number }
  /** It agreed, but a value the application file promises is missing or of another type. */
  | { readonly outcome: "malformed"; readonly why: string; readonly exchange: number };

/** What is wrong about a request: its body is cut short, or its CSRF token is missing or nearly right.
 * A form is what a page of somebody else's can send. */
export const REQUEST_SPOILINGS = [
  "body cut short",
  "token missing",
  "token missing, as a form",
  ...NEAR_MISS_WORDS.map((wrong) => `token: ${wrong}` as const),
] as const;
export type RequestSpoiling = typeof REQUEST_SPOILINGS[number];

/**
 * Somebody with cookies of his own, logged in or not. Every request is evidence of the scenario, on
 * the lane `NAME@application`, so that what each person got to see can be told apart.
 */
export interface Visitor {
  readonly name: string;
  /** Whether requests carry a CSRF token in a header of their own. */
  readonly hasToken: boolean;
  /** Makes a request of a declared resource. Never throws for what the application does. */
  ask(
    asked: ResourceRequest,
    given: Readonly<Record<string, unknown>>,
  ): Promise<Answer<ResourceAnswer>>;
  /**
   * Makes a request of the file, and reads the JSON of its acceptance; a text says what is not there.
   * Never throws for what the application does.
   */
  request<T extends object>(
    said: RequestFile,
    given: Readonly<Record<string, unknown>>,
    read: (body: unknown) => T | string,
  ): Promise<Answer<T>>;
  /** Performs one operation. Never throws for what the application does. */
  perform<O extends OperationName>(
    operation: O,
    given: Given<O>,
    options?: {
      readonly deadlineMs?: number;
      readonly spoil?: RequestSpoiling;
      /** False: it goes on with the cookies it has, as somebody would who has copied them. */
      readonly takesCookies?: boolean;
    },
  ): Promise<Answer<Answers<O>>>;
  /**
   * The request that an operation is when this visitor makes it, not sent: for whoever sends it many
   * times. With cookies and tokens, so it lets whoever has it in.
   */
  compose<O extends OperationName>(operation: O, given: Given<O>): Promise<Composed>;
  /** What lets whoever has it in as this one: the values of the cookies, tokens from answers. */
  secrets(): Promise<readonly string[]>;
  /** What a browser needs to go on as this one. With cookies, so it lets whoever has it in. */
  inBrowser(): Promise<{ readonly origin: string; readonly cookies: readonly BrowserCookie[] }>;
  /** Opens this many connections beforehand, so that operations can leave at one instant. */
  warmUp(connections: number): Promise<void>;
  close(): void;
}

/** A cookie, as a browser is given it. */
export interface BrowserCookie {
  readonly name: string;
  readonly value: string;
  readonly url: string;
  readonly httpOnly: boolean;
}

/** The application's own page of something, and which element shows what of it. */
export interface PageFile {
  readonly path: string;
  readonly shows: Readonly<Record<string, string>>;
}

/** A request as it goes on the wire. */
export interface Composed {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether an answer agrees, as the application file says it. */
  readonly accepted: {
    /** Any 2xx without it. */
    readonly status?: readonly number[];
    /** Values the answer must have, by their dotted path. */
    readonly where: Readonly<Record<string, unknown>>;
  };
}

/** How the application names its channels and events, from its file. */
export interface Broadcasts {
  /** The channel on which a lot, a sale or an order is told of, or an order in secret; `private-…` needs authorizing. */
  channelOf(kind: AggregateKind | "encrypted", id: string): string;
  /** A presence channel that people who are logged in may join. */
  readonly presence?: string;
  /** Who may hear a channel, and nobody else; `$self` and `$other` stand for people's ids. */
  readonly hearers: Readonly<Record<string, readonly string[]>>;
  /** The events by the names scenarios use. */
  readonly events: Readonly<Partial<Record<EventName, EventShape>>>;
  /** The application's words for statuses, and the scenarios'. */
  readonly words: Readonly<Record<string, string>>;
  /** What an event's data says, by the names of its `read`, in the scenarios' words. */
  read(name: EventName, data: unknown): Readonly<Record<string, unknown>>;
  /** The scenario's name of an event on the wire, if it is one of the application's. */
  eventNamed(wireName: string): EventName | undefined;
}

/** An application that is running and can be asked. */
export interface OpenApplication {
  readonly title: string;
  readonly broadcasts: Broadcasts;
  /** What it declares, by name. */
  readonly resources: Resources;
  readonly leases: Leases;
  readonly figures: Figures;
  /** Its own pages of a lot, a sale or an order. */
  readonly pages: Readonly<Partial<Record<AggregateKind, PageFile>>>;
  /** What nobody may see of its inside, by what it is: patterns of its file. */
  readonly inside: Readonly<Record<string, string>>;
  /** Operations its file maps; a scenario that needs another is skipped. */
  readonly offers: ReadonlySet<OperationName>;
  /** Somebody new, without cookies. With several processes, visitors are spread over them. */
  visitor(name: string, witness: Witness): Visitor;
}
