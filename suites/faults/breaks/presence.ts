/** Servers that are wrong about who is there (P-110 to P-132, P-302): the snapshot and who may join. */
import { alterData, crash, precededBy } from "../actions.ts";
import type { Break, Passage } from "../break.ts";
import { asObject, type Json, parseObject, withData } from "../message.ts";
import { message } from "../replies.ts";
import type { FrameCondition } from "../rules.ts";
import { toClient, toTarget } from "../rules.ts";
import {
  admit,
  channelIn,
  confirm,
  dataIn,
  fieldIn,
  isUnauthorized,
  refuse,
} from "../subscribing.ts";
import { memberOf } from "../world.ts";

const SNAPSHOT = {
  event: "pusher_internal:subscription_succeeded",
  channel: "presence-*",
} as const;

interface Snapshot {
  readonly ids: readonly string[];
  readonly hash: Json;
  readonly count: number;
}

/** The snapshot with something else in it. */
function altered(change: (snapshot: Snapshot, passage: Passage) => Json) {
  return alterData((data, passage) => {
    const presence = asObject(data["presence"]) ?? {};
    const hash = asObject(presence["hash"]) ?? {};
    const ids = Object.keys(hash);
    const snapshot = { ids, hash, count: ids.length };
    return { ...data, presence: { ...presence, ...change(snapshot, passage) } };
  });
}

/** The snapshot without some of its members, in all three of its fields. */
function without(isMissing: (id: string, passage: Passage) => boolean) {
  return altered(({ hash }, passage) => {
    const kept = Object.entries(hash).filter(([id]) => !isMissing(id, passage));
    return { ids: kept.map(([id]) => id), hash: Object.fromEntries(kept), count: kept.length };
  });
}

function own({ line, message }: Passage): string | undefined {
  return memberOf(line, String(message?.["channel"]));
}

/** Subscribes to presence channels, of which `where` picks some. */
function joining(where: (passage: Passage, member: Json | undefined) => boolean): FrameCondition {
  return {
    event: "pusher:subscribe",
    channel: "presence-*",
    where: (passage) => where(passage, parseObject(fieldIn(passage, "channel_data") ?? "")),
  };
}

/** The ids of a channel's members, as far as they came through the proxy. */
function membersOf(passage: Passage): ReadonlySet<string> {
  return new Set(tabsOf(passage));
}

/** Of every connection to the channel, whose it is. */
function tabsOf(passage: Passage): readonly string[] {
  return [...passage.line.world.lines].flatMap((line) => memberOf(line, channelIn(passage)) ?? []);
}

const FULL = 100;

