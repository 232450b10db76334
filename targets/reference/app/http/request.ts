/** What a request says, read once: its body, and whom it comes from. */
import type { Context } from "hono";
import { z } from "zod";
import type { Caller } from "../changes.ts";
import type { Session } from "../sessions.ts";
import type { User } from "../users.ts";

/** What middleware has found out before a route is asked. */
export interface Known {
  Variables: { session: Session | undefined; user: User | undefined };
}
export type Asked = Context<Known>;

/** A request that cannot be answered as it is; the message is for the person who wrote it. */
export class HttpError extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 409 | 419 | 422,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** JSON or a form, as the schema says. Throws `HttpError` 422 with what is wrong. */
export async function bodyOf<T>(asked: Asked, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await rawBody(asked));
  if (parsed.success) return parsed.data;
  throw new HttpError(422, "invalid", z.prettifyError(parsed.error));
}

async function rawBody(asked: Asked): Promise<unknown> {
  const type = asked.req.header("content-type") ?? "";
  if (type.includes("form")) return await asked.req.parseBody();
  const text = await asked.req.text();
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(422, "invalid", "The body is not valid JSON");
  }
}

/** Who is logged in. Throws `HttpError` 401. */
export function userOf(asked: Asked): User {
  const user = asked.get("user");
  if (user === undefined) throw new HttpError(401, "unauthenticated", "Log in first");
  return user;
}

/** Who is logged in, and not suspended. Throws `HttpError` 401 or 403. */
export function activeUserOf(asked: Asked): User {
  const user = userOf(asked);
  if (user.suspended) throw new HttpError(403, "suspended", "This account is suspended");
  return user;
}

export function callerOf(asked: Asked, user: User, idempotencyKey?: string): Caller {
  return {
    userId: user.id,
    socketId: asked.req.header("x-socket-id") ?? null,
    idempotencyKey: idempotencyKey ?? asked.req.header("idempotency-key") ?? null,
  };
}

/** A whole amount of money above nothing, also when it comes as text from a form. */
export const amount = z.coerce.number().int().min(1).max(1_000_000_000_000);
export const key = z.string().min(1).max(100).optional();

/** A version that a client has seen. */
export const since = z.coerce.number().int().min(0).default(0);

export function notFound(what: string): never {
  throw new HttpError(404, "not_found", `There is no such ${what}`);
}
