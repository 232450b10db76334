/** Servers that tell an application too often, or forget the last of several (P-284 to P-290). */
import { answerOf } from "../answers.ts";
import type { Break, Passage } from "../break.ts";
import { type Json, parseObject } from "../message.ts";
import { toClient, webhook } from "../rules.ts";
import { channelIn } from "../subscribing.ts";
import { bodyOfWebhook, eventsIn, rewrittenWebhook, senderOf } from "../webhook.ts";
import type { World } from "../world.ts";

const SUCCEEDED = { event: "pusher_internal:subscription_succeeded" } as const;
const CACHE = /^((private|presence)-(encrypted-)?)?cache-/;

/** How often each channel has been subscribed to, and by each of its members. */
const stays = new WeakMap<World, Map<string, number>>();

function memberIn({ line }: Passage, channel: string): string | undefined {
  const data = parseObject(String(line.knowledge.asked.get(channel)?.["channel_data"]));
  return data?.["user_id"] === undefined ? undefined : String(data["user_id"]);
}

/** Counts a stay of each of these, and answers whether there was one before. */
function wereThere(world: World, names: readonly string[]): boolean {
  const counts = stays.get(world) ?? new Map<string, number>();
  stays.set(world, counts);
  const before = names.some((name) => counts.has(name));
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return before;
}

async function report({ line }: Passage, events: readonly Json[]): Promise<void> {
  if (line.app !== undefined) await line.world.sendWebhook(line.app, events);
}

const member = (channel: unknown, id: unknown) => `${String(channel)} ${String(id)}`;

export const WEBHOOK_SURPLUS: readonly Break[] = [
  {
    name: "webhook-large-counts-told-each",
    title: "Tells of every subscription count above a hundred.",
    violates: ["P-291"],
    rules: [
      webhook({}, async (exchange) => {
        const events = eventsIn(bodyOfWebhook(exchange));
        const sender = senderOf(exchange);
        const large = events.find((event) => Number(event["subscription_count"]) > 100);
        if (sender !== undefined && large !== undefined) {
          const each = [102, 103, 104].map((count) => ({ ...large, subscription_count: count }));
          await exchange.world.sendWebhook(sender, each);
        }
        return await exchange.forward(exchange.request);
      }),
    ],
  },
  {
    name: "webhook-without-events",
    title: "Sends a webhook that tells of nothing after each that tells of something.",
    violates: ["P-275"],
    rules: [
      webhook({}, async (exchange) => {
        const answer = await exchange.forward(exchange.request);
        const sender = senderOf(exchange);
        if (sender !== undefined) await exchange.world.sendWebhook(sender, []);
        return answer;
      }),
    ],
  },
  {
    name: "webhook-last-to-leave-forgotten",
    title: "Tells of the end of a stay only where there was one alone.",
    violates: ["P-285", "P-287"],
    rules: [
      toClient(SUCCEEDED, async (passage) => {
        const channel = channelIn(passage);
        wereThere(passage.line.world, [channel, member(channel, memberIn(passage, channel))]);
        await passage.pass();
      }),
      webhook({}, (exchange) => {
        const counts = stays.get(exchange.world);
        const wasShared = ({ name, channel, user_id }: Json) =>
          name === "channel_vacated"
            ? (counts?.get(String(channel)) ?? 0) > 1
            : name === "member_removed" && (counts?.get(member(channel, user_id)) ?? 0) > 1;
        const all = eventsIn(bodyOfWebhook(exchange));
        const events = all.filter((event) => !wasShared(event));
        if (events.length === all.length) return exchange.forward(exchange.request);
        if (events.length === 0) return answerOf(200, {});
        return rewrittenWebhook((body) => ({ ...body, events }))(exchange);
      }),
    ],
  },
  {
    name: "webhook-for-every-return",
    title: "Tells of an end and a new beginning whenever somebody comes back to a channel.",
    violates: ["P-288"],
    rules: [
      toClient(SUCCEEDED, async (passage) => {
        const channel = channelIn(passage);
        const user_id = memberIn(passage, channel);
        if (wereThere(passage.line.world, [member(channel, user_id)])) {
          const names = user_id === undefined
            ? ["channel_vacated", "channel_occupied"]
            : ["member_removed", "channel_vacated", "channel_occupied", "member_added"];
          for (const name of names) {
            await report(passage, [{ name, channel, ...(user_id && { user_id }) }]);
          }
        }
        await passage.pass();
      }),
    ],
  },
  {
    name: "webhook-cache-miss-always",
    title: "Tells of a cache miss at every subscription to a cache channel.",
    violates: ["P-153", "P-290"],
    rules: [
      toClient({ ...SUCCEEDED, channel: CACHE }, async (passage) => {
        await report(passage, [{ name: "cache_miss", channel: channelIn(passage) }]);
        await passage.pass();
      }),
    ],
  },
];
