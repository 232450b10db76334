/** Signing in, and ending a user's connections (P-182 to P-200). */
import type { App } from "./app.ts";
import { admitAuthorized } from "./authorized.ts";
import { closeCodes } from "./close_codes.ts";
import { close, type Connection, overQuota, refuse, send } from "./connection.ts";
import { errorFrame, eventFrame } from "./frames.ts";
import { isObject } from "./messages.ts";
import { checkMember, infoIn } from "./presence.ts";
import { isAuthorizedBy, userString } from "./signature.ts";
import type { AppSettings } from "./settings.ts";
import type { MaybePromise, Member } from "./state.ts";
import { andThen } from "./turns.ts";
import { MAX_WATCHED, tellWatchlist } from "./watchlist.ts";

export interface SignInRequest {
  readonly auth: string;
  /** JSON text, signed as sent. */
  readonly userData: string;
}

type UserReading =
  | { readonly ok: true; readonly user: Member; readonly watchlist: readonly string[] }
  | { readonly ok: false; readonly why: string };

export function signIn(connection: Connection, request: SignInRequest): MaybePromise<void> {
  const { app, socketId } = connection;
  if (!isAuthorizedBy(app.settings, userString(socketId, request.userData), request.auth)) {
    const reason = "The sign-in's auth is wrong";
    app.events.authenticationFailed?.({ app: app.settings.id, of: "user", reason });
    return refuse(connection, reason);
  }
  const reading = readUser(request.userData, app.settings);
  if (!reading.ok) return refuse(connection, reading.why);
  if (connection.user === undefined) {
    return andThen(
      admitAuthorized(connection),
      (admitted) => admitted ? enter(connection, request, reading) : close(connection, overQuota),
    );
  }
  return connection.user.id === reading.user.userId
    ? confirm(connection, request)
    : refuse(connection, "The connection is signed in as another user");
}

function enter(
  connection: Connection,
  request: SignInRequest,
  { user, watchlist }: UserReading & { ok: true },
): MaybePromise<void> {
  const { app } = connection;
  const watched = app.settings.watchlist ? watchlist.slice(0, MAX_WATCHED) : [];
  connection.user = { id: user.userId, userInfo: user.userInfo };
  return app.state.signIn(connection, user.userId, watched, (signedIn) => {
    confirm(connection, request);
    if (app.settings.watchlist && watchlist.length > MAX_WATCHED) {
      const message = `A watchlist has at most ${MAX_WATCHED} users; the others are left out`;
      send(connection, errorFrame({ code: 4302, message }));
    }
    tellWatchlist(connection, signedIn);
  });
}

/** P-185: the very text that was signed, and never the signature (P-186). */
function confirm(connection: Connection, { userData }: SignInRequest): void {
  const data = JSON.stringify({ user_data: userData });
  send(connection, eventFrame({ event: "pusher:signin_success", data }));
}

/** Reads `user_data`: a JSON object with a non-empty string `id` (P-184). */
function readUser(userData: string, settings: AppSettings): UserReading {
  let parsed: unknown;
  try {
    parsed = JSON.parse(userData);
  } catch {
    return { ok: false, why: "user_data is not valid JSON" };
  }
  if (!isObject(parsed)) return { ok: false, why: "user_data must be a JSON object" };
  const { id, watchlist = [] } = parsed;
  if (typeof id !== "string" || id === "") {
    return { ok: false, why: "user_data needs a non-empty string id" };
  }
  if (!isStrings(watchlist)) {
    return { ok: false, why: "The watchlist must be an array of user ids" };
  }
  const reading = checkMember(id, infoIn(userData), settings);
  return reading.ok
    ? { ok: true, user: reading.member, watchlist: [...new Set(watchlist)] }
    : reading;
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Closes the connections signed in as the user; others of that name stay (P-193, P-194). */
export function terminateUser(app: App, userId: string): MaybePromise<void> {
  return app.state.terminate(userId, {
    code: closeCodes.unauthorized,
    reason: "The user's connections were terminated",
  });
}
