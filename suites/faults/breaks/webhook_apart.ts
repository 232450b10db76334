/** Servers that take one channel, stay, member or answer for another in what they tell (P-281 to P-289). */
import type { Break, Exchange, RequestAction } from "../break.ts";
import { answerOf } from "../answers.ts";
import { type Json, parseObject } from "../message.ts";
import { toClient, toTarget, webhook } from "../rules.ts";
import { channelIn, isUnauthorized } from "../subscribing.ts";
import { bodyOfWebhook, eventsIn, rewrittenWebhook } from "../webhook.ts";
import type { Line, World } from "../world.ts";

/** What each world has been told of so far, and how often. */
const told = new WeakMap<World, Map<string, number>>();

/** How often this was told of in the world, this time included. */
function timesTold(world: World, what: string): number {
  const counts = told.get(world) ?? new Map<string, number>();
  told.set(world, counts);
  const times = (counts.get(what) ?? 0) + 1;
  counts.set(what, times);
  return times;
}

/** Loses webhooks that tell of such an event, as if they had arrived. */
function losing(isLost: (event: Json, exchange: Exchange) => boolean): RequestAction {
  return (exchange) =>
    eventsIn(bodyOfWebhook(exchange)).some((event) => isLost(event, exchange))
      ? answerOf(200, {})
      : exchange.forward(exchange.request);
}

const rewrittenEvents = (change: (event: Json) => Json) =>
  rewrittenWebhook((body) => ({ ...body, events: eventsIn(body).map(change) }));

const asNumber = (id: unknown) => /^[1-9]\d{0,8}$/.test(String(id)) ? Number(id) : id;

/** When each line last sent a client event that was told of. */
const latest = new WeakMap<Line, number>();

/** Whether the line sent another client event less than 50 ms ago. */
function isQuick({ world }: Exchange, socketId: unknown): boolean {
  const line = [...world.lines].find(({ knowledge }) => knowledge.socketId === socketId);
  if (line === undefined) return false;
  const before = latest.get(line) ?? -Infinity;
  latest.set(line, performance.now());
  return performance.now() - before < 50;
}

/** When each world was last told of events, for one that takes no more than twenty in a second. */
const recent = new WeakMap<World, number[]>();

function hasRoom(world: World): boolean {
  const now = performance.now();
  const times = (recent.get(world) ?? []).filter((at) => now - at < 1000);
  recent.set(world, times);
  return times.push(now) <= 20;
}

async function tellOfWhisper(line: Line, whisper: Json): Promise<void> {
  if (line.app === undefined) return;
  const { event, channel, data } = whisper;
  const socket_id = line.knowledge.socketId ?? "";
  await line.world.sendWebhook(line.app, [{
    name: "client_event",
    channel,
    event,
    data,
    socket_id,
  }]);
}

