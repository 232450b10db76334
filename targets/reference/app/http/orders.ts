/** Orders over HTTP: a customer sees his own, the staff sees and moves all. */
import { Hono } from "hono";
import { z } from "zod";
import type { Database } from "../database.ts";
import { ORDER_STEPS } from "../order.ts";
import type { Orders } from "../orders.ts";
import { eventsBetween } from "../outbox.ts";
import { store } from "../store.ts";
import { refuse } from "./auctions.ts";
import {
  activeUserOf,
  type Asked,
  bodyOf,
  callerOf,
  HttpError,
  key,
  type Known,
  notFound,
  since,
} from "./request.ts";

export function orderRoutes(database: Database, orders: Orders): Hono<Known> {
  async function describe(asked: Asked) {
    const user = activeUserOf(asked);
    const id = asked.req.param("id") ?? "";
    const order = await store.order(database, id);
    // Somebody else's order is not there, whether it is or not.
    if (order === undefined || (user.role !== "staff" && order.customerId !== user.id)) {
      return notFound("order");
    }
    return {
      id: order.id,
      status: order.status,
      version: order.version,
      updated_at: order.updatedAt,
      ...(user.role === "staff" ? { notes: order.notes } : {}),
    };
  }

  return new Hono<Known>()
    .get("/orders/:id", async (asked) => asked.json({ data: await describe(asked) }))
    .get("/orders/:id/changes", async (asked) => {
      const state = await describe(asked);
      const from = since.safeParse(asked.req.query("since"));
      if (!from.success) throw new HttpError(422, "invalid", "since must be a version");
      const events = await eventsBetween(database, `order:${state.id}`, from.data, state.version);
      return asked.json({ data: { state, events, version: state.version } });
    })
    .post("/orders/:id/transitions", async (asked) => {
      const user = activeUserOf(asked);
      if (user.role !== "staff") throw new HttpError(403, "forbidden", "The staff moves orders");
      const said = await bodyOf(asked, z.object({ to: z.enum(ORDER_STEPS), idempotency_key: key }));
      const caller = callerOf(asked, user, said.idempotency_key);
      const moved = await orders.move(asked.req.param("id"), said.to, caller) ?? notFound("order");
      return moved.ok
        ? asked.json({ success: true, data: moved.value })
        : asked.json(refuse(moved.refusal, undefined), 409);
    });
}
