/** Servers that let in whom they should not, or keep out whom they should let in (P-095 to P-104, P-135, P-144). */
import { alterData, closeWith, crash, leakTo, silence } from "../actions.ts";
import { alterBody } from "../answers.ts";
import type { Break, Passage } from "../break.ts";
import type { FrameCondition } from "../rules.ts";
import { response, toClient, toTarget } from "../rules.ts";
import {
  admit,
  channelIn,
  dataIn,
  fieldIn,
  isGuarded,
  isUnauthorized,
  refuse,
  rightAuth,
} from "../subscribing.ts";
import type { Line } from "../world.ts";

const PUBLISHED = { published: true, channel: "*" } as const;
const WELL_FORMED = /^[^:]*:[0-9a-f]{64}$/;

/** Subscribes to guarded channels, of which `where` picks some. */
function guarded(where: (passage: Passage) => boolean, channel = "*"): FrameCondition {
  return {
    event: "pusher:subscribe",
    channel,
    where: (passage) => isGuarded(channelIn(passage)) && where(passage),
  };
}

/** Whether the subscribe bears the signature some other socket would need. */
function isBorrowed(passage: Passage): boolean {
  const auth = fieldIn(passage, "auth");
  return isUnauthorized(passage) && auth !== undefined &&
    socketsSeen(passage).some((socketId) => auth === rightAuth(passage, socketId));
}

/** Socket ids of this world, closed lines included: an old one may be replayed (P-090). */
const pastSockets = new WeakMap<object, Set<string>>();

function socketsSeen({ line }: Passage): readonly string[] {
  const seen = pastSockets.get(line.world) ?? new Set<string>();
  pastSockets.set(line.world, seen);
  for (const { knowledge } of line.world.lines) {
    if (knowledge.socketId !== undefined) seen.add(knowledge.socketId);
  }
  return [...seen];
}

function hasOtherKey(passage: Passage): boolean {
  const auth = fieldIn(passage, "auth") ?? "";
  const right = rightAuth(passage) ?? "";
  return auth !== right && auth.split(":")[1] === right.split(":")[1];
}

/** Whether a line has asked for the channel that a message is on, and was not let in. */
function isRefused({ knowledge }: Line, seen: Passage): boolean {
  return knowledge.asked.has(channelIn(seen)) && !knowledge.subscribed.has(channelIn(seen));
}

