/**
 * An application as a scenario sees it: what can be asked of it, and what each request came to.
 *
 * The application decides and broadcasts; the server under test only carries. Which HTTP request an
 * operation is, and where in the answer each value stands, is said by a file of
 * `targets/applications/`, so that somebody's own application is tested without code.
 */

import { NEAR_MISS_WORDS } from "../wire/near_miss.ts";
import type { EvidenceLog } from "../record/evidence_log.ts";

/** Where what happens is written down. */
export interface Witness {
  readonly log: EvidenceLog;
  readonly deadlineMs: number;
  nextExchange(): number;
}

/** Whom a scenario can play; what each may do is for the application to say. */
export const ROLES = ["bidder", "unverified", "suspended", "officer", "customer", "staff"] as const;
export type Role = typeof ROLES[number];

export const LOT_STATUSES = ["pending", "live", "sold", "unsold"] as const;
export type LotStatus = typeof LOT_STATUSES[number];

export const ORDER_STATUSES = [
  "pending",
  "accepted",
  "preparing",
  "ready",
  "picked-up",
  "delivered",
] as const;
export type OrderStatus = typeof ORDER_STATUSES[number];

/** Money in the application's smallest unit, a whole number. */
export type Amount = number;

export interface LotState {
  readonly status: LotStatus;
  readonly price: Amount;
  readonly bidCount: number;
  readonly reserveMet: boolean;
  readonly version: number;
}

export interface SaleState {
  readonly status: string;
  /** The lot that is live; null before the first and after the last. */
  readonly currentLot: string | null;
  readonly version: number;
}

export interface OrderState {
  readonly status: OrderStatus;
  readonly version: number;
}

/** What versions are counted of. */
export type AggregateKind = "lot" | "sale" | "order";

/** Every operation, what it is given, and what it answers when the application agrees. */
export interface Operations {
  /** Seeding: what a scenario stands on. An application offers these in its test environment only. */
  readonly createUser: {
    readonly given: {
      readonly role: Role;
      readonly name: string;
      readonly email: string;
      readonly password: string;
    };
    readonly answers: { readonly userId: string };
  };
  readonly createSale: {
    readonly given: {
      readonly lots: readonly {
        readonly title: string;
        readonly startingPrice: Amount;
        readonly increment: Amount;
        readonly reserve: Amount;
      }[];
    };
    readonly answers: { readonly saleId: string; readonly lotIds: readonly string[] };
  };
  readonly createOrder: {
    readonly given: { readonly customerId: string; readonly notes: string };
    readonly answers: { readonly orderId: string };
  };
  /** Takes a user's access away from now on. */
  readonly withdrawAccess: {
    readonly given: { readonly userId: string };
    readonly answers: Readonly<Record<string, never>>;
  };

  readonly logIn: {
    readonly given: { readonly email: string; readonly password: string };
    readonly answers: Readonly<Record<string, never>>;
  };
  readonly authorizeChannel: {
    readonly given: { readonly socketId: string; readonly channel: string };
    readonly answers: {
      readonly auth: string;
      readonly channelData?: string;
      readonly sharedSecret?: string;
    };
  };
  readonly authenticateUser: {
    readonly given: { readonly socketId: string };
    readonly answers: { readonly auth: string; readonly userData: string };
  };

  readonly startLot: {
    readonly given: { readonly lot: string };
    readonly answers: { readonly version?: number };
  };
  readonly placeBid: {
    readonly given: {
      readonly lot: string;
      readonly amount: Amount;
      /** The same key again is the same bid, not a second one. */
      readonly idempotencyKey?: string;
    };
    readonly answers: { readonly bidCount?: number; readonly version?: number };
  };
  readonly closeLot: {
    readonly given: { readonly lot: string };
    readonly answers: {
      readonly status?: LotStatus;
      readonly price?: Amount;
      readonly version?: number;
    };
  };
  readonly transitionOrder: {
    readonly given: {
      readonly order: string;
      readonly to: OrderStatus;
      readonly idempotencyKey?: string;
    };
    readonly answers: { readonly status?: OrderStatus; readonly version?: number };
  };

