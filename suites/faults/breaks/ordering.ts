/** Servers that lose, repeat, reorder or misdirect what is published (P-080, P-081, P-262, P-297 to P-303). */
import { alter, drop, followedBy, leakTo, overtaken, repeat, swap } from "../actions.ts";
import type { Break } from "../break.ts";
import { message } from "../replies.ts";
import { toClient, toTarget } from "../rules.ts";
import { channelIn } from "../subscribing.ts";
import type { Line } from "../world.ts";

const PUBLISHED = { published: true, channel: "*" } as const;
const SUCCEEDED = { event: "pusher_internal:subscription_succeeded" } as const;

/** Channels a line has left. */
const left = new WeakMap<Line, Set<string>>();

function leftBy(line: Line): Set<string> {
  const channels = left.get(line) ?? new Set();
  left.set(line, channels);
  return channels;
}

/** Lines opened after another had ended. */
const latecomers = new WeakSet<Line>();

export const ORDERING: readonly Break[] = [
  {
    name: "event-delivered-twice",
    title: "Delivers every published event twice.",
    violates: [
      "P-080",
      "P-165",
      "P-241",
      "P-297",
      "P-158",
      "P-192",
      "P-242",
      "P-246",
      "P-252",
    ],
    rules: [toClient(PUBLISHED, repeat(2))],
  },
  {
    name: "event-lost",
    title: "Loses every third published event.",
    violates: ["P-080", "P-297"],
    rules: [toClient({ ...PUBLISHED, every: 3 }, drop)],
  },
  {
    name: "first-event-lost",
    title: "Loses the first event published after a client has subscribed.",
    violates: ["P-015", "P-080", "P-297"],
    rules: [toClient({ ...PUBLISHED, nth: 1 }, drop)],
  },
  {
    name: "events-swapped",
    title: "Delivers published events in pairs, the second before the first.",
    violates: ["P-254", "P-262", "P-297"],
    rules: [toClient(PUBLISHED, swap())],
  },
  {
    name: "event-overtaken",
    title: "Lets later events overtake every fifth.",
    violates: ["P-262", "P-297"],
    rules: [toClient({ ...PUBLISHED, every: 5 }, overtaken(50))],
  },
  {
    name: "events-to-everybody",
    title: "Delivers every published event to all connections.",
    violates: ["P-081", "P-303", "P-146", "P-159", "P-165", "P-187", "P-192", "P-241"],
    rules: [
      toClient(
        PUBLISHED,
        leakTo((other, seen) => !other.knowledge.subscribed.has(channelIn(seen))),
      ),
    ],
  },
  {
    name: "events-to-another-tenant",
    title: "Delivers an app's events to the connections of other apps.",
    violates: ["P-081", "P-231", "P-303", "P-159", "P-192"],
    rules: [toClient(PUBLISHED, leakTo((other, { line }) => other.app !== line.app))],
  },
  {
    name: "events-by-channel-prefix",
    title: "Delivers an event to subscribers of any channel whose name begins alike.",
    violates: ["P-081"],
    rules: [
      toClient(
        PUBLISHED,
        leakTo((other, seen) => {
          const channel = channelIn(seen);
          const { subscribed } = other.knowledge;
          const isAlike = (name: string) => name.startsWith(channel) || channel.startsWith(name);
          return !subscribed.has(channel) && [...subscribed.keys()].some(isAlike);
        }),
      ),
    ],
  },
  {
    name: "prefix-read-once",
    title:
      "Takes a name that has its prefix twice for the name that has it once, and delivers to both.",
    violates: ["P-081"],
    rules: [
      toClient({ ...PUBLISHED, channel: "presence-*" }, async (passage) => {
        await passage.pass();
        const { line, message } = passage;
        const channel = `presence-${channelIn(passage)}`;
        for (const other of line.world.lines) {
          if (message === undefined || !other.knowledge.subscribed.has(channel)) continue;
          void other.send("toClient", { ...message, channel });
        }
      }),
    ],
  },
  {
    name: "events-after-unsubscribe",
    title: "Goes on delivering a channel's events to a connection that has left it.",
    violates: ["P-083", "P-081"],
    rules: [
      toTarget({ event: "pusher:unsubscribe" }, (passage) => {
        leftBy(passage.line).add(channelIn(passage));
        return passage.pass();
      }),
      toClient(PUBLISHED, leakTo((other, seen) => leftBy(other).has(channelIn(seen)))),
    ],
  },
  {
    name: "event-renamed",
    title: "Delivers events under lower-case names.",
    violates: ["P-029", "P-080"],
    rules: [
      toClient(PUBLISHED, alter((sent) => ({ ...sent, event: sent.event.toLowerCase() }))),
    ],
  },
  {
    name: "reconnected-clients-deaf",
    title: "Delivers nothing to connections opened after another has ended.",
    violates: ["P-300", "P-301"],
    rules: [
      toClient({ event: "pusher:connection_established" }, (passage) => {
        if (passage.line.world.anyEnded) latecomers.add(passage.line);
        return passage.pass();
      }),
      toClient({ ...PUBLISHED, where: ({ line }) => latecomers.has(line) }, drop),
    ],
  },
  {
    name: "missed-events-replayed",
    title: "Sends a client that comes back the last event over again.",
    violates: ["P-301", "P-297", "APP-306"],
    rules: [
      toClient(
        SUCCEEDED,
        followedBy((seen) =>
          seen.line.world.latest.get(channelIn(seen)) ?? message("pusher:ping", {})
        ),
      ),
    ],
  },
];
