/** Bidding, starting and closing: what each does to the lot, to its sale, and whom it tells. */
import { closeLot, isReserveMet, type Lot, minimumBid, placeBid, startLot } from "./auction_lot.ts";
import type { Caller, Change, Changing, Outcome } from "./changes.ts";
import type { Alias, Events } from "./events.ts";
import { NotThere, orNotThere } from "./not_there.ts";
import { endSale, lotAfter, openLot, type Sale } from "./sale.ts";
import { addBid, saveLot, saveSale, type Store } from "./store.ts";

export interface PlacedBid {
  readonly amount: number;
  readonly bidCount: number;
  readonly reserveMet: boolean;
  readonly minimumBid: number;
  readonly bidder: string;
  readonly version: number;
}

export interface ClosedLot {
  readonly status: Lot["status"];
  readonly price: number;
  readonly version: number;
}

export interface Auctions {
  /** Undefined when there is no such lot. */
  start(lotId: string, caller: Caller): Promise<Outcome<{ version: number }> | undefined>;
  bid(lotId: string, amount: number, caller: Caller): Promise<Outcome<PlacedBid> | undefined>;
  /** `atOnce`: an officer's word, for which no lot has to be quiet. */
  close(lotId: string, atOnce: boolean, caller: Caller): Promise<Outcome<ClosedLot> | undefined>;
}

export function createAuctions(
  change: Change,
  store: Store,
  events: Events,
  alias: Alias,
): Auctions {
  /** Locks the sale first and the lot after it, everywhere, so that no two wait for each other. */
  async function lockBoth(
    { connection, lock }: Changing,
    lotId: string,
  ): Promise<{ lot: Lot; sale: Sale }> {
    const known = await store.lot(connection, lotId);
    const sale = known && await store.sale(connection, known.saleId, lock);
    const lot = sale && await store.lot(connection, lotId, lock);
    if (sale === undefined || lot === undefined) throw new NotThere();
    return { lot, sale };
  }

  /** Makes a pending lot the live one of its sale. */
  async function begin(changing: Changing, lot: Lot, sale: Sale) {
    const { connection, now, broadcast } = changing;
    const opened = openLot(sale, lot.id);
    if (!opened.ok) return opened;
    const started = startLot(lot, now().ms);
    if (!started.ok) return started;
    await saveSale(connection, opened.state, now().iso);
    await saveLot(connection, started.state, now().iso);
    broadcast(events.lotStarted(started.state));
    broadcast(events.nextLotStarted(opened.state, lot.id));
    return started;
  }

  /** After a lot is over: the next one that waits, or the end of the sale. */
  async function goOn(changing: Changing, closed: Lot, sale: Sale): Promise<void> {
    const { connection, lock, now, broadcast } = changing;
    const waiting = new Map<string, Lot>();
    for (const id of sale.lotIds.filter((id) => id !== closed.id)) {
      const lot = await store.lot(connection, id);
      if (lot?.status === "pending") waiting.set(id, lot);
    }
    const nextId = lotAfter(sale, closed.id, (id) => waiting.has(id));
    const next = nextId && await store.lot(connection, nextId, lock);
    if (next) {
      await begin(changing, next, { ...sale, currentLot: null });
      return;
    }
    const { state } = endSale(sale);
    await saveSale(connection, state, now().iso);
    broadcast(events.saleEnded(state));
  }

  return {
    start: (lotId, caller) =>
      orNotThere(change(`start ${lotId}`, caller, async (changing) => {
        const { lot, sale } = await lockBoth(changing, lotId);
        const started = await begin(changing, lot, sale);
        return started.ok ? { ok: true, value: { version: started.state.version } } : started;
      })),

    bid: (lotId, amount, caller) =>
      orNotThere(
        change(`bid on ${lotId}`, caller, async ({ connection, lock, now, broadcast }) => {
          const lot = await store.lot(connection, lotId, lock);
          if (lot === undefined) throw new NotThere();
          const bid = { bidder: caller.userId, amount };
          const placed = placeBid(lot, bid, now().ms);
          if (!placed.ok) return placed;
          const next = placed.state;
          await saveLot(connection, next, now().iso);
          await addBid(connection, { lotId, userId: caller.userId, amount }, now().iso);
          broadcast(events.bidPlaced(next, caller.userId));
          return {
            ok: true,
            value: {
              amount,
              bidCount: next.bidCount,
              reserveMet: isReserveMet(next),
              minimumBid: minimumBid(next),
              bidder: alias(lotId, caller.userId),
              version: next.version,
            },
          };
        }),
      ),

    close: (lotId, atOnce, caller) =>
      orNotThere(change(`close ${lotId}`, caller, async (changing) => {
        const { lot, sale } = await lockBoth(changing, lotId);
        const { connection, now, broadcast } = changing;
        const closed = closeLot(lot, atOnce ? 0 : sale.closeAfterMs, now().ms);
        if (!closed.ok) return closed;
        const { status, price, version } = closed.state;
        await saveLot(connection, closed.state, now().iso);
        broadcast(events.auctionClosed(closed.state));
        await goOn(changing, closed.state, sale);
        return { ok: true, value: { status, price, version } };
      })),
  };
}
