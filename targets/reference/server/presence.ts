/** Presence channels: who somebody is, and the frames that tell others (P-110 to P-131). */
import type { Buffer } from "node:buffer";
import { Buffer as Bytes } from "node:buffer";
import { parseExactly } from "./exact_json.ts";
import { eventFrame } from "./frames.ts";
import { isObject } from "./messages.ts";
import type { AppSettings } from "./settings.ts";
import type { Member } from "./state.ts";

type Limits = Pick<AppSettings, "maxUserIdLength" | "maxUserInfoBytes">;

/** A member, or in words why there is none. */
export type MemberReading =
  | { readonly ok: true; readonly member: Member }
  | { readonly ok: false; readonly why: string };

/** Reads `channel_data`: a JSON object with `user_id` and optional `user_info` (P-113). */
export function readMember(channelData: string, limits: Limits): MemberReading {
  let parsed: unknown;
  try {
    parsed = JSON.parse(channelData);
  } catch {
    return { ok: false, why: "channel_data is not valid JSON" };
  }
  if (!isObject(parsed)) return { ok: false, why: "channel_data must be a JSON object" };
  const userId = readUserId(parsed["user_id"]);
  if (userId === undefined) return { ok: false, why: "channel_data has no usable user_id" };
  return checkMember(userId, infoIn(channelData), limits);
}

/**
 * The `user_info` of channel or user data as JSON text, its numbers as they were written (P-324);
 * undefined when it is nested too deeply to be written.
 */
export function infoIn(data: string): string | undefined {
  try {
    const parsed = parseExactly(data);
    return JSON.stringify(isObject(parsed) ? parsed["user_info"] ?? null : null);
  } catch {
    return undefined;
  }
}

/** Holds a user's id and info against the app's limits (P-131). */
export function checkMember(
  userId: string,
  userInfo: string | undefined,
  limits: Limits,
): MemberReading {
  if (userId.length > limits.maxUserIdLength) {
    return { ok: false, why: `The user id is longer than ${limits.maxUserIdLength} characters` };
  }
  if (userInfo === undefined || Bytes.byteLength(userInfo) > limits.maxUserInfoBytes) {
    return { ok: false, why: `The user info is larger than ${limits.maxUserInfoBytes} bytes` };
  }
  return { ok: true, member: { userId, userInfo } };
}

/** Strings, and the whole numbers that JSON carries exactly (P-114). */
function readUserId(value: unknown): string | undefined {
  if (typeof value === "string" && value !== "") return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/**
 * The `data` of a presence channel's `subscription_succeeded` (P-115 to P-118). Put together as
 * text, so that no user id can be mistaken for a property of the language.
 */
export function presenceData(members: readonly Member[]): string {
  const ids = members.map(({ userId }) => JSON.stringify(userId));
  const hash = members.map(({ userId, userInfo }) => `${JSON.stringify(userId)}:${userInfo}`);
  return `{"presence":{"ids":[${ids.join()}],"hash":{${hash.join()}},"count":${members.length}}}`;
}

/** P-119 */
export function memberAddedFrame(channel: string, { userId, userInfo }: Member): Buffer {
  return eventFrame({
    event: "pusher_internal:member_added",
    channel,
    data: `{"user_id":${JSON.stringify(userId)},"user_info":${userInfo}}`,
  });
}

/** P-122 */
export function memberRemovedFrame(channel: string, userId: string): Buffer {
  return eventFrame({
    event: "pusher_internal:member_removed",
    channel,
    data: JSON.stringify({ user_id: userId }),
  });
}
