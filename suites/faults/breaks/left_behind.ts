/** Servers that keep something of what is over: a second request, another tab, a stay before this one. */
import { alter, drop } from "../actions.ts";
import type { Break, FrameAction, Passage } from "../break.ts";
import { bodyOf } from "../answers.ts";
import { asObject, type Json } from "../message.ts";
import { message } from "../replies.ts";
import { request, toClient, toTarget } from "../rules.ts";
import { admit, channelIn, isUnauthorized } from "../subscribing.ts";
import { type Line, memberOf, type World } from "../world.ts";

const SUBSCRIBE = { event: "pusher:subscribe" } as const;
const UNSUBSCRIBE = { event: "pusher:unsubscribe" } as const;
const WHISPERED = { event: "client-*", channel: "presence-*" } as const;
const CACHE = /^(private-(encrypted-)?|presence-)?cache-/;

/** A value for each key that is made when it is first asked for. */
function perKey<K extends WeakKey, V>(make: () => V): (key: K) => V {
  const values = new WeakMap<K, V>();
  return (key) => {
    const value = values.get(key) ?? make();
    values.set(key, value);
    return value;
  };
}

/** How often a line has asked for each channel since it last left it. */
const askedFor = perKey<Line, Map<string, number>>(() => new Map());
/** Who a line was on each presence channel that it has left. */
const wasMember = perKey<Line, Map<string, string>>(() => new Map());
/** Channels that a line has left, and members who have left a channel by any connection. */
const leftBy = perKey<Line, Set<string>>(() => new Set());
const leftOf = perKey<World, Set<string>>(() => new Set());
/** Cache channels on which the last event was published beside others. */
const besideOthers = perKey<World, Set<string>>(() => new Set());

/** Notes who leaves which channel. */
const noteLeave: FrameAction = async (passage) => {
  const { line } = passage;
  const channel = channelIn(passage);
  const member = memberOf(line, channel);
  leftBy(line).add(channel);
  if (member !== undefined) {
    wasMember(line).set(channel, member);
    leftOf(line.world).add(`${channel} ${member}`);
  }
  await passage.pass();
};

/** Whom a line that is not in a channel takes along when it leaves it. */
const takenAlong = (seen: Passage): string | undefined =>
  wasMember(seen.line).get(channelIn(seen)) ?? seen.line.knowledge.user;

const takeAlong: FrameAction = async (passage) => {
  const channel = channelIn(passage);
  const gone = { user_id: takenAlong(passage) };
  const removed = message("pusher_internal:member_removed", gone, channel);
  for (const other of passage.line.world.lines) {
    if (other.knowledge.subscribed.has(channel)) await other.send("toClient", removed);
  }
  await passage.pass();
};

/** The id that the member whom the message names is signed in as. */
function signedInAs({ line, message }: Passage): string | undefined {
  const channel = String(message?.["channel"]);
  return [...line.world.lines].find((other) => memberOf(other, channel) === message?.["user_id"])
    ?.knowledge.user;
}

/** The user of another connection to the message's channel, of which one must be the sender. */
function otherUser({ line, message }: Passage): string | undefined {
  const channel = String(message?.["channel"]);
  return [...line.world.lines].find((other) =>
    other !== line && other.knowledge.subscribed.has(channel)
  )?.knowledge.user;
}

/** The channels of a publication, in their order, and whether each event has one alone. */
function publishedTo(body: Json): { channels: string[]; isAlone: boolean } {
  const batch = Array.isArray(body["batch"]) ? body["batch"] : [];
  const listed = Array.isArray(body["channels"]) ? body["channels"] : [body["channel"]];
  return batch.length > 0
    ? { channels: batch.map((item) => String(asObject(item)?.["channel"])), isAlone: false }
    : { channels: listed.map(String), isAlone: listed.length === 1 };
}