export const WEBHOOK_APART: readonly Break[] = [
  {
    name: "webhook-accepted-by-200-alone",
    title: "Takes no answer but 200 for an acceptance.",
    violates: ["P-281"],
    rules: [
      webhook({}, async ({ forward, request }) => {
        const answer = await forward(request);
        return answer.status > 200 && answer.status < 300 ? { ...answer, status: 500 } : answer;
      }),
    ],
  },
  {
    name: "webhook-given-up-where-unauthorized",
    title: "Gives a webhook up where its endpoint answers 401, 403 or 410.",
    violates: ["P-281"],
    rules: [
      webhook({}, async ({ forward, request }) => {
        const answer = await forward(request);
        return [401, 403, 410].includes(answer.status) ? { ...answer, status: 200 } : answer;
      }),
    ],
  },
  {
    name: "webhook-one-channel-of-a-member",
    title: "Tells of a member who is gone from several channels as gone from one.",
    violates: ["P-287"],
    rules: [
      webhook(
        {},
        losing(({ name, user_id }, { world }) =>
          name === "member_removed" && timesTold(world, `gone ${user_id}`) > 1
        ),
      ),
    ],
  },
  {
    name: "webhook-channels-of-any-case",
    title: "Takes channels whose names differ in case for one channel.",
    violates: ["P-284", "P-285"],
    rules: [
      webhook(
        {},
        losing(({ name, channel }, { world }) =>
          /^channel_/.test(String(name)) &&
          timesTold(world, `${name} ${String(channel).toLowerCase()}`) > 1
        ),
      ),
    ],
  },
  {
    name: "webhook-first-stay-alone",
    title: "Tells of a channel and of a member once, however often they come and go.",
    violates: ["P-284", "P-285", "P-286", "P-287"],
    rules: [
      webhook(
        {},
        losing(({ name, channel, user_id }, { world }) =>
          /^(channel|member)_/.test(String(name)) &&
          timesTold(world, `${name} ${channel} ${user_id}`) > 1
        ),
      ),
    ],
  },
  {
    name: "webhook-user-ids-as-numbers",
    title: "Tells of users whose id is made of digits by a number.",
    violates: ["P-286", "P-287"],
    rules: [
      webhook(
        {},
        rewrittenEvents((event) =>
          event["user_id"] === undefined ? event : { ...event, user_id: asNumber(event["user_id"]) }
        ),
      ),
    ],
  },
  {
    name: "webhook-client-event-data-cut",
    title: "Tells of no more than a thousand characters of a client event's data.",
    violates: ["P-289"],
    rules: [
      webhook(
        {},
        rewrittenEvents((event) =>
          event["name"] === "client_event"
            ? { ...event, data: String(event["data"]).slice(0, 1000) }
            : event
        ),
      ),
    ],
  },
  {
    name: "webhook-client-event-data-decoded",
    title: "Tells of a client event's data as what it means where it is JSON.",
    violates: ["P-289"],
    rules: [
      webhook(
        {},
        rewrittenEvents((event) => {
          const decoded = parseObject(String(event["data"]));
          return event["name"] === "client_event" && decoded !== undefined
            ? { ...event, data: decoded }
            : event;
        }),
      ),
    ],
  },
  {
    name: "webhook-quick-client-events-lost",
    title: "Tells of no client event that comes right after another of its sender.",
    violates: ["P-289"],
    rules: [
      webhook(
        {},
        losing(({ name, socket_id }, exchange) =>
          name === "client_event" && isQuick(exchange, socket_id)
        ),
      ),
    ],
  },
  {
    name: "webhook-tells-of-strangers-whispers",
    title: "Tells of client events that it refuses because their sender has not joined.",
    violates: ["P-164"],
    rules: [
      toTarget({
        event: "client-*",
        where: (seen) => !seen.line.knowledge.subscribed.has(channelIn(seen)),
      }, async (passage) => {
        await tellOfWhisper(passage.line, passage.message ?? {});
        await passage.pass();
      }),
    ],
  },
  {
    name: "webhook-tells-of-whispers-over-the-limit",
    title: "Tells of client events that it refuses because there are too many.",
    violates: ["P-171"],
    rules: [
      toClient({
        event: "pusher:error",
        where: ({ message }) => String(message?.["data"]).includes("4301"),
      }, async (passage) => {
        const channel = channelIn(passage);
        await tellOfWhisper(passage.line, { event: "client-tick", channel, data: "{}" });
        await passage.pass();
      }),
    ],
  },
  {
    name: "webhook-batches-of-twenty-alone",
    title: "Tells of no more than twenty events that happen within a second.",
    violates: ["P-284"],
    rules: [
      webhook(
        { where: (exchange) => eventsIn(bodyOfWebhook(exchange)).length > 1 },
        (exchange) => {
          const events = eventsIn(bodyOfWebhook(exchange)).filter(() => hasRoom(exchange.world));
          return events.length === 0
            ? answerOf(200, {})
            : rewrittenWebhook((body) => ({ ...body, events }))(exchange);
        },
      ),
    ],
  },
  {
    name: "webhook-batch-never-retried",
    title: "Tries a webhook of several events once, whether it arrives or not.",
    violates: ["P-281"],
    rules: [
      webhook(
        { where: (exchange) => eventsIn(bodyOfWebhook(exchange)).length > 1 },
        async ({ forward, request }) => ({ ...await forward(request), status: 200 }),
      ),
    ],
  },
  {
    name: "webhook-cache-miss-of-the-refused",
    title: "Tells of a cache miss where it refuses the subscription.",
    violates: ["P-290"],
    rules: [
      toTarget(
        { event: "pusher:subscribe", channel: /-cache-/, where: isUnauthorized },
        async (passage) => {
          const { app, world } = passage.line;
          const missed = { name: "cache_miss", channel: channelIn(passage) };
          if (app !== undefined) await world.sendWebhook(app, [missed]);
          await passage.pass();
        },
      ),
    ],
  },
  {
    name: "webhook-cache-miss-elsewhere",
    title: "Tells of a cache miss where somebody comes to a channel without a cache.",
    violates: ["P-290"],
    rules: [
      toClient(
        { event: "pusher_internal:subscription_succeeded", channel: /^(?!.*cache-)/ },
        async (passage) => {
          const { app, world } = passage.line;
          const missed = { name: "cache_miss", channel: channelIn(passage) };
          if (app !== undefined) await world.sendWebhook(app, [missed]);
          await passage.pass();
        },
      ),
    ],
  },
];
