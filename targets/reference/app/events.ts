/**
 * What is broadcast: each event says on which channel, as what, with what, and whether at all.
 * Payloads are put together field by field: nothing gets in because a row has it.
 */
import { createHmac } from "node:crypto";
import { isReserveMet, type Lot, minimumBid } from "./auction_lot.ts";
import type { Order } from "./order.ts";
import type { Sale } from "./sale.ts";

export interface BroadcastEvent {
  /** Whose version it is: `lot:ID`, `sale:ID` or `order:ID`. */
  readonly aggregate: string;
  readonly version: number;
  readonly broadcastOn: string;
  readonly broadcastAs: string;
  /** Without the event's own id and time, which are added when it is written down. */
  readonly broadcastWith: Readonly<Record<string, string | number | boolean | null>>;
  /** False where nobody needs to hear of it. */
  readonly broadcastWhen: boolean;
}

export interface Events {
  lotStarted(lot: Lot): BroadcastEvent;
  bidPlaced(lot: Lot, bidder: string): BroadcastEvent;
  auctionClosed(lot: Lot): BroadcastEvent;
  nextLotStarted(sale: Sale, lotId: string): BroadcastEvent;
  saleEnded(sale: Sale): BroadcastEvent;
  orderStatusChanged(order: Order): BroadcastEvent;
}

/** A name for a bidder that means nothing outside the lot, and says nothing of who it is. */
export type Alias = (lotId: string, userId: string) => string;

export function aliasesBy(secret: string): Alias {
  return (lotId, userId) =>
    "bidder-" +
    createHmac("sha256", secret).update(`alias of ${userId} in ${lotId}`).digest("hex").slice(
      0,
      10,
    );
}

/** `privateAuctions`: only who is let in hears of bids. */
export function createEvents(alias: Alias, privateAuctions: boolean): Events {
  const auction = (lotId: string) => `${privateAuctions ? "private-" : ""}auction.${lotId}`;
  const ofLot = (lot: Lot) => ({
    aggregate: `lot:${lot.id}`,
    version: lot.version,
    broadcastOn: auction(lot.id),
    broadcastWhen: true,
  });
  const ofSale = (sale: Sale) => ({
    aggregate: `sale:${sale.id}`,
    version: sale.version,
    broadcastOn: `sale.${sale.id}`,
    broadcastWhen: true,
  });
  return {
    lotStarted: (lot) => ({
      ...ofLot(lot),
      broadcastAs: "LotStarted",
      broadcastWith: { lot_id: lot.id, status: lot.status, minimum_bid: minimumBid(lot) },
    }),
    bidPlaced: (lot, bidder) => ({
      ...ofLot(lot),
      broadcastAs: "BidPlaced",
      broadcastWith: {
        lot_id: lot.id,
        amount: lot.price,
        bid_count: lot.bidCount,
        reserve_met: isReserveMet(lot),
        bidder: alias(lot.id, bidder),
      },
    }),
    auctionClosed: (lot) => ({
      ...ofLot(lot),
      broadcastAs: "AuctionClosed",
      broadcastWith: { lot_id: lot.id, status: lot.status, price: lot.price },
    }),
    nextLotStarted: (sale, lotId) => ({
      ...ofSale(sale),
      broadcastAs: "NextLotStarted",
      broadcastWith: { sale_id: sale.id, lot_id: lotId },
    }),
    saleEnded: (sale) => ({
      ...ofSale(sale),
      broadcastAs: "SaleEnded",
      broadcastWith: { sale_id: sale.id },
    }),
    orderStatusChanged: (order) => ({
      aggregate: `order:${order.id}`,
      version: order.version,
      broadcastOn: `private-orders.${order.id}`,
      broadcastAs: "OrderStatusChanged",
      broadcastWith: { order_id: order.id, status: order.status },
      broadcastWhen: true,
    }),
  };
}