export const AUTH: readonly Break[] = [
  {
    name: "missing-auth-admitted",
    title: "Admits to a guarded channel whoever brings no `auth` at all.",
    violates: ["P-095", "P-104", "P-110", "P-144", "P-284"],
    rules: [toTarget(guarded((seen) => dataIn(seen)["auth"] === undefined), admit)],
  },
  {
    name: "signature-unchecked",
    title: "Admits to a guarded channel whoever brings anything that looks like a signature.",
    violates: ["P-097", "P-098", "P-099", "P-090"],
    rules: [
      toTarget(
        guarded((seen) => isUnauthorized(seen) && WELL_FORMED.test(fieldIn(seen, "auth") ?? "")),
        admit,
      ),
    ],
  },
  {
    name: "private-channels-closed",
    title: "Refuses the right signature for a private channel.",
    violates: ["P-096"],
    rules: [toTarget(guarded((seen) => !isUnauthorized(seen), "private-*"), refuse())],
  },
  {
    name: "signature-compared-in-part",
    title: "Compares only the first eight digits of a signature.",
    violates: ["P-097"],
    rules: [
      toTarget(
        guarded((seen) => {
          const auth = fieldIn(seen, "auth") ?? "";
          const right = rightAuth(seen) ?? "";
          const upToEight = right.length - 56;
          return isUnauthorized(seen) && auth.slice(0, upToEight) === right.slice(0, upToEight);
        }),
        admit,
      ),
    ],
  },
  {
    name: "signature-for-another-socket-admitted",
    title: "Admits a socket with the signature made for another, or for one long closed.",
    violates: ["P-099", "P-090"],
    rules: [
      toClient({ event: "pusher:connection_established" }, (passage) => {
        socketsSeen(passage);
        return passage.pass();
      }),
      toTarget(guarded(isBorrowed), admit),
    ],
  },
  {
    name: "channel-auth-key-unchecked",
    title: "Reads only the signature in `auth`, whatever key stands before it.",
    violates: ["P-100"],
    rules: [toTarget(guarded(hasOtherKey), admit)],
  },
  {
    name: "malformed-auth-admitted",
    title: "Admits to a guarded channel whoever brings an `auth` it cannot read.",
    violates: ["P-101"],
    rules: [
      toTarget(
        guarded((seen) => {
          const { auth } = dataIn(seen);
          return auth !== undefined && !(typeof auth === "string" && WELL_FORMED.test(auth));
        }),
        admit,
      ),
    ],
  },
  {
    name: "malformed-auth-fatal",
    title: "Falls over an `auth` that is not a string or has no colon.",
    violates: ["P-101", "P-032"],
    rules: [
      toTarget(
        guarded((seen) => {
          const { auth } = dataIn(seen);
          return auth !== undefined && !(typeof auth === "string" && auth.includes(":"));
        }),
        crash,
      ),
    ],
  },
  {
    name: "refusal-deafens",
    title: "Stops serving a connection's other channels once it has refused one.",
    violates: ["P-102"],
    rules: [
      toTarget(guarded(isUnauthorized), async (passage) => {
        await refuse()(passage);
        await silence(passage);
      }),
    ],
  },
  {
    name: "refusal-fickle",
    title: "Closes the connection at every other refusal, and leaves it open at the rest.",
    violates: ["P-102"],
    rules: [
      toTarget({ ...guarded(isUnauthorized), every: 2 }, closeWith(4009, "Unauthorized")),
    ],
  },
  {
    name: "refused-subscriber-hears-clients",
    title: "Refuses a subscriber, and then relays the channel's client events to him all the same.",
    violates: ["P-103"],
    rules: [toClient({ event: "client-*", channel: "*" }, leakTo(isRefused))],
  },
  {
    name: "refused-subscriber-served",
    title: "Refuses a subscriber, and then delivers the channel's events all the same.",
    violates: ["P-103", "P-081", "P-159"],
    rules: [
      toClient(
        PUBLISHED,
        leakTo(isRefused),
      ),
    ],
  },
  {
    name: "refused-subscriber-counted",
    title: "Counts a refused subscriber as one of the channel's.",
    violates: ["P-103"],
    rules: [
      response(
        { method: "GET", path: /^\/channels\/[^/]+$/, status: 200 },
        alterBody((body, { world, path }) => {
          const channel = decodeURIComponent(path.split("/").at(-1) ?? "");
          const isAsked = [...world.lines].some(({ knowledge }) => knowledge.asked.has(channel));
          return isAsked ? { ...body, occupied: true } : body;
        }),
      ),
    ],
  },
  {
    name: "prefixes-not-anchored",
    title: "Takes any channel whose name contains `private` or `presence` for a guarded one.",
    violates: ["P-104"],
    rules: [
      toTarget({
        event: "pusher:subscribe",
        where: (seen) => /private|presence/.test(channelIn(seen)) && !isGuarded(channelIn(seen)),
      }, refuse()),
    ],
  },
  {
    name: "encrypted-channels-open",
    title: "Admits anybody to an encrypted channel, since he could not read it anyway.",
    violates: ["P-135", "P-146"],
    rules: [
      toTarget(guarded(isUnauthorized, "private-encrypted-*"), admit),
    ],
  },
  {
    name: "encrypted-anywhere-special",
    title: "Treats every channel with `encrypted-` in its name as an encrypted one.",
    violates: ["P-144"],
    rules: [
      toTarget({
        event: "pusher:subscribe",
        where: (seen) => /^(encrypted|presence-encrypted)-/.test(channelIn(seen)),
      }, refuse()),
    ],
  },
  {
    name: "encrypted-data-wrapped",
    title: "Breaks the lines of the ciphertext on an encrypted channel, as for an e-mail.",
    violates: ["P-137"],
    rules: [
      toClient(
        { published: true, channel: "private-encrypted-*" },
        alterData((data) => ({ ...data, ciphertext: `${data["ciphertext"]}\n` })),
      ),
    ],
  },
];
