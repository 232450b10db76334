/**
 * Who may listen to what: one table. The first pattern that fits a channel's name decides, and a
 * name that none fits is nobody's. `{id}` stands for anything without a dot.
 */
import type { Connection } from "./database.ts";
import { store } from "./store.ts";
import type { User } from "./users.ts";

export interface Request {
  readonly user: User;
  /** What stands for the pattern's `{…}`, in order. */
  readonly ids: readonly string[];
  readonly connection: Connection;
}

/** On presence channels a yes says who the member is: the least that others need. */
export type Rule = (request: Request) => Promise<boolean> | boolean;

const isStaff = ({ user }: Request) => user.role === "staff" || user.role === "officer";
const isOneself = ({ user, ids: [id] }: Request) => user.id === id;
const isAnybody = () => true;
/** A bidder whose payment is verified. */
const isBidder = ({ user }: Request) => user.role === "bidder" || user.role === "officer";

async function ownsOrder({ user, ids: [id = ""], connection }: Request): Promise<boolean> {
  if (user.role === "staff") return true;
  const order = await store.order(connection, id);
  return order !== undefined && order.customerId === user.id;
}

const RULES: readonly (readonly [pattern: string, rule: Rule])[] = [
  ["private-orders.{id}", ownsOrder],
  ["private-auction.{id}", isBidder],
  ["private-sale.{id}", isBidder],
  ["private-App.Models.User.{id}", isOneself],
  ["private-users.{id}", isOneself],
  ["private-timer.{id}", isOneself],
  ["private-client.{id}", isStaff],
  ["private-project.{id}", isStaff],
  ["private-invoice.{id}", isStaff],
  ["private-timesheet.{id}", isStaff],
  ["private-workflow.{id}", isStaff],
  ["private-documents.{id}", isStaff],
  ["private-rooms.{id}", isAnybody],
  ["private-conversations.{id}", isStaff],
  ["private-admin.dashboard", isStaff],
  ["private-admin", isStaff],
  ["private-encrypted-orders.{id}", ownsOrder],
  ["presence-auction.{id}", isBidder],
  ["presence-project.{id}", isStaff],
  ["presence-document.{id}", isStaff],
  ["presence-client.{id}", isStaff],
  ["presence-rooms.{id}", isAnybody],
  ["presence-online", isAnybody],
  // `announcements` and `portal` are public, and need no asking.
];

const compiled = RULES.map(([pattern, rule]) => ({
  fits: new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("{id}", "([^.]+)")}$`),
  rule,
}));

/** Whether the user may listen to the channel. Who is suspended may listen to nothing. */
export async function mayListen(
  user: User,
  channel: string,
  connection: Connection,
): Promise<boolean> {
  if (user.suspended) return false;
  for (const { fits, rule } of compiled) {
    const found = fits.exec(channel);
    if (found) return await rule({ user, ids: found.slice(1), connection });
  }
  return false;
}
