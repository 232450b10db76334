/** Servers that remember the wrong event, or tell the wrong people (P-146 to P-159). */
import { alter, drop, leakTo, precededBy, repeat } from "../actions.ts";
import { alterBody, answerOf, bodyOf } from "../answers.ts";
import type { Break, FrameAction, Passage } from "../break.ts";
import { asObject, type Message } from "../message.ts";
import { message } from "../replies.ts";
import { request, response, toClient, toTarget } from "../rules.ts";
import { channelIn, isUnauthorized, refuse } from "../subscribing.ts";
import type { World } from "../world.ts";

const CACHE = /^(private-(encrypted-)?|presence-)?cache-/;
const MISS = { event: "pusher:cache_miss" } as const;

/** Whether the frame is the cached event a new subscriber gets first. */
function isReplay({ line, message }: Passage): boolean {
  const channel = String(message?.["channel"]);
  return CACHE.test(channel) && message !== undefined &&
    line.knowledge.replayed.get(channel) === message;
}

const REPLAY = { published: true, channel: CACHE, where: isReplay } as const;

/** The latest client event on each cache channel, for a server that caches those too. */
const whispers = new WeakMap<World, Map<string, Message>>();

const replayWhisper: FrameAction = async (passage) => {
  const whispered = whispers.get(passage.line.world)?.get(channelIn(passage));
  if (whispered === undefined) return await passage.pass();
  await passage.line.send("toClient", whispered);
};

function isAlone({ line, message }: Passage): boolean {
  const channel = String(message?.["channel"]);
  const holders = [...line.world.lines].filter(({ knowledge }) =>
    knowledge.subscribed.has(channel)
  );
  return holders.length <= 1;
}

const CHANNEL_WITH_CACHE = {
  method: "GET",
  path: /^\/channels\/[^/]+$/,
  status: 200,
} as const;

