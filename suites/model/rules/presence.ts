/**
 * What a member of a presence channel is told about the others (P-115 to P-127): the roster that
 * comes with the confirmation, and every arrival and departure after it.
 */
import { isPresence } from "../channel_kind.ts";
import type { Message } from "../connections.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import { idText } from "../json.ts";
import { isRecord } from "../../wire/frame.ts";
import { type Membership, membershipOf } from "../membership.ts";
import { isCertain, isOver, isPossible, type Point, type Stay } from "../stays.ts";
import { text } from "./delivery.ts";
import { judgeInfo, judgeShape } from "./roster_shape.ts";

const SUCCEEDED = "pusher_internal:subscription_succeeded";
const ADDED = "pusher_internal:member_added";
const REMOVED = "pusher_internal:member_removed";

/** Accuses about one channel, as seen by one of its members. */
export type Say = (requirement: string, observation: string, why: string, message: Message) => void;

export function judgePresence(history: History, accuse: Accuse): void {
  for (const { appId, channel } of history.channels) {
    if (!isPresence(channel) || !history.options.owns(channel)) continue;
    const membership = membershipOf(history.staysIn(appId, channel));
    const observers = new Set(history.staysIn(appId, channel).map(({ connection }) => connection));
    for (const observer of observers) {
      if (observer.isForeign) continue;
      const say: Say = (requirement, observation, why, message) =>
        accuse({
          requirement,
          observation,
          message: `${observer.name} received ${text(message)}, but ${why}`,
          quotes: [message.seq],
          part: `${appId} ${channel}`,
        });
      const messages = observer.received.filter(({ frame, seq }) =>
        frame.channel === channel && seq < observer.oddFrom
      );
      observe(messages, history.stays(observer, channel), membership, history, say);
    }
  }
}

/** Follows the roster of one observer, message by message. */
function observe(
  messages: readonly Message[],
  stays: readonly Stay[],
  membership: Membership,
  history: History,
  say: Say,
): void {
  let roster: Set<string> | undefined;
  let confirmed = 0;
  // What it is told of others may be as old as its own request to join.
  const since = stays[0]?.asked ?? { seq: 0, t: 0 };
  let calm = 0;
  const check = (until: number, message: Message | undefined) => {
    for (; (history.quiet[calm] ?? Infinity) < until; calm++) {
      if (roster && message) {
        atRest(roster, stays, history.quiet[calm] ?? 0, membership, message, say);
      }
    }
  };
  let last: Message | undefined;
  for (const message of messages) {
    check(message.seq, last);
    last = message;
    const { event, decoded } = message.frame;
    if (event === SUCCEEDED) {
      const stay = stays.find(({ succeeded }) => succeeded === message);
      const ids = judgeShape(message, stay, say);
      if (!ids) return;
      if (stay) judgeRoster(ids, stay, membership, message, say);
      judgeInfo(message, membership, say);
      roster = new Set(ids);
      confirmed = message.seq;
    } else if (isOfNextStay(message, confirmed, stays)) {
      continue;
    } else if (roster && (event === ADDED || event === REMOVED)) {
      const id = isRecord(decoded) ? idText(decoded.user_id) : undefined;
      if (id === undefined) {
        return say(
          event === ADDED ? "P-119" : "P-122",
          "no user_id",
          "it names no user_id",
          message,
        );
      }
      if (event === ADDED) {
        judgeAdded(id, roster, userAt(message, stays), since, membership, message, say);
        roster.add(id);
      } else {
        judgeRemoved(id, roster, since, membership, message, say);
        roster.delete(id);
      }
    }
  }
  check(Infinity, last);
}

/**
 * Whether it may be about a stay that was asked for after the one before was left, and is not
 * confirmed yet: what was known of the former roster says nothing of it.
 */
const isOfNextStay = ({ seq }: Message, confirmed: number, stays: readonly Stay[]): boolean =>
  stays.some(({ asked, isRenewal }) => !isRenewal && asked.seq > confirmed && asked.seq < seq);

/** The user the observer is here as when a message comes; `undefined` where that is open. */
function userAt({ seq }: Message, stays: readonly Stay[]): string | undefined {
  return stays.findLast(({ isRenewal, succeeded }) =>
    !isRenewal && succeeded !== undefined && succeeded.seq < seq
  )?.member?.id;
}

