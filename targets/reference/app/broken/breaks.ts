/**
 * Applications that are wrong in one way each, for `prove`. The production code has none of this: a
 * wrong part is put in the place of a right one.
 */
import type { Replace } from "../application.ts";
import { ANSWERS } from "./answers.ts";
import type { BroadcastEvent, Events } from "../events.ts";
import { PORTAL } from "./portal.ts";
import { SENDING } from "./sending.ts";
import { SIGNING } from "./signing.ts";
import { TELLING } from "./telling.ts";
import { UNDER_LOAD } from "./under_load.ts";
import { createOutbox, type Message, type Outbox } from "../outbox.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A field more in what is told of a bid. */
const bidWith = (extra: Parameters<typeof withMore>[1]): Replace => ({
  events: (right) => ({
    ...right,
    bidPlaced: (lot, bidder) => withMore(right.bidPlaced(lot, bidder), extra, lot.reserve, bidder),
  }),
});

function withMore(
  event: BroadcastEvent,
  extra: (reserve: number, bidder: string) => BroadcastEvent["broadcastWith"],
  reserve: number,
  bidder: string,
): BroadcastEvent {
  return { ...event, broadcastWith: { ...event.broadcastWith, ...extra(reserve, bidder) } };
}

/** Writes down other events than those that happened. */
const appending = (
  change: (events: readonly BroadcastEvent[]) => readonly BroadcastEvent[],
): Replace => ({
  outbox: (right) => ({
    ...right,
    append: (connection, events, now, except) =>
      right.append(connection, change(events), now, except),
  }),
});

/** After an aggregate's events are sent, sends one of them again as another makes of it. */
function sendingAgain(again: (message: Message) => Message | undefined): Replace {
  return {
    outbox: (right, { database, send }): Outbox => ({
      ...right,
      async drain(aggregate) {
        await right.drain(aggregate);
        const rows = await database.all(
          `SELECT id, channel, type, payload FROM realtime_events
           WHERE aggregate = ? AND delivered = 1 ORDER BY seq DESC LIMIT 2`,
          aggregate,
        );
        const [, row] = rows;
        const earlier = row && again({
          id: String(row["id"]),
          channel: String(row["channel"]),
          type: String(row["type"]),
          payload: JSON.parse(String(row["payload"])),
          exceptSocket: null,
        });
        if (earlier) await send(earlier);
      },
    }),
  };
}

const renamed = (event: keyof Events, times: number) => (events: readonly BroadcastEvent[]) =>
  events.flatMap((one) =>
    one.broadcastAs.toLowerCase() === event.toLowerCase() ? Array(times).fill(one) : [one]
  );

const takingLess: Replace = {
  store: (right) => ({
    ...right,
    lot: async (connection, id, lock) => {
      const lot = await right.lot(connection, id, lock);
      return lot && { ...lot, increment: 1 - lot.price };
    },
  }),
};

const forgettingKeys: Replace = {
  change: (right) => (operation, caller, work) =>
    right(operation, { ...caller, idempotencyKey: null }, work),
};

let changes = 0;
const reserves = new WeakMap<BroadcastEvent, number>();

