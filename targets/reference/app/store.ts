/** Lots, sales and orders as rows: read, locked while they change, written. */
import type { Lot } from "./auction_lot.ts";
import { type Connection, number, type Row, text, textOrNull } from "./database.ts";
import type { Order, OrderStatus } from "./order.ts";
import type { Sale } from "./sale.ts";

/** A row as it was read, in one look: what it was and when that was written belong together. */
export type Stored<T> = T & { readonly updatedAt: string };

/** Reading a row to change it; `lock` keeps others from it until the transaction is over. */
export interface Store {
  lot(connection: Connection, id: string, lock?: string): Promise<Stored<Lot> | undefined>;
  sale(connection: Connection, id: string, lock?: string): Promise<Stored<Sale> | undefined>;
  order(connection: Connection, id: string, lock?: string): Promise<Stored<Order> | undefined>;
}

const lotOf = (row: Row): Stored<Lot> => ({
  id: text(row["id"]),
  saleId: text(row["sale_id"]),
  title: text(row["title"]),
  startingPrice: number(row["starting_price"]),
  increment: number(row["increment"]),
  reserve: number(row["reserve"]),
  status: text(row["status"]) as Lot["status"], // only this file writes it
  price: number(row["price"]),
  bidCount: number(row["bid_count"]),
  leader: textOrNull(row["leader"]),
  quietSince: number(row["quiet_since"]),
  version: number(row["version"]),
  updatedAt: text(row["updated_at"]),
});

const saleOf = (row: Row): Omit<Stored<Sale>, "lotIds"> => ({
  id: text(row["id"]),
  status: text(row["status"]) as Sale["status"], // only this file writes it
  currentLot: textOrNull(row["current_lot"]),
  closeAfterMs: number(row["close_after_ms"]),
  version: number(row["version"]),
  updatedAt: text(row["updated_at"]),
});

export const store: Store = {
  async lot(connection, id, lock = "") {
    const [row] = await connection.all(`SELECT * FROM lots WHERE id = ?${lock}`, id);
    return row && lotOf(row);
  },
  async sale(connection, id, lock = "") {
    const [row] = await connection.all(`SELECT * FROM sales WHERE id = ?${lock}`, id);
    if (row === undefined) return undefined;
    const lots = await connection.all("SELECT id FROM lots WHERE sale_id = ? ORDER BY place", id);
    return { ...saleOf(row), lotIds: lots.map((lot) => text(lot["id"])) };
  },
  async order(connection, id, lock = "") {
    const [row] = await connection.all(`SELECT * FROM orders WHERE id = ?${lock}`, id);
    return row && {
      id: text(row["id"]),
      customerId: text(row["customer_id"]),
      notes: text(row["notes"]),
      status: text(row["status"]) as OrderStatus, // only this file writes it
      version: number(row["version"]),
      updatedAt: text(row["updated_at"]),
    };
  },
};

/** A sale and its lots as they were at one moment, for whoever looks on. */
export async function saleWithLots(
  connection: Connection,
  id: string,
): Promise<
  | { sale: Omit<Stored<Sale>, "lotIds">; lots: Pick<Lot, "id" | "title" | "status">[] }
  | undefined
> {
  const rows = await connection.all(
    `SELECT sales.*, lots.id AS lot_id, lots.title AS lot_title, lots.status AS lot_status
     FROM sales JOIN lots ON lots.sale_id = sales.id WHERE sales.id = ? ORDER BY lots.place`,
    id,
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const lots = rows.map((row) => ({
    id: text(row["lot_id"]),
    title: text(row["lot_title"]),
    status: text(row["lot_status"]) as Lot["status"], // only this file writes it
  }));
  return { sale: saleOf(row), lots };
}

export async function saveLot(connection: Connection, lot: Lot, at: string): Promise<void> {
  await connection.all(
    `UPDATE lots SET status = ?, price = ?, bid_count = ?, leader = ?, quiet_since = ?,
     version = ?, updated_at = ? WHERE id = ?`,
    lot.status,
    lot.price,
    lot.bidCount,
    lot.leader,
    lot.quietSince,
    lot.version,
    at,
    lot.id,
  );
}

export async function saveSale(connection: Connection, sale: Sale, at: string): Promise<void> {
  await connection.all(
    "UPDATE sales SET status = ?, current_lot = ?, version = ?, updated_at = ? WHERE id = ?",
    sale.status,
    sale.currentLot,
    sale.version,
    at,
    sale.id,
  );
}

export async function saveOrder(connection: Connection, order: Order, at: string): Promise<void> {
  await connection.all(
    "UPDATE orders SET status = ?, version = ?, updated_at = ? WHERE id = ?",
    order.status,
    order.version,
    at,
    order.id,
  );
}

export async function addSale(
  connection: Connection,
  sale: Pick<Sale, "id" | "closeAfterMs">,
  lots: readonly Pick<Lot, "id" | "title" | "startingPrice" | "increment" | "reserve">[],
  at: string,
): Promise<void> {
  await connection.all(
    "INSERT INTO sales VALUES (?, 'pending', NULL, ?, 0, ?)",
    sale.id,
    sale.closeAfterMs,
    at,
  );
  for (const [place, lot] of lots.entries()) {
    await connection.all(
      "INSERT INTO lots VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', 0, 0, NULL, 0, 0, ?)",
      lot.id,
      sale.id,
      place,
      lot.title,
      lot.startingPrice,
      lot.increment,
      lot.reserve,
      at,
    );
  }
}

export async function addOrder(
  connection: Connection,
  order: Pick<Order, "id" | "customerId" | "notes">,
  at: string,
): Promise<void> {
  await connection.all(
    "INSERT INTO orders VALUES (?, ?, ?, 'pending', 0, ?, ?)",
    order.id,
    order.customerId,
    order.notes,
    at,
    at,
  );
}

export async function addBid(
  connection: Connection,
  bid: { readonly lotId: string; readonly userId: string; readonly amount: number },
  at: string,
): Promise<void> {
  await connection.all(
    "INSERT INTO bids (lot_id, user_id, amount, placed_at) VALUES (?, ?, ?, ?)",
    bid.lotId,
    bid.userId,
    bid.amount,
    at,
  );
}
