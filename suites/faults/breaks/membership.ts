/** Servers that are wrong about who comes and goes (P-119 to P-127). */
import { alter, alterData, drop, overtaken, repeat } from "../actions.ts";
import type { Break, FrameAction, Passage } from "../break.ts";
import { dataOf, type Message } from "../message.ts";
import { message } from "../replies.ts";
import { toClient, toTarget } from "../rules.ts";
import { channelIn } from "../subscribing.ts";
import { type Line, memberOf } from "../world.ts";

const ADDED = { event: "pusher_internal:member_added" } as const;
const REMOVED = { event: "pusher_internal:member_removed" } as const;
const JOINED = {
  event: "pusher_internal:subscription_succeeded",
  channel: "presence-*",
} as const;

/** Other connections of the same user in the channel. */
function otherTabs({ line }: Passage, channel: string): readonly Line[] {
  const member = memberOf(line, channel);
  if (member === undefined) return [];
  return [...line.world.lines].filter((other) =>
    other !== line && other.knowledge.subscribed.has(channel) &&
    memberOf(other, channel) === member
  );
}

/** Others are in the channel that this line joins. */
function isInCompany(passage: Passage): boolean {
  const channel = channelIn(passage);
  return [...passage.line.world.lines].some((other) =>
    other !== passage.line && other.knowledge.subscribed.has(channel)
  );
}

/** Tells everybody in the channel but this line and the user's own. */
function tellTheOthers(passage: Passage, channel: string, news: Message): void {
  const { line } = passage;
  const tabs = otherTabs(passage, channel);
  for (const other of line.world.lines) {
    const isThere = other !== line && other.knowledge.subscribed.has(channel);
    if (isThere && !tabs.includes(other)) void other.send("toClient", news);
  }
}

/** Announces that a user has left while another connection of his is still there. */
function announceLeaving(passage: Passage, channel: string): void {
  if (!channel.startsWith("presence-") || otherTabs(passage, channel).length === 0) return;
  const user_id = memberOf(passage.line, channel);
  tellTheOthers(passage, channel, message(REMOVED.event, { user_id }, channel));
}

const announceSecondTab: FrameAction = async (passage) => {
  await passage.pass();
  const channel = channelIn(passage);
  const user_id = memberOf(passage.line, channel);
  tellTheOthers(passage, channel, message(ADDED.event, { user_id, user_info: {} }, channel));
};

/** Tells who has just joined of everybody who was there before, one by one. */
const announceThoseThere: FrameAction = async (passage) => {
  await passage.pass();
  const { line } = passage;
  const channel = channelIn(passage);
  for (const other of line.world.lines) {
    if (other === line || !other.knowledge.subscribed.has(channel)) continue;
    const user_id = memberOf(other, channel);
    await line.send("toClient", message(ADDED.event, { user_id, user_info: {} }, channel));
  }
};

/** The user a `member_removed` is about has joined the channel by several lines. */
function hadSeveralTabs({ line, message }: Passage): boolean {
  const channel = String(message?.["channel"]);
  const left = message && dataOf(message)["user_id"];
  const tabs = [...line.world.lines].filter(({ knowledge }) =>
    String(knowledge.asked.get(channel)?.["channel_data"]).includes(`"${left}"`)
  );
  return tabs.length > 1;
}

/** The user a `member_removed` is about still has a line that once joined the channel. */
function stillConnected({ line, message }: Passage): boolean {
  const channel = String(message?.["channel"]);
  const left = message && dataOf(message)["user_id"];
  return [...line.world.lines].some(({ knowledge }) =>
    String(knowledge.asked.get(channel)?.["channel_data"]).includes(`"${left}"`) ||
    knowledge.user === left
  );
}

