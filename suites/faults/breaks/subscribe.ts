/** Servers that are wrong about who is subscribed to what (P-075 to P-092). */
import {
  alter,
  answer,
  closeWith,
  drop,
  followedBy,
  overtaken,
  repeat,
  rewrite,
} from "../actions.ts";
import { alterBody, status } from "../answers.ts";
import type { Break } from "../break.ts";
import { message } from "../replies.ts";
import { response, toClient, toTarget } from "../rules.ts";
import { channelIn, confirm, isGuarded, refuse } from "../subscribing.ts";
import type { Line } from "../world.ts";

const SUBSCRIBE = { event: "pusher:subscribe" } as const;
const UNSUBSCRIBE = { event: "pusher:unsubscribe" } as const;
const SUCCEEDED = { event: "pusher_internal:subscription_succeeded" } as const;
const PUBLISHED = { published: true, channel: "*" } as const;

/** How many channels a server with a cap allows one connection. */
const CAP = 100;

/** Channels a line has subscribed to more than once, for a server that then delivers twice. */
const doubled = new WeakMap<Line, Set<string>>();

function doubledOn(line: Line): Set<string> {
  const channels = doubled.get(line) ?? new Set();
  doubled.set(line, channels);
  return channels;
}

export const SUBSCRIBING: readonly Break[] = [
  {
    name: "subscribe-ignored",
    title: "Ignores every other subscribe.",
    violates: ["P-075", "P-076", "P-082", "P-085", "P-111"],
    rules: [toTarget({ ...SUBSCRIBE, every: 2 }, drop)],
  },
  {
    name: "subscribe-needs-string-data",
    title: "Takes a subscribe only where its data is a JSON string.",
    violates: ["P-075"],
    rules: [
      toTarget(
        { ...SUBSCRIBE, where: ({ message }) => typeof message?.["data"] !== "string" },
        drop,
      ),
    ],
  },
  {
    name: "subscription-unconfirmed",
    title: "Subscribes, and does not confirm it.",
    violates: ["P-076"],
    rules: [toClient(SUCCEEDED, drop)],
  },
  {
    name: "subscription-confirmed-twice",
    title: "Confirms every subscription twice.",
    violates: ["P-076"],
    rules: [toClient(SUCCEEDED, repeat(2))],
  },
  {
    name: "subscription-confirmed-without-channel",
    title: "Does not say which subscription it confirms.",
    violates: ["P-076"],
    rules: [toClient(SUCCEEDED, rewrite(({ channel: _, ...rest }) => JSON.stringify(rest)))],
  },
  {
    name: "confirmation-data-null",
    title: "Confirms a subscription to a channel without members with null data.",
    violates: ["P-077"],
    rules: [
      toClient(
        { ...SUCCEEDED, where: (seen) => !channelIn(seen).startsWith("presence-") },
        alter((message) => ({ ...message, data: null })),
      ),
    ],
  },
  {
    name: "public-channels-guarded",
    title: "Asks for authorization on public channels.",
    violates: ["P-078", "P-104"],
    rules: [
      toTarget({ ...SUBSCRIBE, where: (seen) => !isGuarded(channelIn(seen)) }, refuse()),
    ],
  },
  {
    name: "channels-never-vanish",
    title: "Reports every channel as occupied, long after the last subscriber left.",
    violates: ["P-079", "P-088", "P-267", "P-273", "P-309", "P-310"],
    rules: [
      response(
        { method: "GET", path: /^\/channels\/[^/]+$/, status: 200 },
        alterBody((body) => ({ ...body, occupied: true })),
      ),
    ],
  },
  {
    name: "channels-must-be-created",
    title: "Knows no channel that nobody is subscribed to.",
    violates: ["P-079", "P-267"],
    rules: [
      response({
        method: "GET",
        path: /^\/channels\/[^/]+$/,
        where: ({ world, path }) => {
          const channel = decodeURIComponent(path.split("/").at(-1) ?? "");
          return ![...world.lines].some(({ knowledge }) => knowledge.subscribed.has(channel));
        },
      }, status(404, "No such channel")),
    ],
  },
  {
    name: "channels-per-connection-capped",
    title: `Allows one connection ${CAP} channels.`,
    violates: ["P-082"],
    rules: [
      toTarget(
        { ...SUBSCRIBE, where: ({ line }) => line.knowledge.subscribed.size >= CAP },
        refuse(4100, "Too many channels"),
      ),
    ],
  },
  {
    name: "unsubscribe-ignored",
    title: "Ignores every unsubscribe.",
    violates: ["P-083", "P-087", "P-122"],
    rules: [toTarget(UNSUBSCRIBE, drop)],
  },
  {
    name: "unsubscribe-acknowledged",
    title: "Acknowledges an unsubscribe with an event of its own invention.",
    violates: ["P-084"],
    rules: [
      toTarget(UNSUBSCRIBE, async (passage) => {
        const channel = channelIn(passage);
        const reply = message("pusher_internal:unsubscribed", {}, channel);
        await followedBy(reply)(passage);
      }),
    ],
  },
  {
    name: "idle-unsubscribe-closes",
    title: "Closes a connection that unsubscribes from a channel it is not subscribed to.",
    violates: ["P-085"],
    rules: [
      toTarget({
        ...UNSUBSCRIBE,
        where: (seen) => !seen.line.knowledge.asked.has(channelIn(seen)),
      }, closeWith(4200, "Not subscribed")),
    ],
  },
  {
    name: "second-subscribe-doubles",
    title: "Delivers twice to a connection that has subscribed twice.",
    violates: ["P-086"],
    rules: [
      toTarget({
        ...SUBSCRIBE,
        where: (seen) => seen.line.knowledge.asked.has(channelIn(seen)),
      }, (passage) => {
        doubledOn(passage.line).add(channelIn(passage));
        return passage.pass();
      }),
      toClient(
        { ...PUBLISHED, where: (seen) => doubledOn(seen.line).has(channelIn(seen)) },
        repeat(2),
      ),
    ],
  },
  {
    name: "unsubscribe-lags",
    title: "Handles an unsubscribe after the subscribe that came behind it.",
    violates: ["P-087"],
    rules: [toTarget(UNSUBSCRIBE, overtaken(20))],
  },
  {
    name: "long-channel-name-accepted",
    title: "Confirms a subscription to a channel with a name of any length.",
    violates: ["P-091", "P-207"],
    rules: [toTarget({ ...SUBSCRIBE, where: (seen) => channelIn(seen).length > 164 }, confirm)],
  },
  {
    name: "illegal-channel-name-accepted",
    title: "Confirms a subscription to a channel with any character in its name.",
    violates: ["P-091", "P-205"],
    rules: [
      toTarget(
        { ...SUBSCRIBE, where: (seen) => /[^-\w=@,.;#]/.test(channelIn(seen)) },
        confirm,
      ),
    ],
  },
  {
    name: "empty-channel-name-accepted",
    title: "Confirms a subscription to the channel without a name.",
    violates: ["P-092"],
    rules: [
      toTarget(
        { ...SUBSCRIBE, where: (seen) => channelIn(seen) === "" },
        answer(message("pusher_internal:subscription_succeeded", {}, "")),
      ),
    ],
  },
];
