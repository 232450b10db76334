/** Making an invoice and moving it on, and whom that tells. */
import { recordActivity } from "../activity/activity.ts";
import type { Caller, Change, Outcome } from "../changes.ts";
import { NotThere, orNotThere } from "../not_there.ts";
import { notify } from "../notifications/notify.ts";
import { whyNoStep } from "../steps.ts";
import { invoiceCreated, invoiceStatusChanged } from "./events.ts";
import { type Invoice, INVOICE_STEPS, type InvoiceStatus } from "./invoice.ts";
import { addInvoice, invoiceRow, saveInvoice } from "./rows.ts";

export interface Invoices {
  create(
    invoice: Pick<Invoice, "clientId" | "number" | "total" | "memo">,
    caller: Caller,
  ): Promise<Outcome<Invoice>>;
  /** Undefined when there is no such invoice. */
  move(id: string, to: InvoiceStatus, caller: Caller): Promise<Outcome<Invoice> | undefined>;
}

export function createInvoices(change: Change): Invoices {
  return {
    create: (given, caller) =>
      change("create an invoice", caller, async (changing) => {
        const id = crypto.randomUUID();
        const invoice: Invoice = { ...given, id, status: "draft", version: 1 };
        await addInvoice(changing.connection, invoice, changing.now().iso);
        changing.broadcast(invoiceCreated(invoice));
        await recordActivity(changing, caller.userId, activityOf(invoice, "created"));
        return { ok: true, value: invoice };
      }),

    move: (id, to, caller) =>
      orNotThere(change(`move invoice ${id}`, caller, async (changing) => {
        const { connection, lock, now, broadcast } = changing;
        const invoice = await invoiceRow(connection, id, lock);
        if (invoice === undefined) throw new NotThere();
        const refusal = whyNoStep("invoice", INVOICE_STEPS, invoice.status, to);
        if (refusal !== undefined) return refusal;
        const next = { ...invoice, status: to, version: invoice.version + 1 };
        await saveInvoice(connection, next, now().iso);
        for (const event of invoiceStatusChanged(next)) broadcast(event);
        await recordActivity(changing, caller.userId, activityOf(next, to));
        if (to === "sent") await notify(changing, [next.clientId], noticeOf(next));
        return { ok: true, value: next };
      })),
  };
}

const activityOf = ({ id, number, clientId }: Invoice, what: string) => ({
  type: `invoice.${what}`,
  description: `invoice ${number}: ${what}`,
  subjectType: "invoice" as const,
  subjectId: id,
  clientId,
  projectId: null,
});

const noticeOf = ({ number }: Invoice) => ({
  type: "info" as const,
  title: "A new invoice",
  message: `Invoice ${number} has been sent to you`,
  actionUrl: "/pages/portal",
});
