/** Who signed in on which connection, and what the server made of it (P-182 to P-188). */
import { signUser } from "../wire/signature.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { dataOf } from "./answers.ts";
import type { Connection, Message } from "./connections.ts";

export interface SignIn {
  readonly connection: Connection;
  readonly sent: Message;
  readonly userData: string | undefined;
  /** The id in the user data; `undefined` where there is none. */
  readonly userId: string | undefined;
  /** The ids it wants to hear of; `undefined` where the list is not one of strings. */
  readonly watchlist: readonly string[] | undefined;
  /** `open` where the documents do not settle it. */
  readonly signature: "right" | "wrong" | "open";
  readonly success: Message | undefined;
  /** Whether the answer is certainly this one's, and not that to another attempt. */
  readonly isPlain: boolean;
}

/** All attempts to sign in on a connection, in order. */
export function readSignIns(connection: Connection): SignIn[] {
  const attempts = connection.sent.filter(({ frame }) => frame.event === "pusher:signin")
    .map((sent) => readAttempt(connection, sent));
  const isPlain = attempts.length === 1;
  const answered = new Map<Message, Message>();
  for (const message of connection.received) {
    if (message.frame.event !== "pusher:signin_success") continue;
    const { user_data } = dataOf(message.frame.data);
    const open = attempts.filter(({ sent, userData }) =>
      sent.seq < message.seq && !answered.has(sent) && (isPlain || userData === user_data)
    );
    // A refused attempt goes unnamed, so a success belongs to the first that may be right.
    const attempt = open.find(({ signature }) => signature !== "wrong") ?? open[0];
    if (attempt) answered.set(attempt.sent, message);
  }
  return attempts.map((attempt) => ({ ...attempt, success: answered.get(attempt.sent), isPlain }));
}

function readAttempt(
  connection: Connection,
  sent: Message,
): Omit<SignIn, "success" | "isPlain"> {
  const { auth, user_data } = dataOf(sent.frame.data);
  const userData = typeof user_data === "string" ? user_data : undefined;
  const decoded = userData === undefined ? undefined : readJson(userData);
  const { id, watchlist } = isRecord(decoded) ? decoded : {};
  return {
    connection,
    sent,
    userData,
    userId: typeof id === "string" && id !== "" ? id : undefined,
    watchlist: watchlist === undefined
      ? []
      : Array.isArray(watchlist) && watchlist.every((watched) => typeof watched === "string")
      ? watchlist
      : undefined,
    signature: signature(connection, auth, userData),
  };
}

function signature(
  { app, socketId }: Connection,
  auth: unknown,
  userData: string | undefined,
): SignIn["signature"] {
  if (!app || socketId === undefined) return "open";
  if (typeof auth !== "string" || userData === undefined) return "wrong";
  const right = signUser(app, socketId, userData);
  if (auth === right) return "right";
  // One page of the documents shows another form (A3); upper-case hexadecimal is left open.
  return auth.toLowerCase() === right.toLowerCase() || auth.includes("::user::") ? "open" : "wrong";
}

/** The user a connection is signed in as when it sends message `seq`; `open` where that is not certain. */
export function signedInAs(
  signIns: readonly SignIn[],
  seq: number,
): { readonly userId: string | undefined } | "open" {
  const begun = signIns.filter(({ sent }) => sent.seq < seq);
  if (begun.length === 0) return { userId: undefined };
  const [only] = begun;
  return begun.length === 1 && only?.success && only.success.seq < seq
    ? { userId: only.userId }
    : "open";
}
