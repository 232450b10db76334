/** Servers whose cache channels share what they remember, or lose some of it (P-147, P-148, P-152). */
import { bodyOf } from "../answers.ts";
import type { Break, Passage, RequestAction } from "../break.ts";
import { message } from "../replies.ts";
import { request, toClient, toTarget } from "../rules.ts";
import { channelIn } from "../subscribing.ts";
import type { Line, World } from "../world.ts";

const CACHE = /^((private|presence)-(encrypted-)?)?cache-/;
/** Channels that a server of little memory keeps an event of. */
const KEPT = 50;

/** Channels each line has left. */
const left = new WeakMap<Line, Set<string>>();

/** Whether the frame is what the target remembered, as far as the proxy can tell. */
function isReplay(seen: Passage): boolean {
  const { untouched, replayed } = seen.line.knowledge;
  return untouched.has(channelIn(seen)) || replayed.has(channelIn(seen));
}

function dataIn({ message }: Passage): string {
  return typeof message?.data === "string" ? message.data : "";
}

const tellMiss = ({ line }: Passage, channel: string) =>
  line.send("toClient", message("pusher:cache_miss", {}, channel));

/** The latest event of another channel whose name differs in case alone. */
function twinOf(seen: Passage) {
  const channel = channelIn(seen);
  const twin = [...seen.line.world.latest].find(([name]) =>
    name !== channel && name.toLowerCase() === channel.toLowerCase()
  );
  return twin?.[1];
}

/** Channels of each world whose event such a server has no room for. */
const forgotten = new WeakMap<World, Set<string>>();

const forgetMany: RequestAction = async (exchange) => {
  const { channels } = bodyOf(exchange.request);
  const names = Array.isArray(channels) ? channels.map(String) : [];
  const known = forgotten.get(exchange.world) ?? new Set<string>();
  forgotten.set(exchange.world, known);
  for (const name of names.slice(0, -KEPT)) known.add(name);
  return await exchange.forward(exchange.request);
};

export const CACHE_APART: readonly Break[] = [
  {
    name: "cache-of-any-case",
    title: "Takes cache channels whose names differ in case for one.",
    violates: ["P-147"],
    rules: [
      toClient({ published: true, channel: CACHE, where: isReplay }, async (passage) => {
        const twin = twinOf(passage);
        if (twin === undefined) return await passage.pass();
        await passage.line.send("toClient", { ...twin, channel: channelIn(passage) });
      }),
    ],
  },
  {
    name: "cache-without-empty-events",
    title: "Does not remember an event whose data is empty.",
    violates: ["P-148"],
    rules: [
      toClient({
        published: true,
        channel: CACHE,
        where: (seen) => isReplay(seen) && dataIn(seen) === "",
      }, (seen) => tellMiss(seen, channelIn(seen))),
    ],
  },
  {
    name: "cache-without-large-events",
    title: "Does not remember an event of more than eight thousand characters.",
    violates: ["P-148"],
    rules: [
      toClient({
        published: true,
        channel: CACHE,
        where: (seen) => isReplay(seen) && dataIn(seen).length > 8000,
      }, (seen) => tellMiss(seen, channelIn(seen))),
    ],
  },
  {
    name: "cache-shown-at-the-first-stay",
    title: "Shows a connection that comes back to a cache channel nothing.",
    violates: ["P-147", "P-152"],
    rules: [
      toTarget({ event: "pusher:unsubscribe" }, async (passage) => {
        const channels = left.get(passage.line) ?? new Set<string>();
        left.set(passage.line, channels.add(channelIn(passage)));
        await passage.pass();
      }),
      toClient({
        channel: CACHE,
        event: /^(?!pusher_internal:)/,
        where: (seen) =>
          (isReplay(seen) || seen.message?.event === "pusher:cache_miss") &&
          (left.get(seen.line)?.has(channelIn(seen)) ?? false),
      }, () => {}),
    ],
  },
  {
    name: "cache-of-few-channels",
    title: "Remembers the events of the last fifty cache channels only.",
    violates: ["P-147"],
    rules: [
      request({ method: "POST", path: "/events" }, forgetMany),
      toClient({
        published: true,
        channel: CACHE,
        where: (seen) =>
          isReplay(seen) && (forgotten.get(seen.line.world)?.has(channelIn(seen)) ?? false),
      }, (seen) => tellMiss(seen, channelIn(seen))),
    ],
  },
];