export const LEFT_BEHIND: readonly Break[] = [
  {
    name: "subscriptions-counted",
    title: "Keeps who asked for a channel twice in it until he has left it twice.",
    violates: ["P-083", "P-122"],
    rules: [
      toTarget(SUBSCRIBE, async (passage) => {
        const counts = askedFor(passage.line);
        counts.set(channelIn(passage), (counts.get(channelIn(passage)) ?? 0) + 1);
        await passage.pass();
      }),
      toTarget(UNSUBSCRIBE, async (passage) => {
        const counts = askedFor(passage.line);
        const left = (counts.get(channelIn(passage)) ?? 0) - 1;
        counts.set(channelIn(passage), Math.max(0, left));
        if (left <= 0) await passage.pass();
      }),
    ],
  },
  {
    name: "admitted-for-good",
    title: "Asks no signature of a connection that has been in the channel before.",
    violates: ["P-095", "P-110"],
    rules: [
      toTarget(UNSUBSCRIBE, noteLeave),
      toTarget({
        ...SUBSCRIBE,
        where: (seen) => isUnauthorized(seen) && leftBy(seen.line).has(channelIn(seen)),
      }, admit),
    ],
  },
  {
    name: "leave-taken-for-all-tabs",
    title: "Removes the user of whoever leaves a channel he is not in.",
    violates: ["P-124"],
    rules: [
      toTarget({
        ...UNSUBSCRIBE,
        channel: "presence-*",
        where: (seen) =>
          !seen.line.knowledge.subscribed.has(channelIn(seen)) && takenAlong(seen) !== undefined,
      }, takeAlong),
      toTarget({ ...UNSUBSCRIBE, channel: "presence-*" }, noteLeave),
    ],
  },
  {
    name: "mute-after-coming-back",
    title: "Relays no client event of a connection to a channel that it has once left.",
    violates: ["P-165"],
    rules: [
      toTarget(UNSUBSCRIBE, noteLeave),
      toTarget(
        { event: "client-*", where: (seen) => leftBy(seen.line).has(channelIn(seen)) },
        drop,
      ),
    ],
  },
  {
    name: "sender-unnamed-after-another-tab-left",
    title: "Forgets who a sender is once another connection of his user has left the channel.",
    violates: ["P-167"],
    rules: [
      toTarget(UNSUBSCRIBE, noteLeave),
      toClient(
        {
          ...WHISPERED,
          where: ({ line, message }) =>
            leftOf(line.world).has(`${message?.["channel"]} ${message?.["user_id"]}`),
        },
        alter(({ user_id: _, ...rest }) => rest),
      ),
    ],
  },
  {
    name: "sender-named-by-sign-in",
    title: "Names a sender who is signed in by that, whoever he is on the channel.",
    violates: ["P-167"],
    rules: [
      toClient(
        { ...WHISPERED, where: (seen) => signedInAs(seen) !== undefined },
        alter((event, seen) => ({ ...event, user_id: signedInAs(seen) })),
      ),
    ],
  },
  {
    name: "sender-named-on-private-channels",
    title: "Names a sender who is signed in on private channels too.",
    violates: ["P-168"],
    rules: [
      toClient(
        { ...WHISPERED, channel: "private-*", where: (seen) => otherUser(seen) !== undefined },
        alter((event, seen) => ({ ...event, user_id: otherUser(seen) })),
      ),
    ],
  },
  {
    name: "cache-of-single-events",
    title: "Remembers no event that was published beside others, or on several channels.",
    violates: ["P-147"],
    rules: [
      request({
        method: "POST",
        where: (exchange) => {
          const { channels, isAlone } = publishedTo(bodyOf(exchange.request));
          const beside = besideOthers(exchange.world);
          for (const channel of channels) isAlone ? beside.delete(channel) : beside.add(channel);
          return false;
        },
      }, () => undefined),
      toClient({
        published: true,
        channel: CACHE,
        where: ({ line, message }) => {
          const channel = String(message?.["channel"]);
          return line.knowledge.replayed.get(channel) === message &&
            besideOthers(line.world).has(channel);
        },
      }, drop),
    ],
  },
];
