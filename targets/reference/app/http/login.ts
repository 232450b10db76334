/** Logging in and out, and the session and CSRF cookies that every page needs. */
import { Hono, type MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Session, Sessions } from "../sessions.ts";
import type { Users } from "../users.ts";
import { type Asked, bodyOf, HttpError, type Known, userOf } from "./request.ts";

const SESSION = "application_session";
const CSRF = "XSRF-TOKEN";

/** Finds the session and its user, and refuses to change anything without the CSRF token. */
export function sessionOf(sessions: Sessions, users: Users): MiddlewareHandler<Known> {
  return async (asked, next) => {
    const id = getCookie(asked, SESSION);
    const session = id === undefined ? undefined : await sessions.find(id);
    asked.set("session", session);
    asked.set(
      "user",
      session?.userId === null || session === undefined
        ? undefined
        : await users.byId(session.userId),
    );
    const changes = asked.req.method !== "GET" && asked.req.method !== "HEAD";
    if (changes && !isTestRoute(asked) && !carriesToken(asked, session)) {
      throw new HttpError(419, "csrf", "The CSRF token is missing or wrong; get a new one");
    }
    await next();
  };
}

const isTestRoute = (asked: Asked) => asked.req.path.startsWith("/testing/");

function carriesToken(asked: Asked, session: Session | undefined): boolean {
  const given = asked.req.header("x-xsrf-token") ?? asked.req.header("x-csrf-token");
  if (session === undefined || given === undefined) return false;
  const [a, b] = [Buffer.from(given), Buffer.from(session.csrf)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** `left` is told of who logs out. */
export function loginRoutes(
  sessions: Sessions,
  users: Users,
  left: (userId: string) => Promise<void>,
): Hono<Known> {
  const credentials = z.object({ email: z.string().max(200), password: z.string().max(200) });

  async function begin(asked: Asked, userId: string | null): Promise<void> {
    const before = asked.get("session");
    if (before !== undefined) await sessions.end(before.id);
    const session = await sessions.begin(userId);
    setCookie(asked, SESSION, session.id, { httpOnly: true, sameSite: "Lax", path: "/" });
    setCookie(asked, CSRF, session.csrf, { sameSite: "Lax", path: "/" });
  }

  return new Hono<Known>()
    .get("/sanctum/csrf-cookie", async (asked) => {
      const session = asked.get("session");
      if (session === undefined) await begin(asked, null);
      else setCookie(asked, CSRF, session.csrf, { sameSite: "Lax", path: "/" });
      return asked.body(null, 204);
    })
    .post("/login", async (asked) => {
      const { email, password } = await bodyOf(asked, credentials);
      const user = await users.check(email, password);
      if (user === undefined) {
        throw new HttpError(422, "wrong_credentials", "These credentials do not match our records");
      }
      await begin(asked, user.id); // under another id: what was known before is worth nothing now
      return asked.body(null, 204);
    })
    .post("/logout", async (asked) => {
      const user = asked.get("user");
      if (user !== undefined) await left(user.id);
      await begin(asked, null);
      return asked.body(null, 204);
    })
    .get("/user", (asked) => {
      const { id, name, email, role } = userOf(asked);
      return asked.json({ data: { id, name, email, role } });
    });
}