export const MEMBERSHIP: readonly Break[] = [
  {
    name: "member-added-missing",
    title: "Tells the members of a channel nothing of a new one.",
    violates: ["P-119", "P-125", "P-103", "P-118", "P-131", "P-146"],
    rules: [toClient(ADDED, drop)],
  },
  {
    name: "member-added-without-user-info",
    title: "Announces a new member without his user info.",
    violates: ["P-119"],
    rules: [toClient(ADDED, alterData(({ user_id }) => ({ user_id })))],
  },
  {
    name: "member-added-data-an-object",
    title: "Announces a new member with an object for data.",
    violates: ["P-119", "P-028"],
    rules: [toClient(ADDED, alter((added) => ({ ...added, data: dataOf(added) })))],
  },
  {
    name: "member-added-for-every-tab",
    title: "Announces a member again for each of his connections.",
    violates: ["P-120", "P-127"],
    rules: [
      toClient(
        { ...JOINED, where: (seen) => otherTabs(seen, channelIn(seen)).length > 0 },
        announceSecondTab,
      ),
    ],
  },
  {
    name: "member-added-twice",
    title: "Announces a new member twice.",
    violates: ["P-120", "P-127"],
    rules: [toClient(ADDED, repeat(2))],
  },
  {
    name: "member-added-for-those-there",
    title: "Announces to a new member, as if they came now, those who were there before him.",
    violates: ["P-120"],
    rules: [toClient(JOINED, announceThoseThere)],
  },
  {
    name: "member-added-to-himself",
    title: "Announces a new member to himself.",
    violates: ["P-121"],
    rules: [
      toClient(JOINED, async (passage) => {
        await passage.pass();
        const channel = channelIn(passage);
        const user_id = memberOf(passage.line, channel);
        await passage.line.send("toClient", message(ADDED.event, { user_id }, channel));
      }),
    ],
  },
  {
    name: "member-added-to-himself-in-company",
    title: "Announces a new member to himself, where he is not the first.",
    violates: ["P-121"],
    rules: [
      toClient({ ...JOINED, where: isInCompany }, async (passage) => {
        await passage.pass();
        const channel = channelIn(passage);
        const user_id = memberOf(passage.line, channel);
        await passage.line.send("toClient", message(ADDED.event, { user_id }, channel));
      }),
    ],
  },
  {
    name: "unsubscribed-member-kept",
    title: "Tells nobody that a member has unsubscribed.",
    violates: ["P-122", "P-125"],
    rules: [toClient({ ...REMOVED, where: stillConnected }, drop)],
  },
  {
    name: "disconnected-member-kept",
    title: "Tells nobody that a member's connection has closed.",
    violates: ["P-123", "P-125"],
    rules: [toClient({ ...REMOVED, where: (seen) => !stillConnected(seen) }, drop)],
  },
  {
    name: "member-removed-with-every-tab",
    title: "Announces that a member has left when only one of his connections has.",
    violates: ["P-124", "P-127"],
    rules: [
      toTarget({ event: "pusher:unsubscribe", channel: "presence-*" }, async (passage) => {
        announceLeaving(passage, channelIn(passage));
        await passage.pass();
      }),
      toTarget({ opcode: "close" }, async (passage) => {
        for (const channel of passage.line.knowledge.subscribed.keys()) {
          announceLeaving(passage, channel);
        }
        await passage.pass();
      }),
    ],
  },
  {
    name: "last-tab-kept",
    title: "Tells nobody that a member has left who had several connections there.",
    violates: ["P-124"],
    rules: [toClient({ ...REMOVED, where: hadSeveralTabs }, drop)],
  },
  {
    name: "member-removed-twice",
    title: "Announces twice that a member has left.",
    violates: ["P-127"],
    rules: [toClient(REMOVED, repeat(2))],
  },
  {
    name: "member-removed-late",
    title: "Announces that a member has left after he has come back.",
    violates: ["P-126", "P-127"],
    rules: [toClient(REMOVED, overtaken(50))],
  },
  {
    name: "member-removed-for-somebody-else",
    title: "Announces that the wrong member has left.",
    violates: ["P-122", "P-123", "P-125"],
    rules: [toClient(REMOVED, alterData((data) => ({ ...data, user_id: "nobody" })))],
  },
  {
    name: "some-leavings-lost",
    title: "Loses every other announcement that a member has left.",
    violates: ["P-125", "P-126", "P-302"],
    rules: [toClient({ ...REMOVED, every: 2 }, drop)],
  },
];
