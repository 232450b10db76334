/**
 * Who may listen to what: one table. The first row that fits a channel's name decides, and a name
 * that none fits is nobody's. `{id}` stands for anything without a dot; a private row is also that of
 * the encrypted channel of the same name.
 */
import { concernsClient, isStaff as runsThePlace } from "./access.ts";
import type { Connection } from "./database.ts";
import { invoiceRow } from "./invoices/rows.ts";
import { projectRow } from "./projects/rows.ts";
import { store } from "./store.ts";
import type { User } from "./users.ts";

export interface Request {
  readonly user: User;
  /** What stands for the pattern's `{id}`. */
  readonly id: string;
  readonly connection: Connection;
}

export type Rule = (request: Request) => Promise<boolean> | boolean;

const isAnybody: Rule = () => true;
const isOneself: Rule = ({ user, id }) => user.id === id;
const isStaff: Rule = ({ user }) => runsThePlace(user);
const isOfClient: Rule = ({ user, id }) => concernsClient(user, id);
const isOfProject: Rule = async ({ user, id, connection }) =>
  runsThePlace(user) || concernsClient(user, (await projectRow(connection, id))?.clientId ?? "");
const isOfInvoice: Rule = async ({ user, id, connection }) =>
  runsThePlace(user) || concernsClient(user, (await invoiceRow(connection, id))?.clientId ?? "");

/** Who may bid, because his payment is verified, or who leads the auction. */
const mayBid = ({ user }: Request) => user.role === "bidder" || user.role === "officer";
const bidsOnLot: Rule = async (request) =>
  mayBid(request) && await store.lot(request.connection, request.id) !== undefined;
const bidsInSale: Rule = async (request) =>
  mayBid(request) && await store.sale(request.connection, request.id) !== undefined;

const concernsOrder: Rule = async ({ user, id, connection }) => {
  const order = await store.order(connection, id);
  return order !== undefined && (user.role === "staff" || order.customerId === user.id);
};

const RULES: readonly (readonly [kind: "private" | "presence", pattern: string, rule: Rule])[] = [
  ["private", "orders.{id}", concernsOrder],
  ["private", "auction.{id}", bidsOnLot],
  ["private", "sale.{id}", bidsInSale],
  ["private", "App.Models.User.{id}", isOneself],
  ["private", "users.{id}", isOneself],
  ["private", "timer.{id}", isOneself],
  ["private", "client.{id}", isOfClient],
  ["private", "project.{id}", isOfProject],
  ["private", "invoice.{id}", isOfInvoice],
  ["private", "timesheet.{id}", isStaff],
  ["private", "workflow.{id}", isStaff],
  ["private", "documents.{id}", isStaff],
  ["private", "conversations.{id}", isStaff],
  ["private", "rooms.{id}", isAnybody],
  ["private", "admin.dashboard", isStaff],
  ["private", "admin", isStaff],
  ["presence", "project.{id}", isOfProject],
  ["presence", "document.{id}", isStaff],
  ["presence", "online", isAnybody],
  // What a page calls `presence.online` is `presence-presence.online` on the wire.
  ["presence", "presence.client.{id}", isOfClient],
  ["presence", "presence.online", isAnybody],
  // `announcements` and `portal` are public, and need no asking.
];

const PREFIX = { private: "private-(?:encrypted-)?", presence: "presence-" };

const compiled = RULES.map(([kind, pattern, rule]) => {
  const name = pattern.replaceAll(".", "\\.").replaceAll("{id}", "([^.]+)");
  return { fits: new RegExp(`^${PREFIX[kind]}${name}$`), rule };
});

/** Whether the user may listen to the channel. Who is suspended may listen to nothing. */
export async function mayListen(
  user: User,
  channel: string,
  connection: Connection,
): Promise<boolean> {
  if (user.suspended) return false;
  for (const { fits, rule } of compiled) {
    const found = fits.exec(channel);
    if (found) return await rule({ user, id: found[1] ?? "", connection });
  }
  return false;
}
