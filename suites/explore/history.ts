/** A generated history: what several clients do on a few channels, as plain data that fast-check can shrink. */
import fc from "fast-check";
import { CHANNELS, DATA, EVENTS, INFOS, RAW_USERS, USERS } from "./corpus.ts";

/** Three clients of one app, and one of another. */
export const CLIENTS = ["ana", "ben", "tab", "zoe"] as const;
export type ClientName = typeof CLIENTS[number];
/** The client of the other app. */
export const OUTSIDER: ClientName = "zoe";

/** How a request to subscribe is signed. */
export const SIGNED = ["right", "none", "wrong", "other socket"] as const;

/** What is asked of the HTTP API about a channel. */
export const READ = ["channel", "members", "list", "user count", "cache"] as const;

export type Act =
  | {
    readonly do: "subscribe";
    readonly who: ClientName;
    readonly channel: number;
    readonly user: string;
    readonly info: string | undefined;
    readonly signed: typeof SIGNED[number];
  }
  | { readonly do: "leave"; readonly who: ClientName; readonly channel: number }
  | { readonly do: "close" | "reset" | "half-close" | "ping"; readonly who: ClientName }
  /** Long enough for what a cache channel keeps to end, where that does not take long. */
  | { readonly do: "wait" }
  | {
    readonly do: "publish";
    readonly channels: readonly number[];
    readonly event: string;
    readonly data: string;
    readonly except: ClientName | undefined;
    readonly byOutsider: boolean;
  }
  | {
    readonly do: "batch";
    readonly items: readonly {
      readonly channel: number;
      readonly event: string;
      readonly data: string;
      readonly except: ClientName | undefined;
    }[];
  }
  | {
    readonly do: "whisper";
    readonly who: ClientName;
    readonly channel: number;
    readonly event: string;
    readonly data: string;
  }
  | {
    readonly do: "sign in";
    readonly who: ClientName;
    readonly user: string;
    readonly watches: readonly string[];
    readonly signed: "right" | "wrong";
    /** Asks for the user's own channel at once, as client libraries do. */
    readonly joins: boolean;
  }
  | { readonly do: "send to user"; readonly user: string; readonly data: string }
  | { readonly do: "join own channel"; readonly who: ClientName; readonly user: string }
  | { readonly do: "terminate"; readonly user: string }
  | {
    readonly do: "read";
    readonly what: typeof READ[number];
    readonly channel: number;
  };

export interface History {
  /** Index into the apps that are explored. */
  readonly app: number;
  /** The channels it uses; acts point into this list. */
  readonly channels: readonly string[];
  /** Every act is dealt with before the next; otherwise they overlap. */
  readonly isPaced: boolean;
  readonly acts: readonly Act[];
}

/** A seed for each part of a run; runs with neighbouring seeds share none. */
export const seedOf = (seed: number, part: number): number =>
  (Math.imul(seed, 0x9e3779b1) + Math.imul(part, 0x85ebca6b)) | 0;

/** Kinds of channels that remember most: most histories are about one of them alone. */
const REMEMBERING = [
  "presence-orders",
  "presence-orders",
  "cache-orders",
  "private-cache-orders",
  "presence-cache-orders",
] as const;

/** Acts of a history at most. */
const LONGEST = 80;

/** Histories over so many apps; without bias, which would make most of them short. */
export function histories(apps: number): fc.Arbitrary<History> {
  return fc.noBias(fc.record({
    app: fc.nat({ max: apps - 1 }),
    channels: fc.oneof(
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom<string>(...REMEMBERING)) },
      {
        weight: 1,
        arbitrary: fc.uniqueArray(fc.constantFrom<string>(...CHANNELS), {
          minLength: 1,
          maxLength: 3,
        }),
      },
    ),
    isPaced: fc.boolean().map((overlaps) => !overlaps),
    acts: fc.array(act, { minLength: 1, maxLength: LONGEST, size: "max" }),
  }));
}

// The first of each list is the plainest, to which a failure is shrunk.
const who = fc.constantFrom(...CLIENTS.filter((name) => name !== OUTSIDER));
const anybody = fc.constantFrom<ClientName>("ana", "ben", "ana", "ben", "tab", OUTSIDER);
const channel = fc.nat({ max: 2 });
const user = fc.constantFrom(...USERS);
/** Mostly one user, so that he often has several connections. */
const signedInUser = fc.constantFrom("ana", "ana", "ana", ...USERS);
const data = fc.constantFrom(...DATA);
const event = fc.constantFrom(...EVENTS);
/** Four times of five the first. */
const mostly = <T>(first: T, others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(first), weight: 4 }, {
    arbitrary: fc.constantFrom(...others),
    weight: 1,
  });

/** Who a client is when it is not somebody else: two of them are tabs of one user. */
const OWN = { ana: "ana", tab: "ana", ben: "ben", zoe: "ana" } as const;
const isOneself = fc.nat({ max: 9 }).map((one) => one < 6);

/** The acts of clients that mostly are who they are. */
function asOneself<T extends { readonly who: ClientName; readonly user: string }>(
  acts: fc.Arbitrary<T>,
): fc.Arbitrary<T> {
  return fc.tuple(acts, isOneself).map(([one, is]) => is ? { ...one, user: OWN[one.who] } : one);
}

const member = fc.oneof({ arbitrary: user, weight: 4 }, {
  arbitrary: fc.constantFrom(...RAW_USERS),
  weight: 1,
});

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 10,
    arbitrary: asOneself<Extract<Act, { do: "subscribe" }>>(fc.record({
      do: fc.constant("subscribe" as const),
      who: anybody,
      channel,
      user: member,
      info: fc.constantFrom(...INFOS),
      signed: mostly("right", SIGNED),
    })),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("leave" as const), who, channel }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("close", "reset", "half-close"), who: anybody }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("ping" as const), who }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("publish" as const),
      channels: fc.oneof(
        { arbitrary: fc.tuple(channel), weight: 4 },
        { arbitrary: fc.uniqueArray(channel, { minLength: 2, maxLength: 2 }), weight: 1 },
      ),
      event,
      data,
      except: fc.option(who, { nil: undefined, freq: 3 }),
      byOutsider: fc.nat({ max: 7 }).map((one) => one === 7),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("batch" as const),
      items: fc.array(
        fc.record({
          channel,
          event,
          data,
          except: fc.option(who, { nil: undefined, freq: 3 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("whisper" as const),
      who: anybody,
      channel,
      event: fc.constantFrom("client-hi", "client-Hi", "client-"),
      data,
    }),
  },
  {
    weight: 4,
    arbitrary: asOneself<Extract<Act, { do: "sign in" }>>(fc.record({
      do: fc.constant("sign in" as const),
      who: anybody,
      user: signedInUser,
      watches: fc.uniqueArray(user, { maxLength: 3 }),
      signed: fc.constantFrom("right", "right", "right", "wrong"),
      joins: fc.nat({ max: 3 }).map((one) => one > 0),
    })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("send to user" as const), user: signedInUser, data }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("join own channel" as const), who, user: signedInUser }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("terminate" as const), user: signedInUser }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "wait" as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("read" as const),
      what: fc.constantFrom(...READ),
      channel,
    }),
  },
);
