/** Whether a request to subscribe has to be let in, refused, or may be either (P-095 to P-113, P-191). */
import { signChannel } from "../wire/signature.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { accessOf, isPlainName, userOf } from "./channel_kind.ts";
import type { Connection } from "./connections.ts";
import { idText } from "./json.ts";
import { signedInAs, type SignIn } from "./sign_ins.ts";

export interface Request {
  readonly connection: Connection;
  readonly channel: string;
  readonly auth: unknown;
  readonly channelData: unknown;
  readonly sentAt: number;
}

export type Admission =
  | { readonly kind: "right" }
  | { readonly kind: "open" }
  /** To be refused, for this reason, by this requirement. */
  | { readonly kind: "wrong"; readonly requirement: string; readonly why: string };

/** A member of a presence channel, as its connection is known there. */
export interface Member {
  readonly id: string;
  readonly info: unknown;
  /** The user info comes from the sign-in, in a form the documents do not settle. */
  readonly isInfoOpen: boolean;
}

const RIGHT: Admission = { kind: "right" };
const OPEN: Admission = { kind: "open" };
const wrong = (requirement: string, why: string): Admission => ({
  kind: "wrong",
  requirement,
  why,
});

/** `others` are the connections and channels whose signatures this one may have borrowed. */
export function admissionOf(
  request: Request,
  signIns: readonly SignIn[],
  others: { readonly socketIds: readonly string[]; readonly channels: readonly string[] },
): Admission {
  const { channel, connection } = request;
  switch (accessOf(channel)) {
    case "public":
      return isPlainName(channel) ? RIGHT : OPEN;
    case "reserved":
      return OPEN;
    case "user":
      return userChannel(channel, connection, signIns, request.sentAt);
    case "private":
      return signature(request, others);
    case "presence": {
      const signed = signature(request, others);
      return signed.kind === "right" ? identity(request, signIns) : signed;
    }
  }
}

function userChannel(
  channel: string,
  { received }: Connection,
  signIns: readonly SignIn[],
  sentAt: number,
): Admission {
  const user = userOf(channel);
  const admittedAt =
    received.find(({ frame }) =>
      frame.event === "pusher_internal:subscription_succeeded" && frame.channel === channel
    )?.seq ?? Infinity;
  const mine = signIns.filter(({ userId, sent }) => userId === user && sent.seq < admittedAt);
  if (mine.length === 0) {
    return wrong("P-191", `only who is signed in as ${user} may subscribe to ${channel}`);
  }
  return mine.some(({ success }) => success && success.seq < sentAt) ? RIGHT : OPEN;
}

function signature(
  { connection, channel, auth, channelData }: Request,
  { socketIds, channels }: Parameters<typeof admissionOf>[2],
): Admission {
  const { app, socketId } = connection;
  const isPresence = accessOf(channel) === "presence";
  if (!app || socketId === undefined) return OPEN;
  if (auth === undefined || auth === null || auth === "") {
    return wrong(isPresence ? "P-110" : "P-095", `${channel} needs auth, and none was sent`);
  }
  if (typeof auth !== "string") return wrong("P-101", "auth is not a string");
  if (channelData !== undefined && channelData !== null && typeof channelData !== "string") {
    return OPEN;
  }
  const data = channelData ?? undefined;
  // On private channels the signature may cover channel_data or leave it out.
  const rights = [
    signChannel(app, socketId, channel, data),
    ...(isPresence ? [] : [signChannel(app, socketId, channel)]),
  ];
  if (rights.includes(auth)) return isPlainName(channel) ? RIGHT : OPEN;
  if (rights.some((right) => right.toLowerCase() === auth.toLowerCase())) return OPEN;
  const digits = auth.slice(auth.indexOf(":") + 1);
  if (rights.some((right) => right.endsWith(`:${digits}`))) {
    return wrong("P-100", "the key in auth is not the app's");
  }
  if (!/^[^:]+:[0-9a-f]{64}$/.test(auth)) return wrong("P-101", "auth is malformed");
  const signs = (id: string, name: string) => signChannel(app, id, name, data) === auth;
  if (socketIds.some((id) => signs(id, channel))) {
    return wrong("P-099", "auth was made for another socket");
  }
  if (channels.some((name) => signs(socketId, name))) {
    return wrong("P-098", "auth was made for another channel");
  }
  return wrong("P-097", "the signature in auth is not that of this socket and channel");
}

/** A presence channel needs to know who it is (P-110, P-113, P-132). */
function identity(request: Request, signIns: readonly SignIn[]): Admission {
  const { channelData, sentAt } = request;
  if (channelData === undefined || channelData === null) {
    const user = signedInAs(signIns, sentAt);
    if (user === "open") return OPEN;
    return user.userId === undefined
      ? wrong("P-110", "no channel_data was sent, and nobody is signed in")
      : RIGHT;
  }
  const decoded = typeof channelData === "string" ? readJson(channelData) : undefined;
  if (!isRecord(decoded) || decoded.user_id === undefined) {
    return wrong("P-113", "channel_data names no user_id");
  }
  return idText(decoded.user_id) ? RIGHT : OPEN;
}

/** Whom a presence channel takes the subscriber for; `undefined` where that is open. */
export function memberOf(request: Request, signIns: readonly SignIn[]): Member | undefined {
  const { channelData, sentAt } = request;
  if (typeof channelData === "string") {
    const decoded = readJson(channelData);
    const id = isRecord(decoded) ? idText(decoded.user_id) : undefined;
    if (!isRecord(decoded) || id === undefined) return undefined;
    return { id, info: decoded.user_info, isInfoOpen: false };
  }
  const user = signedInAs(signIns, sentAt);
  return user === "open" || user.userId === undefined
    ? undefined
    : { id: user.userId, info: undefined, isInfoOpen: true };
}
