/** An invoice: draft → sent → paid, and void from anywhere before that. Pure. */
import type { Steps } from "../steps.ts";

export const INVOICE_STATUSES = ["draft", "sent", "paid", "void"] as const;
export type InvoiceStatus = typeof INVOICE_STATUSES[number];

export const INVOICE_STEPS: Steps<InvoiceStatus> = {
  draft: ["sent", "void"],
  sent: ["paid", "void"],
  paid: [],
  void: [],
};

export interface Invoice {
  readonly id: string;
  readonly clientId: string;
  readonly number: string;
  /** In cents. */
  readonly total: number;
  /** For the staff alone. */
  readonly memo: string;
  readonly status: InvoiceStatus;
  readonly version: number;
}
