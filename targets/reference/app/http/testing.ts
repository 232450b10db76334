/** What a test stands on: users, sales and orders, made without ceremony. Never offered elsewhere. */
import { Hono } from "hono";
import { z } from "zod";
import type { Database } from "../database.ts";
import { addOrder, addSale } from "../store.ts";
import { ROLES, type Users } from "../users.ts";
import { amount, bodyOf, HttpError, type Known } from "./request.ts";

const user = z.object({
  role: z.enum(ROLES),
  name: z.string().max(200).optional(),
  email: z.string().max(200).optional(),
  password: z.string().max(200).optional(),
});
const sale = z.object({
  lots: z.array(z.object({
    title: z.string().default("A lot"),
    starting_price: amount,
    increment: amount,
    reserve: amount,
  })).min(1).max(100),
  close_after_ms: z.number().int().min(0).default(0),
});
const order = z.object({ customer_id: z.string(), notes: z.string().default("") });

export function testingRoutes(database: Database, users: Users, clock: () => number): Hono<Known> {
  const now = () => new Date(clock()).toISOString();
  return new Hono<Known>()
    .post("/testing/users", async (asked) => {
      const said = await bodyOf(asked, user);
      const name = said.name ?? `A ${said.role}`;
      const email = said.email ?? `${crypto.randomUUID()}@example.test`;
      const password = said.password ?? crypto.randomUUID();
      const added = await users.add({ role: said.role, name, email }, password);
      if (added === undefined) {
        throw new HttpError(422, "taken", "Somebody has this e-mail address");
      }
      return asked.json({ data: { id: added.id, name, email, password } }, 201);
    })
    .post("/testing/sales", async (asked) => {
      const said = await bodyOf(asked, sale);
      const id = crypto.randomUUID();
      const lots = said.lots.map((lot) => ({
        id: crypto.randomUUID(),
        title: lot.title,
        startingPrice: lot.starting_price,
        increment: lot.increment,
        reserve: lot.reserve,
      }));
      await database.transaction((connection) =>
        addSale(connection, { id, closeAfterMs: said.close_after_ms }, lots, now())
      );
      return asked.json({ data: { id, lots: lots.map(({ id }) => ({ id })) } }, 201);
    })
    .post("/testing/orders", async (asked) => {
      const said = await bodyOf(asked, order);
      const id = crypto.randomUUID();
      const added = { id, customerId: said.customer_id, notes: said.notes };
      await addOrder(database, added, now());
      return asked.json({ data: { id } }, 201);
    })
    .post("/testing/withdraw", async (asked) => {
      const said = await bodyOf(asked, z.object({ user_id: z.string() }));
      await users.suspend(said.user_id);
      return asked.json({ data: {} });
    });
}
