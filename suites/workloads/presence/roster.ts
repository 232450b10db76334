/** The list of members that `subscription_succeeded` brings on a presence channel (P-115 to P-118). */
import type { Evidence } from "../../record/evidence.ts";
import { frameOf, isFrame } from "../../record/frames.ts";
import { show } from "../../language/matcher.ts";
import { isRecord, readJson } from "../../wire/frame.ts";

/** What of it came in the form that P-115 asks for; each part by itself tells who is there. */
export interface Roster {
  readonly ids?: readonly string[];
  readonly hash?: Readonly<Record<string, unknown>>;
  readonly count?: number;
}

/** The roster this frame brings, as far as it can be read. */
export function rosterOf(event: Evidence): Roster {
  const decoded = frameOf(event)?.decoded;
  const presence = isRecord(decoded) ? decoded.presence : undefined;
  if (!isRecord(presence)) return {};
  const { ids, hash, count } = presence;
  return {
    ...(Array.isArray(ids) ? { ids: ids.map(String) } : {}),
    ...(isRecord(hash) ? { hash } : {}),
    ...(typeof count === "number" || typeof count === "string" ? { count: Number(count) } : {}),
  };
}

/** Who is there, by whatever part of the roster says so. */
export function membersOf({ ids, hash }: Roster): readonly string[] | undefined {
  return ids ?? (hash && Object.keys(hash));
}

/** Why its parts do not tell of the same members; `undefined` when those that are there do (P-116). */
export function rosterFault({ ids, hash, count }: Roster): string | undefined {
  const names = ids ?? [];
  const distinct = new Set(names);
  if (distinct.size < names.length) return `ids names somebody twice: ${show(ids)}`;
  if (ids && count !== undefined && count !== names.length) {
    return `count is ${show(count)} where ids has ${names.length}`;
  }
  const missing = hash && names.find((name) => !Object.hasOwn(hash, name));
  if (missing !== undefined) return `hash lacks ${missing}, whom ids names`;
  const extra = ids && Object.keys(hash ?? {}).find((name) => !distinct.has(name));
  return extra === undefined ? undefined : `hash has ${extra}, whom ids does not name`;
}

/** The parts that the roster lacks, in words; `undefined` when it has all. */
export function lacking({ ids, hash, count }: Roster): string | undefined {
  const parts = Object.entries({ ids, hash, count }).filter(([, part]) => part === undefined);
  return parts.length === 0
    ? undefined
    : `the roster has no ${parts.map(([name]) => name).join(", ")}`;
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