export const CACHE_BREAKS: readonly Break[] = [
  {
    name: "cache-channels-ordinary",
    title: "Knows nothing of cache channels: keeps no event and reports no miss.",
    violates: ["P-146", "P-147", "P-152", "P-149"],
    rules: [toClient(REPLAY, drop), toClient(MISS, drop)],
  },
  {
    name: "cache-only-public",
    title: "Caches on public channels only.",
    violates: ["P-146"],
    rules: [
      toClient(
        { ...REPLAY, where: (seen) => isReplay(seen) && !/^cache-/.test(channelIn(seen)) },
        drop,
      ),
      toClient({ ...MISS, channel: /^(private|presence)-/ }, drop),
    ],
  },
  {
    name: "guarded-cache-channels-open",
    title: "Confirms a subscription to a private cache channel without authorization.",
    violates: ["P-146"],
    rules: [
      toTarget(
        { event: "pusher:subscribe", channel: CACHE, where: isUnauthorized },
        async (passage) => {
          const channel = channelIn(passage);
          const reply = message("pusher_internal:subscription_succeeded", {}, channel);
          await passage.line.send("toClient", reply);
        },
      ),
    ],
  },
  {
    name: "cache-channels-refused",
    title: "Refuses authorized subscriptions to private and presence cache channels.",
    violates: ["P-146"],
    rules: [
      toTarget({
        event: "pusher:subscribe",
        channel: /^(private|presence).*-cache-/,
        where: (seen) => !isUnauthorized(seen),
      }, refuse()),
    ],
  },
  {
    name: "cached-event-renamed",
    title: "Sends the cached event under a name of its own.",
    violates: ["P-148"],
    rules: [toClient(REPLAY, alter((replay) => ({ ...replay, event: "cached" })))],
  },
  {
    name: "cached-data-reencoded",
    title: "Encodes the data of a cached event once more.",
    violates: ["P-148"],
    rules: [
      toClient(REPLAY, alter((replay) => ({ ...replay, data: JSON.stringify(replay["data"]) }))),
    ],
  },
  {
    name: "cache-keeps-history",
    title: "Sends a new subscriber an older event before the last one.",
    violates: ["P-147", "P-149"],
    rules: [
      toClient(
        REPLAY,
        precededBy((seen) => ({ ...(seen.message ?? { event: "" }), data: '{"older":true}' })),
      ),
    ],
  },
  {
    name: "cached-event-to-everybody",
    title: "Sends the cached event to all subscribers whenever one joins.",
    violates: ["P-151"],
    rules: [
      toClient(REPLAY, leakTo((other, seen) => other.knowledge.subscribed.has(channelIn(seen)))),
    ],
  },
  {
    name: "cache-miss-unreported",
    title: "Says nothing where nothing is cached.",
    violates: ["P-152"],
    rules: [toClient(MISS, drop)],
  },
  {
    name: "cache-miss-misnamed",
    title: "Reports a cache miss as an internal event.",
    violates: ["P-152"],
    rules: [toClient(MISS, alter((miss) => ({ ...miss, event: "pusher_internal:cache_miss" })))],
  },
  {
    name: "cache-kept-too-long",
    title: "Says of a cached event that it is kept for an hour.",
    violates: ["P-154"],
    rules: [
      response(
        CHANNEL_WITH_CACHE,
        alterBody((body) => {
          const cache = asObject(body["cache"]);
          return cache === undefined ? body : { ...body, cache: { ...cache, ttl: 3600 } };
        }),
      ),
    ],
  },
  {
    name: "client-events-cached",
    title: "Caches client events as it does published ones.",
    violates: ["P-155"],
    rules: [
      toTarget({ event: "client-*", channel: CACHE }, async (passage) => {
        const { line, message } = passage;
        const heard = whispers.get(line.world) ?? new Map<string, Message>();
        whispers.set(line.world, heard);
        if (message !== undefined) heard.set(channelIn(passage), message);
        await passage.pass();
      }),
      toClient(REPLAY, replayWhisper),
      toClient({ ...MISS, channel: CACHE }, replayWhisper),
    ],
  },
  {
    name: "client-events-lost-on-cache-channels",
    title: "Delivers no client events on cache channels.",
    violates: ["P-155", "P-165"],
    rules: [toTarget({ event: "client-*", channel: CACHE }, drop)],
  },
  {
    name: "cache-attribute-missing",
    title: "Does not answer `info=cache`.",
    violates: ["P-156"],
    rules: [response(CHANNEL_WITH_CACHE, alterBody(({ cache: _, ...rest }) => rest))],
  },
  {
    name: "cache-attribute-flat",
    title: "Gives the cached data alone for `info=cache`, without its time to live.",
    violates: ["P-156"],
    rules: [
      response(
        CHANNEL_WITH_CACHE,
        alterBody((body) => ({ ...body, cache: asObject(body["cache"])?.["data"] ?? "" })),
      ),
    ],
  },
  {
    name: "cache-dies-with-last-subscriber",
    title: "Forgets the cached event when the last subscriber leaves.",
    violates: ["P-157", "P-147"],
    rules: [
      toClient(
        { ...REPLAY, where: (seen) => isReplay(seen) && isAlone(seen) },
        (seen) => seen.line.send("toClient", message(MISS.event, {}, channelIn(seen))),
      ),
    ],
  },
  {
    name: "cached-event-twice",
    title: "Sends a new subscriber the cached event twice.",
    violates: ["P-158", "P-149"],
    rules: [toClient(REPLAY, repeat(2))],
  },
  {
    name: "cached-events-lost-now-and-then",
    title: "Loses the first cached event it owes a new subscriber, and every other.",
    violates: ["P-158", "P-147"],
    rules: [toClient({ ...REPLAY, every: 2 }, drop), toClient({ ...REPLAY, nth: 1 }, drop)],
  },
  {
    name: "cache-shown-to-the-refused",
    title: "Sends a private channel's cached event to a subscriber it then refuses.",
    violates: ["P-159"],
    rules: [
      request({ method: "POST", path: "/events" }, (exchange) => {
        const { name, channel, data } = bodyOf(exchange.request);
        const published = { event: String(name), channel, data };
        if (typeof channel === "string") exchange.world.latest.set(channel, published);
        return exchange.forward(exchange.request);
      }),
      toTarget(
        { event: "pusher:subscribe", channel: CACHE, where: isUnauthorized },
        async (passage) => {
          const cached = passage.line.world.latest.get(channelIn(passage));
          if (cached !== undefined) await passage.line.send("toClient", cached);
          await passage.pass();
        },
      ),
    ],
  },
  {
    name: "cache-attribute-refused",
    title: "Does not know the attribute `cache`.",
    violates: ["P-156"],
    rules: [
      response(
        { ...CHANNEL_WITH_CACHE, where: ({ query }) => /cache/.test(query.get("info") ?? "") },
        () => answerOf(400, "Unknown attribute"),
      ),
    ],
  },
];
