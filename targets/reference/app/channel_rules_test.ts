import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { mayListen } from "./channel_rules.ts";
import { openDatabase } from "./database.ts";
import { addInvoice } from "./invoices/rows.ts";
import { addProject } from "./projects/rows.ts";
import { addOrder, addSale } from "./store.ts";
import type { User } from "./users.ts";

const database = await openDatabase("sqlite::memory:");
const lot = { id: "lot", title: "", startingPrice: 1, increment: 1, reserve: 1 };
await addSale(database, { id: "sale", closeAfterMs: 0 }, [lot], "");
const invoice = { id: "invoice", clientId: "cem", number: "1", total: 1, memo: "" };
await addInvoice(database, { ...invoice, status: "draft", version: 1 }, "");
const project = { id: "project", clientId: "cem", name: "", brief: "", comments: 0 };
await addProject(database, { ...project, status: "planned", version: 0 }, "");
await addOrder(database, { id: "order", customerId: "cem", notes: "" }, "");

const user = (id: string, role: User["role"]): User => ({
  id,
  role,
  name: id,
  email: `${id}@example.test`,
  suspended: role === "suspended",
});
const everybody = [
  user("cem", "customer"),
  user("eve", "customer"),
  user("ana", "bidder"),
  user("uma", "unverified"),
  user("sam", "suspended"),
  user("otto", "officer"),
  user("stella", "staff"),
];
const ALL = ["cem", "eve", "ana", "uma", "otto", "stella"]; // but not who is suspended
const STAFF = ["otto", "stella"];
const NOBODY: string[] = [];

describe("a channel is listened to by", () => {
  const rules: readonly (readonly [channel: string, by: readonly string[]])[] = [
    ["private-orders.order", ["cem", "stella"]],
    ["private-encrypted-orders.order", ["cem", "stella"]],
    ["private-orders.none", NOBODY],
    ["private-auction.lot", ["ana", "otto"]],
    ["private-auction.none", NOBODY],
    ["private-sale.sale", ["ana", "otto"]],
    ["private-sale.none", NOBODY],
    ["private-App.Models.User.eve", ["eve"]],
    ["private-App.Models.User.sam", NOBODY],
    ["private-users.eve", ["eve"]],
    ["private-timer.eve", ["eve"]],
    ["private-client.1", STAFF],
    ["private-client.cem", ["cem", ...STAFF]],
    ["private-client.ana", STAFF],
    ["private-project.project", ["cem", ...STAFF]],
    ["private-invoice.invoice", ["cem", ...STAFF]],
    ["presence-project.project", ["cem", ...STAFF]],
    ["presence-presence.client.cem", ["cem", ...STAFF]],
    ["private-project.1", STAFF],
    ["private-invoice.1", STAFF],
    ["private-timesheet.1", STAFF],
    ["private-workflow.1", STAFF],
    ["private-documents.1", STAFF],
    ["private-conversations.1", STAFF],
    ["private-rooms.1", ALL],
    ["private-admin.dashboard", STAFF],
    ["private-admin", STAFF],
    ["presence-project.1", STAFF],
    ["presence-document.1", STAFF],
    ["presence-online", ALL],
    ["presence-presence.client.1", STAFF],
    ["presence-presence.online", ALL],
    // What nobody has thought of is nobody's, however close it comes.
    ["private-orders", NOBODY],
    ["private-orders.", NOBODY],
    ["private-orders.order.notes", NOBODY],
    ["private-orders-order", NOBODY],
    ["private-Orders.order", NOBODY],
    ["presence-orders.order", NOBODY],
    ["private-encrypted-encrypted-orders.order", NOBODY],
    ["xprivate-orders.order", NOBODY],
    ["private-adminx", NOBODY],
    ["private-admin.dashboards", NOBODY],
    ["private-App-Models-User-eve", NOBODY],
    ["private-users.eve\n", NOBODY],
    ["private-", NOBODY],
    ["presence-encrypted-online", NOBODY],
  ];
  for (const [channel, by] of rules) {
    it(`${JSON.stringify(channel)}: ${by.join(", ") || "nobody"}`, async () => {
      const allowed = [];
      for (const one of everybody) {
        if (await mayListen(one, channel, database)) allowed.push(one.id);
      }
      assertEquals(allowed, by);
    });
  }
});
