/** What a request says, read once: its body, and whom it comes from. */
import type { Context } from "hono";
import { z } from "zod";
import { isStaff } from "../access.ts";
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
    readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 419 | 422 | 503,
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

/** The query, as the schema says. Throws `HttpError` 422 with what is wrong. */
export function queryOf<T>(asked: Asked, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(asked.req.query());
  if (parsed.success) return parsed.data;
  throw new HttpError(422, "invalid", z.prettifyError(parsed.error));
}

async function rawBody(asked: Asked): Promise<unknown> {
  const type = asked.req.header("content-type") ?? "";
  if (type.includes("form")) {
    try {
      return await asked.req.parseBody();
    } catch {
      throw new HttpError(422, "invalid", "The body is not a valid form");
    }
  }
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

/** One of those who run the place. Throws `HttpError` 401, or 403 with `why` it is for them. */
export function staffOf(asked: Asked, why: string): User {
  const user = activeUserOf(asked);
  if (!isStaff(user)) throw new HttpError(403, "forbidden", why);
  return user;
}

/** Throws `HttpError` 422 when a header is not what it should be. */
export function callerOf(asked: Asked, user: User, idempotencyKey?: string): Caller {
  return {
    userId: user.id,
    // No WebSocket server takes an event that is to leave out something which is no socket.
    socketId: headerOf(asked, "x-socket-id", socketId) ?? null,
    idempotencyKey: idempotencyKey ?? headerOf(asked, "idempotency-key", key) ?? null,
  };
}

function headerOf<T>(asked: Asked, name: string, schema: z.ZodType<T>): T | undefined {
  const value = asked.req.header(name);
  if (value === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpError(422, "invalid", `${name}: ${z.prettifyError(parsed.error)}`);
}

/** As a WebSocket server gives them out, and nothing else: it is signed, and sent on (P-109). */
export const socketId = z.string().regex(/^\d{1,20}\.\d{1,20}$/, {
  error: "expected a socket id such as 1234.5678",
});

const digits = z.string().regex(/^\d{1,15}$/, { error: "expected a whole number" }).transform(
  Number,
);

/** A whole amount of money above nothing, also when it comes as text from a form. */
export const amount = z.union([z.number(), digits], { error: "expected a whole number" })
  .pipe(z.int().min(1).max(1_000_000_000_000));
export const key = z.string().regex(/^\P{C}{1,100}$/u, {
  error: "expected up to 100 printable characters",
}).optional();

/** A version that a client has seen. */
export const since = z.union([z.undefined().transform(() => 0), digits]);

export function notFound(what: string): never {
  throw new HttpError(404, "not_found", `There is no such ${what}`);
}
