/**
 * An auction lot: pending → live → sold or unsold. Pure: the time comes in, the next state goes
 * out, and whoever stores it decides nothing.
 */
import { agreed, type Decision, refused } from "./decision.ts";

export interface Lot {
  readonly id: string;
  readonly saleId: string;
  readonly title: string;
  /** Money is whole numbers of the smallest unit. */
  readonly startingPrice: number;
  readonly increment: number;
  /** Never leaves this application; others learn whether it is met. */
  readonly reserve: number;
  readonly status: "pending" | "live" | "sold" | "unsold";
  /** The highest bid; 0 before the first. */
  readonly price: number;
  readonly bidCount: number;
  /** The user who bid highest; when the lot is sold, the winner. Never leaves this application. */
  readonly leader: string | null;
  /** Milliseconds of this application's clock when it was last bid on, or started. */
  readonly quietSince: number;
  /** Rises by one with every transition. */
  readonly version: number;
}

export type LotEvent =
  | { readonly type: "started"; readonly lot: Lot }
  | { readonly type: "bid"; readonly lot: Lot; readonly bidder: string }
  | { readonly type: "closed"; readonly lot: Lot };

export function minimumBid({ bidCount, startingPrice, price, increment }: Lot): number {
  return bidCount === 0 ? startingPrice : price + increment;
}

export function isReserveMet({ bidCount, price, reserve }: Lot): boolean {
  return bidCount > 0 && price >= reserve;
}

export function startLot(lot: Lot, now: number): Decision<Lot, LotEvent> {
  if (lot.status !== "pending") {
    return refused("not_pending", `The lot is ${lot.status}, so it cannot be started`);
  }
  const next: Lot = { ...lot, status: "live", quietSince: now, version: lot.version + 1 };
  return agreed(next, { type: "started", lot: next });
}

export function placeBid(
  lot: Lot,
  bid: { readonly bidder: string; readonly amount: number },
  now: number,
): Decision<Lot, LotEvent> {
  if (lot.status !== "live") {
    return refused("not_live", `The lot is ${lot.status}, so nobody can bid on it`);
  }
  const least = minimumBid(lot);
  if (bid.amount < least) {
    return refused("below_minimum", `A bid must be at least ${least}`, { minimumBid: least });
  }
  const next: Lot = {
    ...lot,
    price: bid.amount,
    bidCount: lot.bidCount + 1,
    leader: bid.bidder,
    quietSince: now,
    version: lot.version + 1,
  };
  return agreed(next, { type: "bid", lot: next, bidder: bid.bidder });
}

/** The browser proposes; `quietMs` of this application's own clock decide. */
export function closeLot(lot: Lot, quietMs: number, now: number): Decision<Lot, LotEvent> {
  if (lot.status !== "live") {
    return refused("not_live", `The lot is ${lot.status}, so it cannot be closed`);
  }
  // The clock of another process may be ahead of this one's.
  if (Math.max(0, now - lot.quietSince) < quietMs) {
    return refused("too_early", "The lot is still being bid on");
  }
  const status = isReserveMet(lot) ? "sold" : "unsold";
  const next: Lot = {
    ...lot,
    status,
    leader: status === "sold" ? lot.leader : null,
    version: lot.version + 1,
  };
  return agreed(next, { type: "closed", lot: next });
}
