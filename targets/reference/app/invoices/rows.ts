/** Invoices as rows. */
import { type Connection, number, type Row, text } from "../database.ts";
import type { Stored } from "../store.ts";
import type { Invoice, InvoiceStatus } from "./invoice.ts";

const invoiceOf = (row: Row): Stored<Invoice> => ({
  id: text(row["id"]),
  clientId: text(row["client_id"]),
  number: text(row["number"]),
  total: number(row["total"]),
  memo: text(row["memo"]),
  status: text(row["status"]) as InvoiceStatus, // only this file writes it
  version: number(row["version"]),
  updatedAt: text(row["updated_at"]),
});

export async function invoiceRow(
  connection: Connection,
  id: string,
  lock = "",
): Promise<Stored<Invoice> | undefined> {
  const [row] = await connection.all(`SELECT * FROM invoices WHERE id = ?${lock}`, id);
  return row && invoiceOf(row);
}

/** The newest first; a client's, or everybody's where `clientId` is undefined. */
export async function invoiceRows(
  connection: Connection,
  clientId: string | undefined,
  limit: number,
): Promise<Stored<Invoice>[]> {
  const [where, ...values] = clientId === undefined ? ["1 = 1"] : ["client_id = ?", clientId];
  const rows = await connection.all(
    `SELECT * FROM invoices WHERE ${where} ORDER BY updated_at DESC, id LIMIT ${limit}`,
    ...values,
  );
  return rows.map(invoiceOf);
}

export async function addInvoice(connection: Connection, invoice: Invoice, at: string) {
  const { id, clientId, number, total, memo, status, version } = invoice;
  await connection.all(
    "INSERT INTO invoices VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    id,
    clientId,
    number,
    total,
    memo,
    status,
    version,
    at,
  );
}

export async function saveInvoice(connection: Connection, invoice: Invoice, at: string) {
  await connection.all(
    "UPDATE invoices SET status = ?, version = ?, updated_at = ? WHERE id = ?",
    invoice.status,
    invoice.version,
    at,
    invoice.id,
  );
}
