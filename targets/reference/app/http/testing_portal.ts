/** What a test of the portal stands on, made as if the staff had made it. Never offered elsewhere. */
import { Hono } from "hono";
import { z } from "zod";
import type { Change } from "../changes.ts";
import type { Invoices } from "../invoices/invoices.ts";
import { notify } from "../notifications/notify.ts";
import type { Projects } from "../projects/projects.ts";
import { bodyOf, HttpError, type Known } from "./request.ts";

const client_id = z.string().max(100);
const someone = (userId: string) => ({ userId, socketId: null, idempotencyKey: null });

export function portalTestingRoutes(
  change: Change,
  invoices: Invoices,
  projects: Projects,
): Hono<Known> {
  const idOf = (outcome: { ok: true; value: { id: string } } | { ok: false } | undefined) => {
    if (outcome?.ok) return { data: { id: outcome.value.id } };
    throw new HttpError(409, "refused", "It could not be made");
  };
  return new Hono<Known>()
    .post("/testing/invoices", async (asked) => {
      const said = await bodyOf(asked, z.object({ client_id, memo: z.string().default("") }));
      const given = { clientId: said.client_id, number: "2026-1", total: 12_345, memo: said.memo };
      return asked.json(idOf(await invoices.create(given, someone(said.client_id))), 201);
    })
    .post("/testing/projects", async (asked) => {
      const said = await bodyOf(asked, z.object({ client_id, brief: z.string().default("") }));
      const given = { clientId: said.client_id, name: "A project", brief: said.brief };
      return asked.json(idOf(await projects.create(given, someone(said.client_id))), 201);
    })
    .post("/testing/files", async (asked) => {
      const said = await bodyOf(asked, z.object({ client_id }));
      const caller = someone(said.client_id);
      const given = { clientId: said.client_id, name: "A project", brief: "" };
      const project = idOf(await projects.create(given, caller)).data.id;
      return asked.json(idOf(await projects.upload(project, "plan.pdf", caller)), 201);
    })
    .post("/testing/notifications", async (asked) => {
      const said = await bodyOf(asked, z.object({ user_id: z.string(), message: z.string() }));
      const outcome = await change("notify", someone(said.user_id), async (changing) => ({
        ok: true,
        value: await notify(changing, [said.user_id], {
          type: "info",
          title: "A test",
          message: said.message,
          actionUrl: null,
        }),
      }));
      const [id] = outcome.ok ? outcome.value : [];
      return asked.json({ data: { id } }, 201);
    });
}
