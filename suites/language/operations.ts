/**
 * What can be asked of an application that has lots, sales and orders: every operation, what it is
 * given, and what it answers. Which HTTP request an operation is, an application file says.
 */

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

/** Every operation, what it is given, and what it answers when the application agrees. */
export interface Operations {
  /** Seeding: what a scenario stands on. An application offers these in its test environment only. */
  readonly createUser: {
    readonly given: {
      readonly role: string;
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
      /** How long nobody may have bid on a lot before anybody may close it, in milliseconds. */
      readonly quietMs?: number;
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
  readonly logOut: {
    readonly given: Readonly<Record<string, never>>;
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
      /** The socket that need not be told. */
      readonly exceptSocket?: string;
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
      readonly exceptSocket?: string;
    };
    readonly answers: { readonly status?: OrderStatus; readonly version?: number };
  };

  readonly readLot: {
    readonly given: { readonly lot: string };
    /** Whether whoever reads it has won it; not when nothing says so. */
    readonly answers: LotState & { readonly won: boolean };
  };
  readonly readSale: { readonly given: { readonly sale: string }; readonly answers: SaleState };
  readonly readOrder: { readonly given: { readonly order: string }; readonly answers: OrderState };
  /** What has changed for a client that has seen a version, and the state now. */
  readonly lotChanges: {
    readonly given: { readonly lot: string; readonly since: number | string };
    readonly answers: LotState & Changes;
  };
  readonly saleChanges: {
    readonly given: { readonly sale: string; readonly since: number | string };
    readonly answers: SaleState & Changes;
  };
  readonly orderChanges: {
    readonly given: { readonly order: string; readonly since: number | string };
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
