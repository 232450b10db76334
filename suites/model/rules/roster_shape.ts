/** The form of what is said about members, and whether it is their user info (P-115 to P-118). */
import { isRecord } from "../../wire/frame.ts";
import type { Message } from "../connections.ts";
import { canonical, idText, isNothing } from "../json.ts";
import type { Membership } from "../membership.ts";
import type { Stay } from "../stays.ts";
import type { Say } from "./presence.ts";

/** The ids on a roster, where it can be read. */
export function judgeShape(
  message: Message,
  stay: Stay | undefined,
  say: Say,
): readonly string[] | undefined {
  const { decoded, data } = message.frame;
  const presence = isRecord(decoded) ? decoded.presence : undefined;
  if (
    typeof data !== "string" || !isRecord(presence) || !Array.isArray(presence.ids) ||
    !isRecord(presence.hash) || typeof presence.count !== "number"
  ) {
    say(
      "P-115",
      "form of the roster",
      "a roster is {presence: {ids, hash, count}} in a string",
      message,
    );
    return undefined;
  }
  const ids = presence.ids.map(idText);
  if (ids.some((id) => id === undefined)) {
    say("P-115", "form of the roster", "ids are strings", message);
    return undefined;
  }
  const known = ids.flatMap((id) => id ?? []);
  const unique = new Set(known);
  const keys = Object.keys(presence.hash);
  if (
    unique.size !== known.length || presence.count !== unique.size ||
    keys.length !== unique.size || keys.some((key) => !unique.has(key))
  ) {
    say(
      "P-116",
      "ids, hash and count differ",
      `it has ${known.length} ids of ${unique.size} users, ${keys.length} in the hash, and a count of ${presence.count}`,
      message,
    );
  }
  const own = stay?.isRenewal ? undefined : stay?.member?.id;
  if (own !== undefined && !unique.has(own)) {
    say("P-117", "itself not on the roster", `${own}, who joins, is not on it`, message);
  }
  return [...unique];
}

/** The user info on a roster or in an arrival is what one of the user's connections brought. */
export function judgeInfo(message: Message, membership: Membership, say: Say): void {
  const { decoded, event } = message.frame;
  // Whoever is there as nobody knows whom may have brought anything.
  if (!isRecord(decoded) || membership.hasUnknown({ seq: 0, t: 0 }, message)) return;
  const presence = isRecord(decoded.presence) ? decoded.presence : {};
  const told: readonly (readonly [string, unknown])[] = isRecord(presence.hash)
    ? Object.entries(presence.hash)
    : [[idText(decoded.user_id) ?? "", decoded.user_info]];
  for (const [user, info] of told) {
    const all = membership.users.get(user) ?? [];
    const found = canonical(info);
    // The first fits nearly always; a user of ten thousand stays is gone through only where none does.
    const fits = all.some(({ asked, member }) =>
      asked.seq < message.seq &&
      (canonical(member?.info) === found || (isNothing(member?.info) && isNothing(info)))
    );
    if (fits) continue;
    const stays = all.filter(({ asked }) => asked.seq < message.seq);
    if (stays.length === 0 || stays.some(({ member }) => member?.isInfoOpen)) continue;
    const isRoster = event.endsWith("subscription_succeeded");
    say(
      isRoster ? "P-118" : "P-119",
      "another user_info",
      `${user} brought ${canonical(stays[0]?.member?.info)}`,
      message,
    );
  }
}
