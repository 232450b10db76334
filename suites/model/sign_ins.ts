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

/** All attempts to sign in on a connection, in order. The n-th success answers the n-th attempt that was right. */
export function readSignIns(connection: Connection): SignIn[] {
  const attempts = connection.sent.filter(({ frame }) => frame.event === "pusher:signin");
  const successes = connection.received.filter(({ frame }) =>
    frame.event === "pusher:signin_success"
  );
  const isPlain = attempts.length === 1;
  const used = new Set<Message>();
  return attempts.map((sent) => {
    const { auth, user_data } = dataOf(sent.frame.data);
    const userData = typeof user_data === "string" ? user_data : undefined;
    const decoded = userData === undefined ? undefined : readJson(userData);
    const fields = isRecord(decoded) ? decoded : {};
    const success = successes.find((message) =>
      message.seq > sent.seq && !used.has(message) &&
      (isPlain || dataOf(message.frame.data).user_data === user_data)
    );
    if (success) used.add(success);
    const { watchlist } = fields;
    return {
      connection,
      sent,
      userData,
      userId: typeof fields.id === "string" && fields.id !== "" ? fields.id : undefined,
      watchlist: watchlist === undefined
        ? []
        : Array.isArray(watchlist) && watchlist.every((id) => typeof id === "string")
        ? watchlist
        : undefined,
      signature: signature(connection, auth, userData),
      success,
      isPlain,
    };
  });
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
