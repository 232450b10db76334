/** Servers that forget, close or leave out what comes second: another tab, another stay, another channel. */
import { alter, drop, followedBy, swap } from "../actions.ts";
import type { Break, FrameAction, Passage } from "../break.ts";
import { type Json, parseObject } from "../message.ts";
import { message, pusherError } from "../replies.ts";
import { toClient, toTarget } from "../rules.ts";
import { channelIn, fieldIn, isUnauthorized, refuse } from "../subscribing.ts";
import type { Line, World } from "../world.ts";

const SUBSCRIBE = { event: "pusher:subscribe" } as const;
const SUCCEEDED = { event: "pusher_internal:subscription_succeeded" } as const;
const CACHE = /^((private|presence)-(encrypted-)?)?cache-/;
/** What clients may say; everything else is unknown. */
const KNOWN = /^(pusher:(subscribe|unsubscribe|ping|pong|signin)$|client-)/;

function subscribersOf({ line }: Passage, channel: string): readonly Line[] {
  return [...line.world.lines].filter(({ knowledge }) => knowledge.subscribed.has(channel));
}

function isFirstSubscriber(passage: Passage): boolean {
  return subscribersOf(passage, channelIn(passage))[0] === passage.line;
}

/** Channels each line has left. */
const left = new WeakMap<Line, Set<string>>();

/** The last event of each name on each cache channel. */
const byName = new WeakMap<World, Map<string, Map<string, Json>>>();

function remembered({ line }: Passage, channel: string): Map<string, Json> {
  const all = byName.get(line.world) ?? new Map<string, Map<string, Json>>();
  byName.set(line.world, all);
  const events = all.get(channel) ?? new Map<string, Json>();
  all.set(channel, events);
  return events;
}

const replayOthers: FrameAction = async (passage) => {
  const { line, message: event } = passage;
  const channel = channelIn(passage);
  const events = remembered(passage, channel);
  if (line.knowledge.untouched.has(channel) || line.knowledge.replayed.has(channel)) {
    for (const [name, other] of events) {
      if (name !== event?.event) await line.send("toClient", { ...other, event: name });
    }
  }
  if (event !== undefined) events.set(event.event, event);
  await passage.pass();
};

