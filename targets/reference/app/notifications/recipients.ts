/**
 * To whom a notification goes and what it says, in both formats of workflows:
 * `recipient_type`/`recipient_role`/`title`/`message`, and `to`/`title`/`body`.
 */
import { z } from "zod";
import { type Connection, text } from "../database.ts";
import { type Role, ROLES } from "../users.ts";
import type { Notice } from "./notify.ts";

const role = z.enum([...ROLES, "admin"]);
const common = {
  title: z.string().min(1).max(200),
  type: z.enum(["info", "success", "warning", "error"]).default("info"),
  // A path of this application: a notification must not lead anywhere else.
  action_url: z.string().max(500).regex(/^\/(?!\/)/, "expected a path").nullable().default(null),
};
const message = z.string().max(2000);
const id = z.string().min(1).max(100);

const formal = z.discriminatedUnion("recipient_type", [
  z.strictObject({ recipient_type: z.literal("role"), recipient_role: role, message, ...common }),
  z.strictObject({ recipient_type: z.literal("user"), recipient_id: id, message, ...common }),
  z.strictObject({
    recipient_type: z.literal("users"),
    recipient_ids: z.array(id).min(1).max(1000),
    message,
    ...common,
  }),
]);
const simple = z.strictObject({
  /** A role, somebody's id, or several of them. */
  to: z.union([role, id, z.array(id).min(1).max(1000)]),
  body: message,
  ...common,
});

/** The body of a request that notifies. */
export const notification = z.union([formal, simple]).transform((said) => ({
  to: "to" in said
    ? recipientOf(said.to)
    : said.recipient_type === "role"
    ? { roles: rolesOf(said.recipient_role) }
    : { ids: said.recipient_type === "user" ? [said.recipient_id] : said.recipient_ids },
  notice: {
    type: said.type,
    title: said.title,
    message: "body" in said ? said.body : said.message,
    actionUrl: said.action_url,
  } satisfies Notice,
}));

/** Whom a notification is for. */
export type Recipients = { readonly roles: readonly Role[] } | { readonly ids: readonly string[] };

function recipientOf(to: string | readonly string[]): Recipients {
  if (typeof to !== "string") return { ids: to };
  const known = role.safeParse(to);
  return known.success ? { roles: rolesOf(known.data) } : { ids: [to] };
}

/** An admin is whoever runs the place. */
const rolesOf = (named: z.output<typeof role>): readonly Role[] =>
  named === "admin" ? ["staff", "officer"] : [named];

/** The ids of those who are there. */
export async function idsOf(connection: Connection, to: Recipients): Promise<string[]> {
  const [column, values] = "ids" in to ? ["id", to.ids] : ["role", to.roles];
  const rows = await connection.all(
    `SELECT id FROM users WHERE ${column} IN (${values.map(() => "?").join(", ")})`,
    ...values,
  );
  return rows.map((row) => text(row["id"]));
}