/** Whoever was there all the while is on the roster, and nobody who cannot have been. */
function judgeRoster(
  ids: readonly string[],
  stay: Stay,
  membership: Membership,
  message: Message,
  say: Say,
): void {
  const listed = new Set(ids);
  for (const [user, stays] of membership.users) {
    if (listed.has(user)) continue;
    if (stays.some((other) => other !== stay && isCertain(other, stay.asked.seq, message.seq))) {
      say("P-125", "member missing from the roster", `${user} was there all the while`, message);
    }
  }
  if (membership.hasUnknown(stay.asked, message)) return;
  for (const id of listed) {
    const theirs = membership.users.get(id) ?? [];
    if (theirs.some((other) => isPossible(other, stay.asked, message))) continue;
    say(
      "P-125",
      "stranger on the roster",
      theirs.length === 0 ? `${id} never joined` : `${id} had left`,
      message,
    );
  }
}

function judgeAdded(
  id: string,
  roster: ReadonlySet<string>,
  own: string | undefined,
  since: Point,
  membership: Membership,
  message: Message,
  say: Say,
): void {
  if (id === own) {
    return say("P-121", "told of itself", "that is the user it is here as", message);
  }
  const stays = membership.users.get(id) ?? [];
  if (roster.has(id)) {
    return judgeAddedTwice(id, stays, since, membership, message, say);
  }
  if (
    !membership.hasUnknown(since, message) &&
    !stays.some((stay) => isPossible(stay, since, message))
  ) {
    return say(
      "P-125",
      "stranger added",
      stays.length === 0 ? `${id} never joined` : `${id} had left`,
      message,
    );
  }
  judgeInfo(message, membership, say);
}

/** Somebody was there already, as far as this observer was told. */
function judgeAddedTwice(
  id: string,
  stays: readonly Stay[],
  since: Point,
  membership: Membership,
  message: Message,
  say: Say,
): void {
  const seen = "added twice";
  // Who it was that came and went is open then; what the observer was told is wrong all the same.
  if (membership.hasUnknown(since, message)) {
    return say("P-127", seen, `${id} was there already`, message);
  }
  const before = stays.filter(({ asked }) => asked.seq < message.seq)
    .toSorted((a, b) => a.asked.seq - b.asked.seq);
  const newest = before.at(-1);
  const last = before.at(-2);
  // Had all earlier ones ended for certain, it is the departure that was never told.
  if (newest && last && before.slice(0, -1).every((stay) => isOver(stay, newest.asked))) {
    const why = `it was never told that ${id} had left before`;
    return say(last.leave ? "P-122" : "P-123", "departure never told", why, message);
  }
  const there = stays.filter((stay) => isPossible(stay, since, message));
  return new Set(there.map(({ connection }) => connection)).size > 1
    ? say("P-120", seen, `${id} was there already, by another connection`, message)
    : say("P-127", seen, `${id} was there already`, message);
}

function judgeRemoved(
  id: string,
  roster: ReadonlySet<string>,
  since: Point,
  membership: Membership,
  message: Message,
  say: Say,
): void {
  if (!roster.has(id)) {
    return say("P-127", "removed without having been there", `${id} was not there`, message);
  }
  const stays = membership.users.get(id) ?? [];
  if (membership.hasUnknown(since, message)) return;
  if (membership.mayHaveLeft(id, since.seq, message.seq)) return;
  const isThere = stays.some(({ from, until }) => from < message.seq && until > message.seq);
  say(
    isThere && stays.length > 1 ? "P-124" : "P-127",
    "removed while still there",
    stays.length > 1 ? `${id} is there by another connection` : `${id} had not left`,
    message,
  );
}

/** When everything that had to come has come, the roster is who is there. */
function atRest(
  roster: ReadonlySet<string>,
  own: readonly Stay[],
  at: number,
  membership: Membership,
  message: Message,
  say: Say,
): void {
  if (!own.some((stay) => isCertain(stay, at, at))) return;
  if (membership.hasUnknown({ seq: at, t: 0 }, { seq: at, t: 0 })) return;
  for (const [user, stays] of membership.users) {
    const isThere = stays.some((stay) => isCertain(stay, at, at));
    const mayBe = stays.some((stay) => isPossible(stay, { seq: at + 0.5, t: 0 }));
    if (isThere && !roster.has(user)) {
      say("P-119", "arrival never told", `it was never told that ${user} came`, message);
    }
    if (!mayBe && roster.has(user)) {
      const byLeave = stays.some(({ leave }) => leave !== undefined);
      say(
        byLeave ? "P-122" : "P-123",
        "departure never told",
        `it was never told that ${user} left`,
        message,
      );
    }
  }
}