export const BREAKS: Readonly<Record<string, Replace>> = {
  "no-lock": {
    // Reads, thinks, and writes, with nothing to keep others from doing the same meanwhile.
    store: (right) => ({
      ...right,
      lot: async (connection, id) => {
        const lot = await right.lot(connection, id);
        await pause(4);
        return lot;
      },
      sale: (connection, id) => right.sale(connection, id),
      order: async (connection, id) => {
        const order = await right.order(connection, id);
        await pause(4);
        return order;
      },
    }),
    change: (_right, { database, send, sent }) => async (_operation, caller, work) => {
      const events: BroadcastEvent[] = [];
      const now = { ms: Date.now(), iso: new Date().toISOString() };
      const outcome = await work({
        connection: database,
        lock: "",
        now: () => now,
        broadcast: (event) => void events.push(event),
      });
      await createOutbox(database, send).append(database, events, now, caller.socketId);
      await sent(new Set(events.map(({ aggregate }) => aggregate)));
      return outcome;
    },
  },
  "reserve-in-payload": bidWith((reserve) => ({ reserve_price: reserve })),
  "reserve-in-cache": {
    events: (right) => ({
      ...right,
      bidPlaced: (lot, bidder) => {
        const event = right.bidPlaced(lot, bidder);
        reserves.set(event, lot.reserve);
        return event;
      },
    }),
    ...appending((events) =>
      events.flatMap((event) => {
        const reserve = reserves.get(event);
        if (reserve === undefined) return [event];
        const broadcastOn = `cache-${event.broadcastOn}`;
        const broadcastWith = { ...event.broadcastWith, reserve };
        return [event, { ...event, broadcastOn, broadcastWith }];
      })
    ),
  },
  "user-id-in-base64": bidWith((_reserve, bidder) => ({ bidder: btoa(bidder) })),
  "reserve-in-error": {
    refuse: (right) => (refusal, lot) => ({
      ...right(refusal, lot),
      ...(lot ? { debug: `reserve is ${(lot.reserve / 100).toFixed(2)}` } : {}),
    }),
  },
  "sql-in-error": {
    refuse: (right) => (refusal, lot) => ({
      ...right(refusal, lot),
      message: `SQLSTATE[23514]: check "minimum" failed: UPDATE lots SET price = ? WHERE id = ?`,
    }),
  },
  "broadcast-before-commit": {
    outbox: (right, { send }) => ({
      ...right,
      async append(connection, events, { iso }) {
        for (const { broadcastOn, broadcastAs, broadcastWith, version } of events) {
          const id = crypto.randomUUID();
          await send({
            id,
            channel: broadcastOn,
            type: broadcastAs,
            payload: { id, ...broadcastWith, version, updated_at: iso },
            exceptSocket: null,
          });
        }
        // And then the commit fails, every third time.
        if (events.length > 0 && ++changes % 3 === 0) throw new Error("the commit failed");
        void connection;
      },
    }),
  },
  "lost-outbox": appending((events) => events.filter(({ version }) => version % 2 !== 0)),
  "closed-twice": appending(renamed("auctionClosed", 2)),
  ...ANSWERS,
  ...PORTAL,
  ...SENDING,
  ...SIGNING,
  ...TELLING,
  ...UNDER_LOAD,
  "reserve-met-inverted": {
    events: (right) => ({
      ...right,
      bidPlaced: (lot, bidder) => {
        const event = right.bidPlaced(lot, bidder);
        const { reserve_met } = event.broadcastWith;
        return { ...event, broadcastWith: { ...event.broadcastWith, reserve_met: !reserve_met } };
      },
    }),
  },
  "outcome-inverted": {
    events: (right) => ({
      ...right,
      auctionClosed: (lot) =>
        right.auctionClosed({ ...lot, status: lot.status === "sold" ? "unsold" : "sold" }),
    }),
  },
  "last-step-untold": appending((events) =>
    events.filter(({ broadcastWith }) => broadcastWith["status"] !== "delivered")
  ),
  "one-id-for-all": {
    outbox: (_right, { database, send }) =>
      createOutbox(
        database,
        (message) => send({ ...message, payload: { ...message.payload, id: "event" } }),
      ),
  },
  "everyone-authorized": { mayListen: () => () => Promise.resolve(true) },
  "stale-version-again": sendingAgain((message) => {
    const id = crypto.randomUUID();
    return { ...message, id, payload: { ...message.payload, id } };
  }),
  "below-minimum-accepted": takingLess,
  "key-forgotten": forgettingKeys,
  "keys-shared-by-all": {
    change: (right) => (operation, caller, work) =>
      right(operation, { ...caller, userId: "everybody" }, work),
  },
  // Without keys, and with bids that need not rise, each tap is a bid.
  "every-tap-counted": { ...takingLess, ...forgettingKeys },
  "version-skipped": appending((events) =>
    events.map((event) => ({ ...event, version: event.version * 2 }))
  ),
  "access-never-withdrawn": {
    mayListen: (right) => (user, channel, connection) =>
      right({ ...user, suspended: false }, channel, connection),
  },
  "winner-told-to-all": {
    events: (right) => ({
      ...right,
      auctionClosed: (lot) => {
        const event = right.auctionClosed(lot);
        return { ...event, broadcastWith: { ...event.broadcastWith, winner_id: lot.leader } };
      },
    }),
  },
  "customer-in-payload": {
    events: (right) => ({
      ...right,
      orderStatusChanged: (order) => {
        const event = right.orderStatusChanged(order);
        const customer_id = order.customerId;
        return { ...event, broadcastWith: { ...event.broadcastWith, customer_id } };
      },
    }),
  },
  "one-alias-everywhere": {
    events: (right) => ({
      ...right,
      bidPlaced: (lot, bidder) => {
        const event = right.bidPlaced(lot, bidder);
        const { broadcastWith } = right.bidPlaced({ ...lot, id: "every lot" }, bidder);
        const { bidder: alias = null } = broadcastWith;
        return { ...event, broadcastWith: { ...event.broadcastWith, bidder: alias } };
      },
    }),
  },
};
