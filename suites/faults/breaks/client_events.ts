/** Servers that are wrong about client events (P-161 to P-175). */
import { alter, alterData, crash, drop, followedBy, overtaken, repeat, swap } from "../actions.ts";
import type { Break, FrameAction, Passage } from "../break.ts";
import { dataOf, type Message, withData } from "../message.ts";
import { pusherError } from "../replies.ts";
import type { FrameCondition } from "../rules.ts";
import { toClient, toTarget } from "../rules.ts";
import { channelIn, isGuarded } from "../subscribing.ts";
import { type Line, memberOf, type World } from "../world.ts";

/** Events of a client's own making; `where` picks some. */
function whispers(where: (passage: Passage) => boolean = () => true): FrameCondition {
  return { event: /^(?!pusher(_internal)?:)/, where };
}

/** The proxy delivers to the other subscribers itself, and the target cannot refuse. */
function deliver(change: (message: Message, passage: Passage) => Message): FrameAction {
  return (passage) => {
    const { line, message } = passage;
    if (message === undefined) return;
    for (const other of line.world.lines) {
      const isReceiver = other !== line && other.knowledge.subscribed.has(channelIn(passage));
      if (isReceiver) void other.send("toClient", change(message, passage));
    }
  };
}

/** As a right server relays it: three fields, the data a string, the sender's id where he has one. */
const rightly = (message: Message, passage: Passage): Message => {
  const { event, data } = message;
  const channel = channelIn(passage);
  const user = channel.startsWith("presence-") ? memberOf(passage.line, channel) : undefined;
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return { event, channel, data: text, ...(user !== undefined && { user_id: user }) };
};

const RELAYED = { event: "client-*", channel: "*" } as const;

function isRateError({ message }: Passage): boolean {
  return message?.event === "pusher:error" && dataOf(message)["code"] === 4301;
}

/** What has once run into the rate limit: a whole world, or single lines. */
const limitedWorlds = new WeakSet<World>();
const limitedLines = new WeakSet<Line>();

