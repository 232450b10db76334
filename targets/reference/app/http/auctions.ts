/** Auctions and sales over HTTP: what everybody may read, and what some may do. */
import { Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { isReserveMet, type Lot, minimumBid } from "../auction_lot.ts";
import type { Auctions } from "../auctions.ts";
import type { Database } from "../database.ts";
import type { Refusal } from "../decision.ts";
import type { Alias } from "../events.ts";
import { eventsBetween } from "../outbox.ts";
import { saleWithLots, store } from "../store.ts";
import type { User } from "../users.ts";
import {
  activeUserOf,
  amount,
  type Asked,
  bodyOf,
  callerOf,
  HttpError,
  key,
  type Known,
  notFound,
  since,
} from "./request.ts";

/** What is said of a refusal; the reserve is no part of it. */
export type Refuse = (refusal: Refusal, lot: Lot | undefined) => Record<string, unknown>;

export const refuse: Refuse = ({ code, message, minimumBid }) => ({
  success: false,
  code,
  message,
  ...(minimumBid === undefined ? {} : { minimum_bid: minimumBid }),
});

const statusOf = ({ code }: Refusal): ContentfulStatusCode => code === "below_minimum" ? 422 : 409;

export function auctionRoutes(
  database: Database,
  auctions: Auctions,
  alias: Alias,
  refuse: Refuse,
): Hono<Known> {
  async function describeLot(id: string, user: User | undefined) {
    const lot = await store.lot(database, id) ?? notFound("lot");
    return {
      id: lot.id,
      sale_id: lot.saleId,
      title: lot.title,
      status: lot.status,
      price: lot.price,
      bid_count: lot.bidCount,
      reserve_met: isReserveMet(lot),
      minimum_bid: minimumBid(lot),
      bidder: lot.leader === null ? null : alias(id, lot.leader),
      version: lot.version,
      updated_at: lot.updatedAt,
      // The winner alone learns that he won.
      ...(lot.status === "sold" && user?.id === lot.leader ? { won: true } : {}),
    };
  }

  async function describeSale(id: string) {
    const { sale, lots } = await saleWithLots(database, id) ?? notFound("sale");
    return {
      id: sale.id,
      status: sale.status,
      current_lot: sale.currentLot,
      lots,
      version: sale.version,
      updated_at: sale.updatedAt,
    };
  }

  const changes = async (aggregate: string, asked: Asked, state: { version: number }) => ({
    data: {
      state,
      events: await eventsBetween(database, aggregate, sinceOf(asked), state.version),
      version: state.version,
    },
  });

  return new Hono<Known>()
    .get(
      "/auctions/:id",
      async (asked) =>
        asked.json({ data: await describeLot(asked.req.param("id"), asked.get("user")) }),
    )
    .get("/auctions/:id/changes", async (asked) => {
      const id = asked.req.param("id");
      return asked.json(
        await changes(`lot:${id}`, asked, await describeLot(id, asked.get("user"))),
      );
    })
    .get(
      "/sales/:id",
      async (asked) => asked.json({ data: await describeSale(asked.req.param("id")) }),
    )
    .get("/sales/:id/changes", async (asked) => {
      const id = asked.req.param("id");
      return asked.json(await changes(`sale:${id}`, asked, await describeSale(id)));
    })
    .post("/auctions/:id/bids", async (asked) => {
      const user = activeUserOf(asked);
      if (user.role !== "bidder") {
        throw new HttpError(403, "not_verified", "Only verified bidders may bid");
      }
      const bid = await bodyOf(asked, z.object({ amount, idempotency_key: key }));
      const lotId = asked.req.param("id");
      const caller = callerOf(asked, user, bid.idempotency_key);
      const placed = await auctions.bid(lotId, bid.amount, caller) ?? notFound("lot");
      if (!placed.ok) {
        return asked.json(
          refuse(placed.refusal, await store.lot(database, lotId)),
          statusOf(placed.refusal),
        );
      }
      const { value } = placed;
      return asked.json({
        success: true,
        data: {
          amount: value.amount,
          bid_count: value.bidCount,
          reserve_met: value.reserveMet,
          minimum_bid: value.minimumBid,
          bidder: value.bidder,
          version: value.version,
        },
      }, 201);
    })
    .post("/auctions/:id/start", async (asked) => {
      const user = activeUserOf(asked);
      if (user.role !== "officer") throw new HttpError(403, "forbidden", "An officer starts a lot");
      const said = await bodyOf(asked, z.object({ idempotency_key: key }));
      const caller = callerOf(asked, user, said.idempotency_key);
      const started = await auctions.start(asked.req.param("id"), caller) ?? notFound("lot");
      return started.ok
        ? asked.json({ success: true, data: { status: "live", version: started.value.version } })
        : asked.json(refuse(started.refusal, undefined), statusOf(started.refusal));
    })
    .post("/auctions/:id/close", async (asked) => {
      const user = activeUserOf(asked);
      const said = await bodyOf(asked, z.object({ idempotency_key: key }));
      const caller = callerOf(asked, user, said.idempotency_key);
      const lotId = asked.req.param("id");
      const closed = await auctions.close(lotId, user.role === "officer", caller) ??
        notFound("lot");
      // Who comes second has done nothing wrong: the lot is closed, and he is told so.
      return closed.ok
        ? asked.json({ success: true, data: { ...closed.value } })
        : asked.json(refuse(closed.refusal, undefined));
    });
}

function sinceOf(asked: Asked): number {
  const parsed = since.safeParse(asked.req.query("since"));
  if (!parsed.success) throw new HttpError(422, "invalid", "since must be a version");
  return parsed.data;
}
