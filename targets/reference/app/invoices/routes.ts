/** Invoices over HTTP: the staff makes and moves them, a client reads his own. */
import { Hono } from "hono";
import { z } from "zod";
import { concernsClient, isStaff } from "../access.ts";
import type { Database } from "../database.ts";
import { answer } from "../http/answer.ts";
import {
  activeUserOf,
  amount,
  bodyOf,
  callerOf,
  HttpError,
  key,
  type Known,
  notFound,
  staffOf,
} from "../http/request.ts";
import type { Stored } from "../store.ts";
import type { User, Users } from "../users.ts";
import { type Invoice, INVOICE_STATUSES } from "./invoice.ts";
import type { Invoices } from "./invoices.ts";
import { invoiceRow, invoiceRows } from "./rows.ts";

/** Most that are listed. */
const LISTED = 50;

const creation = z.object({
  client_id: z.string().max(100),
  number: z.string().regex(/^[\w-]{1,40}$/, "expected a number such as 2026-17"),
  total: amount,
  memo: z.string().max(2000).default(""),
  idempotency_key: key,
});

const described = (user: User, invoice: Stored<Invoice>) => ({
  id: invoice.id,
  number: invoice.number,
  total: invoice.total,
  status: invoice.status,
  version: invoice.version,
  updated_at: invoice.updatedAt,
  ...(isStaff(user) ? { client_id: invoice.clientId, memo: invoice.memo } : {}),
});

export function invoiceRoutes(database: Database, users: Users, invoices: Invoices): Hono<Known> {
  return new Hono<Known>()
    .post("/invoices", async (asked) => {
      const user = staffOf(asked, "The staff makes invoices");
      const said = await bodyOf(asked, creation);
      const client = await users.byId(said.client_id);
      if (client?.role !== "customer") {
        throw new HttpError(422, "invalid", "client_id is no client's");
      }
      const { number, total, memo } = said;
      const caller = callerOf(asked, user, said.idempotency_key);
      const made = await invoices.create({ clientId: client.id, number, total, memo }, caller);
      return answer(asked, made, ({ id, version }) => ({ id, version }), 201);
    })
    .get("/invoices", async (asked) => {
      const user = activeUserOf(asked);
      const rows = await invoiceRows(database, isStaff(user) ? undefined : user.id, LISTED);
      return asked.json({ data: { invoices: rows.map((row) => described(user, row)) } });
    })
    .get("/invoices/:id", async (asked) => {
      const user = activeUserOf(asked);
      const invoice = await invoiceRow(database, asked.req.param("id"));
      // Somebody else's is not there, whether it is or not.
      if (invoice === undefined || !concernsClient(user, invoice.clientId)) notFound("invoice");
      return asked.json({ data: described(user, invoice) });
    })
    .post("/invoices/:id/transitions", async (asked) => {
      const user = staffOf(asked, "The staff moves invoices");
      const said = await bodyOf(
        asked,
        z.object({ to: z.enum(INVOICE_STATUSES), idempotency_key: key }),
      );
      const caller = callerOf(asked, user, said.idempotency_key);
      const moved = await invoices.move(asked.req.param("id"), said.to, caller) ??
        notFound("invoice");
      return answer(asked, moved, ({ status, version }) => ({ status, version }));
    });
}