export const PRESENCE: readonly Break[] = [
  {
    name: "member-unnamed-admitted",
    title: "Admits to a presence channel who does not say who he is.",
    violates: ["P-110", "P-113"],
    rules: [
      toTarget(joining((_, member) => member === undefined || !("user_id" in member)), admit),
    ],
  },
  {
    name: "member-without-info-refused",
    title: "Refuses members of whom nothing but the id is said.",
    violates: ["P-113"],
    rules: [
      toTarget(
        joining((_, member) =>
          member !== undefined && "user_id" in member && !("user_info" in member)
        ),
        refuse(),
      ),
    ],
  },
  {
    name: "member-unnamed-fatal",
    title: "Falls over `channel_data` that is no JSON object.",
    violates: ["P-032"],
    rules: [
      toTarget(
        joining((seen, member) =>
          dataIn(seen)["channel_data"] !== undefined && member === undefined
        ),
        crash,
      ),
    ],
  },
  {
    name: "channel-data-not-signed",
    title: "Leaves `channel_data` out of what it verifies.",
    violates: ["P-111", "P-112"],
    rules: [toTarget(joining(isUnauthorized), admit)],
  },
  {
    name: "channel-data-reserialized-before-verifying",
    title: "Parses `channel_data` and writes it anew before it verifies the signature.",
    violates: ["P-111"],
    rules: [
      toTarget(
        joining((seen, member) => {
          const given = fieldIn(seen, "channel_data");
          return member !== undefined && given !== JSON.stringify(member);
        }),
        refuse(),
      ),
    ],
  },
  {
    name: "snapshot-missing",
    title: "Confirms a presence subscription without telling who is there.",
    violates: ["P-115", "P-117", "P-132", "P-144", "P-114"],
    rules: [toClient(SNAPSHOT, alterData(() => ({})))],
  },
  {
    name: "snapshot-lists-connections",
    title: "Lists a user in the snapshot as often as he has connections.",
    violates: ["P-116"],
    rules: [
      toClient(
        SNAPSHOT,
        altered(({ ids }) => ({ ids: [...ids, ...ids], count: ids.length * 2 })),
      ),
    ],
  },
  {
    name: "snapshot-count-wrong",
    title: "Counts one member too many.",
    violates: ["P-116"],
    rules: [toClient(SNAPSHOT, altered(({ count }) => ({ count: count + 1 })))],
  },
  {
    name: "snapshot-without-oneself",
    title: "Leaves the subscriber out of his own snapshot.",
    violates: ["P-117", "P-111", "P-118", "P-144"],
    rules: [toClient(SNAPSHOT, without((id, passage) => id === own(passage)))],
  },
  {
    name: "snapshot-without-others",
    title: "Shows a new subscriber nobody but himself.",
    violates: ["P-115", "P-125", "P-302", "P-118", "P-123", "P-124", "P-132", "P-146"],
    rules: [toClient(SNAPSHOT, without((id, passage) => id !== own(passage)))],
  },
  {
    name: "snapshot-user-info-lost",
    title: "Gives `true` for every member's user info.",
    violates: ["P-118", "P-132"],
    rules: [
      toClient(
        SNAPSHOT,
        altered(({ ids }) => ({ hash: Object.fromEntries(ids.map((id) => [id, true])) })),
      ),
    ],
  },
  {
    name: "snapshot-user-info-swapped",
    title: "Gives members each other's user info.",
    violates: ["P-118"],
    rules: [
      toClient(
        SNAPSHOT,
        altered(({ ids, hash }) => ({
          hash: Object.fromEntries(ids.map((id, at) => [id, hash[ids.at(at - 1) ?? id] ?? "?"])),
        })),
      ),
    ],
  },
  {
    name: "snapshot-without-bare-members",
    title: "Leaves out of the snapshot's hash whom the application says nothing of but the id.",
    violates: ["P-118"],
    rules: [
      toClient(
        SNAPSHOT,
        altered(({ hash }) => ({
          hash: Object.fromEntries(
            Object.entries(hash).filter(([, info]) => Object.keys(asObject(info) ?? {}).length > 0),
          ),
        })),
      ),
    ],
  },
  {
    name: "events-before-snapshot",
    title: "Sends a channel's events to a subscriber before it has confirmed the subscription.",
    violates: ["P-128"],
    rules: [
      toClient(
        SNAPSHOT,
        precededBy((passage) =>
          message(
            "pusher_internal:member_added",
            { user_id: own(passage), user_info: {} },
            channelIn(passage),
          )
        ),
      ),
    ],
  },
  {
    name: "full-channel-admits",
    title: "Admits the 101st member to a presence channel.",
    violates: ["P-129"],
    rules: [toTarget(joining((seen) => membersOf(seen).size >= FULL), confirm)],
  },
  {
    name: "full-channel-refuses-second-tab",
    title: "Refuses a member's second tab where the channel is full.",
    violates: ["P-130"],
    rules: [
      toTarget(
        joining((seen, member) =>
          membersOf(seen).size >= FULL && membersOf(seen).has(String(member?.["user_id"]))
        ),
        refuse(4100, "Channel is full"),
      ),
    ],
  },
  {
    name: "full-channel-counts-tabs",
    title: "Counts connections, not members, against the limit of a presence channel.",
    violates: ["P-129"],
    rules: [
      toTarget(
        joining((seen, member) =>
          tabsOf(seen).length >= FULL && !membersOf(seen).has(String(member?.["user_id"]))
        ),
        refuse(4100, "Channel is full"),
      ),
    ],
  },
  {
    name: "large-member-admitted",
    title: "Admits a member whatever the size of his id and his user info.",
    violates: ["P-131"],
    rules: [
      toTarget(
        joining((seen, member) =>
          String(member?.["user_id"]).length > 128 ||
          (fieldIn(seen, "channel_data") ?? "").length > 1024
        ),
        confirm,
      ),
    ],
  },
  {
    name: "signed-in-member-must-repeat-himself",
    title: "Asks a signed-in user for `channel_data`.",
    violates: ["P-132"],
    rules: [
      toTarget(
        joining((seen, member) => member === undefined && seen.line.knowledge.user !== undefined),
        refuse(4009, "channel_data is missing"),
      ),
    ],
  },
  {
    name: "signin-overrides-channel-data",
    title: "Takes the signed-in id for a member's, whatever his `channel_data` says.",
    violates: ["P-132"],
    rules: [
      toTarget(
        joining((seen, member) => member !== undefined && seen.line.knowledge.user !== undefined),
        (passage) => {
          const { line, message } = passage;
          if (message === undefined) return;
          const channel_data = JSON.stringify({ user_id: line.knowledge.user });
          const claimed = withData(message, { ...dataIn(passage), channel_data });
          return admit({ ...passage, message: claimed });
        },
      ),
    ],
  },
];
