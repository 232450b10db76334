/** The list of members that `subscription_succeeded` brings on a presence channel (P-115 to P-118). */
import type { Evidence } from "../../record/evidence.ts";
import { frameOf, isFrame } from "../../record/frames.ts";
import { show } from "../../language/matcher.ts";
import { isRecord, readJson } from "../../wire/frame.ts";

export interface Roster {
  readonly ids: readonly unknown[];
  readonly hash: Readonly<Record<string, unknown>>;
  readonly count: unknown;
}

/** The roster this frame brings, or in words why it brings none. */
export function rosterOf(event: Evidence): Roster | string {
  const decoded = frameOf(event)?.decoded;
  const presence = isRecord(decoded) ? decoded.presence : undefined;
  if (!isRecord(presence)) return "its data has no object presence";
  const { ids, hash, count } = presence;
  if (!Array.isArray(ids)) return `presence.ids is no list: ${show(ids)}`;
  if (!isRecord(hash)) return `presence.hash is no object: ${show(hash)}`;
  return { ids, hash, count };
}

/** Why `ids`, `hash` and `count` do not tell of the same members; `undefined` when they do (P-116). */
export function rosterFault({ ids, hash, count }: Roster): string | undefined {
  const names = ids.map(String);
  const distinct = new Set(names);
  if (distinct.size < names.length) return `ids names somebody twice: ${show(ids)}`;
  if (count !== names.length) return `count is ${show(count)} where ids has ${names.length}`;
  const missing = names.find((name) => !Object.hasOwn(hash, name));
  if (missing !== undefined) return `hash lacks ${missing}, whom ids names`;
  const extra = Object.keys(hash).find((name) => !distinct.has(name));
  return extra === undefined ? undefined : `hash has ${extra}, whom ids does not name`;
}

/** True when the frame brings the roster of this channel. */
export function bringsRoster(event: Evidence, channel: string): boolean {
  return isFrame(event, { event: "pusher_internal:subscription_succeeded", channel });
}

/** The members that the answer to `GET /channels/{channel}/users` names (P-270). */
export function usersIn(response: Evidence | undefined): ReadonlySet<string> | undefined {
  const body = response?.kind === "response" ? readJson(response.body) : undefined;
  if (!isRecord(body) || !Array.isArray(body.users)) return undefined;
  return new Set(body.users.map((user) => String(isRecord(user) ? user.id : user)));
}