export const CLIENT_EVENTS: readonly Break[] = [
  {
    name: "client-events-always-on",
    title: "Relays client events for every app, at any rate.",
    violates: ["P-161", "P-171"],
    rules: [
      toTarget(
        whispers((seen) =>
          /^client-/.test(seen.message?.event ?? "") && isGuarded(channelIn(seen))
        ),
        deliver(rightly),
      ),
    ],
  },
  {
    name: "client-events-of-any-name",
    title: "Relays client events whose names do not begin with `client-`.",
    violates: ["P-162"],
    rules: [
      toTarget(
        whispers((seen) => !/^client-/.test(seen.message?.event ?? "")),
        deliver(rightly),
      ),
    ],
  },
  {
    name: "client-events-on-public-channels",
    title: "Relays client events on public channels.",
    violates: ["P-163"],
    rules: [toTarget(whispers((seen) => !isGuarded(channelIn(seen))), deliver(rightly))],
  },
  {
    name: "client-events-from-outside",
    title: "Relays client events from connections that are not subscribed to the channel.",
    violates: ["P-164"],
    rules: [
      toTarget(
        whispers(({ line, message }) =>
          !line.knowledge.subscribed.has(String(message?.["channel"]))
        ),
        deliver(rightly),
      ),
    ],
  },
  {
    name: "client-events-lost",
    title: "Loses every other client event.",
    violates: ["P-165"],
    rules: [toClient({ ...RELAYED, every: 2 }, drop), toClient({ ...RELAYED, nth: 1 }, drop)],
  },
  {
    name: "client-events-doubled",
    title: "Delivers every client event twice.",
    violates: ["P-165"],
    rules: [toClient(RELAYED, repeat(2))],
  },
  {
    name: "client-events-echoed",
    title: "Sends a client event back to its sender.",
    violates: ["P-166"],
    rules: [
      toTarget(
        { event: "client-*" },
        followedBy((passage) => rightly(passage.message ?? { event: "" }, passage)),
      ),
    ],
  },
  {
    name: "client-events-not-to-own-tabs",
    title: "Withholds a client event from the sender's other connections.",
    violates: ["P-165"],
    rules: [
      toClient({
        ...RELAYED,
        channel: "presence-*",
        where: (seen) => seen.message?.["user_id"] === memberOf(seen.line, channelIn(seen)),
      }, drop),
    ],
  },
  {
    name: "client-events-relayed-as-sent",
    title: "Relays a client event field by field as its sender wrote it.",
    violates: ["P-167", "P-174", "P-208", "P-168"],
    rules: [
      toTarget(
        whispers((seen) => seen.line.knowledge.subscribed.has(channelIn(seen))),
        deliver((message) => message),
      ),
    ],
  },
  {
    name: "sender-unnamed",
    title: "Does not say who sent a client event on a presence channel.",
    violates: ["P-167"],
    rules: [
      toClient(
        { ...RELAYED, channel: "presence-*" },
        alter(({ user_id: _, ...rest }) => ({ ...rest, event: rest.event })),
      ),
    ],
  },
  {
    name: "sender-named-everywhere",
    title: "Puts a user id into every event it delivers.",
    violates: ["P-168"],
    rules: [
      toClient(
        { published: true, channel: "*" },
        alter((message) => ({ user_id: "somebody", ...message })),
      ),
    ],
  },
  {
    name: "client-data-must-be-an-object",
    title: "Refuses a client event whose data is a string.",
    violates: ["P-169"],
    rules: [
      toTarget(
        whispers(({ message }) => typeof message?.["data"] === "string"),
        ({ line }) => line.send("toClient", pusherError(4200, "Invalid message format")),
      ),
    ],
  },
  {
    name: "client-data-must-be-a-string",
    title: "Ignores a client event whose data is an object.",
    violates: ["P-169"],
    rules: [
      toTarget(whispers(({ message }) => typeof message?.["data"] === "object"), drop),
    ],
  },
  {
    name: "client-event-without-data-fatal",
    title: "Falls over a client event without data.",
    violates: ["P-170"],
    rules: [toTarget(whispers(({ message }) => message?.["data"] === undefined), crash)],
  },
  {
    name: "rate-limit-unsaid",
    title: "Drops client events over the rate without saying so.",
    violates: ["P-171"],
    rules: [toClient({ where: isRateError }, drop)],
  },
  {
    name: "rate-limit-misreported",
    title: "Refuses client events over the rate with a code of its own.",
    violates: ["P-171"],
    rules: [toClient({ where: isRateError }, alterData((data) => ({ ...data, code: 4300 })))],
  },
  {
    name: "rate-limit-shared",
    title: "Counts the client events of all connections together.",
    violates: ["P-172"],
    rules: [
      toClient({ where: isRateError }, (passage) => {
        limitedWorlds.add(passage.line.world);
        return passage.pass();
      }),
      toTarget(
        whispers(({ line }) => limitedWorlds.has(line.world)),
        ({ line }) => line.send("toClient", pusherError(4301, "Too many client events")),
      ),
    ],
  },
  {
    name: "rate-limit-for-ever",
    title: "Never again relays client events of a connection that has once sent too many.",
    violates: ["P-172"],
    rules: [
      toClient({ where: isRateError }, (passage) => {
        limitedLines.add(passage.line);
        return passage.pass();
      }),
      toTarget(
        whispers(({ line }) => limitedLines.has(line)),
        ({ line }) => line.send("toClient", pusherError(4301, "Too many client events")),
      ),
    ],
  },
  {
    name: "large-client-events-relayed",
    title: "Relays client events of any size.",
    violates: ["P-173"],
    rules: [
      toTarget(whispers(({ frame }) => frame.payload.length > 10_240), deliver(rightly)),
    ],
  },
  {
    name: "extra-fields-relayed",
    title: "Relays fields of a client event that it does not know.",
    violates: ["P-174"],
    rules: [
      toTarget(
        whispers((seen) => seen.line.knowledge.subscribed.has(channelIn(seen))),
        deliver((message, passage) => ({ ...message, ...rightly(message, passage) })),
      ),
    ],
  },
  {
    name: "client-events-swapped",
    title: "Delivers the client events of one sender in another order.",
    violates: ["P-175"],
    rules: [toClient(RELAYED, swap())],
  },
  {
    name: "first-client-event-overtaken",
    title: "Lets later client events overtake a connection's first.",
    violates: ["P-175"],
    rules: [toClient({ ...RELAYED, nth: 1 }, overtaken(50))],
  },
  {
    name: "client-data-trimmed",
    title: "Drops a field of a client event's data on the way.",
    violates: ["P-165"],
    rules: [
      toClient(
        RELAYED,
        alter((message) =>
          withData(message, Object.fromEntries(Object.entries(dataOf(message)).slice(1)))
        ),
      ),
    ],
  },
];
