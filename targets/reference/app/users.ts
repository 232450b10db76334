/** Who may use the application, and as what. */
import { Buffer } from "node:buffer";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { type Database, number, type Row, text } from "./database.ts";

export const ROLES = ["bidder", "unverified", "suspended", "officer", "customer", "staff"] as const;
export type Role = typeof ROLES[number];

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly suspended: boolean;
}

export interface Users {
  /** Undefined when somebody has this e-mail address already. */
  add(user: Pick<User, "email" | "name" | "role">, password: string): Promise<User | undefined>;
  byId(id: string): Promise<User | undefined>;
  /** The user these belong to, or undefined; takes as long either way. */
  check(email: string, password: string): Promise<User | undefined>;
  suspend(id: string): Promise<void>;
}

/** Scrypt's cost where passwords are real, and where tests make users by the hundred. */
const COST = { careful: 2 ** 14, cheap: 2 ** 4 };

/** `cheap`: for test environments only. */
export function createUsers(database: Database, cheap: boolean): Users {
  const cost = cheap ? COST.cheap : COST.careful;
  const nobody = hash("nobody's password", cost);
  return {
    async add({ email, name, role }, password) {
      const id = crypto.randomUUID();
      const suspended = role === "suspended";
      const added = await database.all(
        "INSERT INTO users VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        id,
        email,
        await hash(password, cost),
        name,
        role,
        suspended ? 1 : 0,
      );
      return added.length > 0 ? { id, email, name, role, suspended } : undefined;
    },
    async byId(id) {
      const [row] = await database.all("SELECT * FROM users WHERE id = ?", id);
      return row && userOf(row);
    },
    async check(email, password) {
      const [row] = await database.all("SELECT * FROM users WHERE email = ?", email);
      const matches = await isHashOf(row ? text(row["password"]) : await nobody, password);
      return row && matches ? userOf(row) : undefined;
    },
    async suspend(id) {
      await database.all("UPDATE users SET suspended = 1 WHERE id = ?", id);
    },
  };
}

const userOf = (row: Row): User => ({
  id: text(row["id"]),
  email: text(row["email"]),
  name: text(row["name"]),
  role: text(row["role"]) as Role, // only this file writes it
  suspended: number(row["suspended"]) === 1,
});

/** `cost$salt$hash`, so that the cost can be raised without losing anybody. */
async function hash(password: string, cost: number): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return `${cost}$${salt.toString("base64")}$${key.toString("base64")}`;
}

async function isHashOf(stored: string, password: string): Promise<boolean> {
  const [cost = "", salt = "", key = ""] = stored.split("$");
  const expected = Buffer.from(key, "base64");
  const given = await derive(password, Buffer.from(salt, "base64"), Number(cost));
  return timingSafeEqual(expected, given);
}

function derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password, salt, 32, { N: cost }, (error, key) => error ? reject(error) : resolve(key))
  );
}