export const SECOND_TIME: readonly Break[] = [
  {
    name: "coming-and-going-told-to-one",
    title: "Tells only who has been in a channel longest of members who come and go.",
    violates: ["P-119", "P-120", "P-121", "P-123", "P-124"],
    rules: [
      toClient({
        event: /^pusher_internal:member_(added|removed)$/,
        where: (seen) => !isFirstSubscriber(seen),
      }, drop),
    ],
  },
  {
    name: "presence-channel-of-one",
    title: "Refuses whoever comes second to a presence channel.",
    violates: ["P-132"],
    rules: [
      toTarget({
        ...SUBSCRIBE,
        channel: "presence-*",
        where: (seen) => subscribersOf(seen, channelIn(seen)).length > 0,
      }, refuse()),
    ],
  },
  {
    name: "presence-channels-closed",
    title: "Refuses every authorized subscription to a presence channel.",
    violates: ["P-111", "P-202"],
    rules: [
      toTarget(
        { ...SUBSCRIBE, channel: "presence-*", where: (seen) => !isUnauthorized(seen) },
        refuse(),
      ),
    ],
  },
  {
    name: "left-channel-closed",
    title: "Refuses a channel to a connection that has left it.",
    violates: ["P-085"],
    rules: [
      toTarget({ event: "pusher:unsubscribe" }, async (passage) => {
        const channels = left.get(passage.line) ?? new Set<string>();
        left.set(passage.line, channels.add(channelIn(passage)));
        await passage.pass();
      }),
      toTarget({
        ...SUBSCRIBE,
        where: (seen) => left.get(seen.line)?.has(channelIn(seen)) ?? false,
      }, refuse()),
    ],
  },
  {
    name: "newcomer-refused-where-somebody-left",
    title: "Keeps the place of a member who has left a presence channel, and lets nobody have it.",
    violates: ["P-129"],
    rules: [
      toTarget({
        ...SUBSCRIBE,
        channel: "presence-*",
        where: (seen) =>
          [...seen.line.world.lines].some((line) => left.get(line)?.has(channelIn(seen))),
      }, refuse()),
      toTarget({ event: "pusher:unsubscribe" }, async (passage) => {
        const channels = left.get(passage.line) ?? new Set<string>();
        left.set(passage.line, channels.add(channelIn(passage)));
        await passage.pass();
      }),
    ],
  },
  {
    name: "refused-member-added",
    title: "Announces whoever asks for a presence channel, before it decides.",
    violates: ["P-103", "P-129"],
    rules: [
      toTarget({ ...SUBSCRIBE, channel: "presence-*" }, async (passage) => {
        const channel = channelIn(passage);
        const member = parseObject(fieldIn(passage, "channel_data") ?? "") ?? {};
        for (const other of subscribersOf(passage, channel)) {
          await other.send("toClient", message("pusher_internal:member_added", member, channel));
        }
        await passage.pass();
      }),
    ],
  },
  {
    name: "cache-miss-always",
    title: "Tells of a cache miss at every subscription, to any channel.",
    violates: ["P-146", "P-152"],
    rules: [
      toClient(SUCCEEDED, followedBy((seen) => message("pusher:cache_miss", {}, channelIn(seen)))),
    ],
  },
  {
    name: "cache-never-expires",
    title: "Remembers an event after its time is over.",
    violates: ["P-154"],
    rules: [
      toClient({
        event: "pusher:cache_miss",
        where: (seen) => seen.line.world.latest.has(channelIn(seen)),
      }, async ({ line, message: miss }) => {
        const latest = line.world.latest.get(String(miss?.["channel"]));
        if (latest !== undefined) await line.send("toClient", latest);
      }),
    ],
  },
  {
    name: "cache-remembers-every-name",
    title: "Remembers the last event of every name, where the last of all is to be remembered.",
    violates: ["P-149"],
    rules: [toClient({ published: true, channel: CACHE }, replayOthers)],
  },
  {
    name: "cached-event-overtakes-success",
    title: "Sends the remembered event before it confirms the subscription.",
    violates: ["P-150"],
    rules: [
      toClient({
        channel: CACHE,
        where: ({ message: seen }) => !/^pusher:/.test(seen?.event ?? ""),
      }, swap()),
    ],
  },
  {
    name: "reconnect-asked-for-in-vain",
    title: "Asks to reconnect after a command it does not know, and keeps the connection.",
    violates: ["P-061", "P-062"],
    rules: [
      toTarget({ opcode: "text", where: ({ message: sent }) => !KNOWN.test(sent?.event ?? "") }, (
        { line },
      ) => {
        void line.send("toClient", pusherError(4100, "Reconnect later"));
        return line.send("toClient", pusherError(4200, "Reconnect"));
      }),
    ],
  },
  {
    name: "binary-messages-obeyed",
    title: "Obeys messages in binary frames.",
    violates: ["P-025"],
    rules: [
      toTarget(
        { opcode: "binary" },
        ({ line, frame }) => line.sendFrame("toTarget", "text", frame.payload),
      ),
    ],
  },
  {
    name: "watchlist-told-without-one",
    title: "Tells everybody who signs in about a watchlist, asked for or not.",
    violates: ["P-196"],
    rules: [
      toClient(
        { event: "pusher:signin_success" },
        followedBy(message("pusher_internal:watchlist_events", { events: [] })),
      ),
    ],
  },
  {
    name: "member-events-signed",
    title: "Puts the user's id beside the data of member events.",
    violates: ["P-168"],
    rules: [
      toClient(
        { event: /^pusher_internal:member_(added|removed)$/ },
        alter((event) => ({ ...event, user_id: "somebody" })),
      ),
    ],
  },
];