  readonly readLot: { readonly given: { readonly lot: string }; readonly answers: LotState };
  readonly readSale: { readonly given: { readonly sale: string }; readonly answers: SaleState };
  readonly readOrder: { readonly given: { readonly order: string }; readonly answers: OrderState };
  /** What has changed for a client that has seen a version, and the state now. */
  readonly lotChanges: {
    readonly given: { readonly lot: string; readonly since: number };
    readonly answers: LotState & Changes;
  };
  readonly saleChanges: {
    readonly given: { readonly sale: string; readonly since: number };
    readonly answers: SaleState & Changes;
  };
  readonly orderChanges: {
    readonly given: { readonly order: string; readonly since: number };
    readonly answers: OrderState & Changes;
  };
}

export interface Changes {
  /** The versions of what has happened since, in order, where the application tells them. */
  readonly versions?: readonly number[];
}

export type OperationName = keyof Operations;
export type Given<O extends OperationName> = Operations[O]["given"];
export type Answers<O extends OperationName> = Operations[O]["answers"];

/** What a request came to. `exchange` finds its two halves in the evidence. */
export type Answer<T> =
  | { readonly outcome: "accepted"; readonly value: T; readonly exchange: number }
  /** The application said no: `reason` in its own words, as the application file finds them. */
  | {
    readonly outcome: "refused";
    readonly status: number;
    readonly reason: string;
    readonly exchange: number;
  }
  /** No answer in time, a broken line, or a 5xx: it may have happened, and it may not. */
  | { readonly outcome: "unknown"; readonly why: string; readonly exchange: number }
  /** It agreed, but a value the application file promises is missing or of another type. */
  | { readonly outcome: "malformed"; readonly why: string; readonly exchange: number };

/** What is wrong about a request: its body is cut short, or its CSRF token is missing or nearly right. */
export const REQUEST_SPOILINGS = [
  "body cut short",
  "token missing",
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
  /** Performs one operation. Never throws for what the application does. */
  perform<O extends OperationName>(
    operation: O,
    given: Given<O>,
    options?: { readonly deadlineMs?: number; readonly spoil?: RequestSpoiling },
  ): Promise<Answer<Answers<O>>>;
  /**
   * The request that an operation is when this visitor makes it, not sent: for whoever sends it many
   * times. With cookies and tokens, so it lets whoever has it in.
   */
  compose<O extends OperationName>(operation: O, given: Given<O>): Promise<Composed>;
  /** What lets whoever has it in as this one: the values of the cookies, tokens from answers. */
  secrets(): Promise<readonly string[]>;
  /** Opens this many connections beforehand, so that operations can leave at one instant. */
  warmUp(connections: number): Promise<void>;
  close(): void;
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
  readonly hearers: Readonly<Record<string, readonly Role[]>>;
  /** The events by the names scenarios use. */
  readonly events: Readonly<Partial<Record<EventName, EventShape>>>;
  /** The application's words for statuses, and the scenarios'. */
  readonly words: Readonly<Record<string, string>>;
  /** What an event's data says, by the names of its `read`, in the scenarios' words. */
  read(name: EventName, data: unknown): Readonly<Record<string, unknown>>;
  /** The scenario's name of an event on the wire, if it is one of the application's. */
  eventNamed(wireName: string): EventName | undefined;
}

export const EVENT_NAMES = [
  "LotStarted",
  "BidPlaced",
  "AuctionClosed",
  "NextLotStarted",
  "SaleEnded",
  "OrderStatusChanged",
] as const;
export type EventName = typeof EVENT_NAMES[number];

export interface EventShape {
  /** As it stands on the wire. */
  readonly name: string;
  readonly of: AggregateKind;
  /** Paths of every field the payload may have; anything else is a leak. */
  readonly allowed: readonly string[];
  /** Most bytes of its data. */
  readonly budgetBytes: number;
  /** Where the values that suites need stand in the payload, as dotted paths. */
  readonly read: {
    readonly version: string;
    /** The event's own id, the same when it is sent again. */
    readonly id?: string;
    readonly amount?: string;
    readonly bidCount?: string;
    readonly reserveMet?: string;
    readonly status?: string;
    readonly price?: string;
    readonly lot?: string;
    /** By what name the lot calls who has bid. */
    readonly bidder?: string;
  };
}

/** An application that is running and can be asked. */
export interface OpenApplication {
  readonly title: string;
  readonly broadcasts: Broadcasts;
  /** What nobody may see of its inside, by what it is: patterns of its file. */
  readonly inside: Readonly<Record<string, string>>;
  /** Operations its file maps; a scenario that needs another is skipped. */
  readonly offers: ReadonlySet<OperationName>;
  /** Somebody new, without cookies. With several processes, visitors are spread over them. */
  visitor(name: string, witness: Witness): Visitor;
}
