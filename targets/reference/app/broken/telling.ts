/** Applications that decide rightly and tell another story of it: in events, in answers, in what is read. */
import type { Replace } from "../application.ts";
import type { BroadcastEvent } from "../events.ts";
import { answering, reading } from "./answers.ts";

/** A bid's event as another makes of it. */
const ofBid = (change: (event: BroadcastEvent) => BroadcastEvent): Replace => ({
  events: (right) => ({
    ...right,
    bidPlaced: (lot, bidder) => change(right.bidPlaced(lot, bidder)),
  }),
});

let taps = 0;
const answered = new Set<string>();

export const TELLING: Readonly<Record<string, Replace>> = {
  "amount-told-wrong": ofBid((event) => ({
    ...event,
    broadcastWith: { ...event.broadcastWith, amount: Number(event.broadcastWith["amount"]) + 1 },
  })),
  "count-told-late": ofBid((event) => ({
    ...event,
    broadcastWith: {
      ...event.broadcastWith,
      bid_count: Number(event.broadcastWith["bid_count"]) - 1,
    },
  })),
  "bid-told-as-close": ofBid((event) => ({
    ...event,
    broadcastAs: "AuctionClosed",
    broadcastWith: {
      lot_id: event.broadcastWith["lot_id"] ?? null,
      status: "sold",
      price: event.broadcastWith["amount"] ?? null,
    },
  })),
  "start-told-as-pending": {
    events: (right) => ({
      ...right,
      lotStarted: (lot) => right.lotStarted({ ...lot, status: "pending" }),
    }),
  },
  "order-told-ahead": {
    events: (right) => ({
      ...right,
      orderStatusChanged: (order) => {
        const event = right.orderStatusChanged(order);
        return { ...event, broadcastWith: { ...event.broadcastWith, status: "delivered" } };
      },
    }),
  },
  "refused-bid-told": {
    refuse: (right, { send }) => (refusal, lot) => {
      if (lot?.status === "live") {
        const id = crypto.randomUUID();
        const payload = {
          id,
          lot_id: lot.id,
          amount: lot.price,
          bid_count: lot.bidCount + 1,
          reserve_met: false,
          version: lot.version + 1,
          updated_at: new Date().toISOString(),
        };
        const channel = `auction.${lot.id}`;
        void send({ id, channel, type: "BidPlaced", payload, exceptSocket: null }).catch(() => {});
      }
      return right(refusal, lot);
    },
  },
  "last-bid-unread": reading(({ bid_count }) => bid_count > 0 ? { bid_count: bid_count - 1 } : {}),
  "step-unread": reading(({ status }) =>
    status === "preparing" || status === "accepted" ? { status: "pending" } : {}
  ),
  "step-answered-wrong": answering(
    /^POST .*\/transitions$/,
    ({ status, body }) => ({
      status,
      body: body?.success ? { ...body, data: { ...body.data, status: "ready" } } : body,
    }),
  ),
  "step-answered-anew": answering(
    /^POST .*\/transitions$/,
    ({ status, body }, request) => {
      const answer = `${request.url} ${body?.data?.version}`;
      if (!body?.success || !answered.has(answer)) {
        answered.add(answer);
        return { status, body };
      }
      return { status, body: { ...body, data: { ...body.data, version: body.data.version + 1 } } };
    },
  ),
  "each-tap-counted-in-answers": answering(
    /^POST .*\/bids$/,
    ({ status, body }) => ({
      status,
      body: body?.success ? { ...body, data: { ...body.data, bid_count: ++taps } } : body,
    }),
  ),
};
