/** What is told of an invoice. Its memo is no part of it. */
import type { BroadcastEvent } from "../events.ts";
import type { Invoice } from "./invoice.ts";

const of = ({ id, version }: Invoice) => ({
  aggregate: `invoice:${id}`,
  version,
  broadcastWhen: true,
});

/** To its client. */
export const invoiceCreated = (invoice: Invoice): BroadcastEvent => ({
  ...of(invoice),
  broadcastOn: `private-client.${invoice.clientId}`,
  broadcastAs: "InvoiceCreated",
  broadcastWith: { invoice_id: invoice.id, invoice_number: invoice.number, total: invoice.total },
});

/** To those who look at it, to its client, and to those who run the place. */
export const invoiceStatusChanged = (invoice: Invoice): readonly BroadcastEvent[] =>
  [`private-invoice.${invoice.id}`, `private-client.${invoice.clientId}`, "private-admin"].map(
    (broadcastOn) => ({
      ...of(invoice),
      broadcastOn,
      broadcastAs: "InvoiceStatusChanged",
      broadcastWith: { invoice_id: invoice.id, status: invoice.status },
    }),
  );
