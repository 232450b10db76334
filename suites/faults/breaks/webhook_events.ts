/** Servers whose webhooks tell the wrong scenario (P-153, P-284 to P-292). */
import { answerOf } from "../answers.ts";
import type { Break, Passage, RequestAction } from "../break.ts";
import type { Json } from "../message.ts";
import { toClient, toTarget, webhook } from "../rules.ts";
import { channelIn } from "../subscribing.ts";
import { bodyOfWebhook, eventsIn, rewrittenWebhook, senderOf } from "../webhook.ts";
import { type Line, memberOf } from "../world.ts";

/** The webhook with some of its events changed, repeated or left out; none when none is left. */
function params(name: string, change: (event: Json) => readonly Json[]): RequestAction {
  return (exchange) => {
    const events = eventsIn(bodyOfWebhook(exchange));
    if (!events.some((event) => event["name"] === name)) return exchange.forward(exchange.request);
    const changed = events.flatMap((event) => event["name"] === name ? change(event) : [event]);
    if (changed.length === 0) return answerOf(200, {});
    return rewrittenWebhook((body) => ({ ...body, events: changed }))(exchange);
  };
}

/** A webhook about one kind of event that is sent so many times. */
function repeated(name: string, times: number): RequestAction {
  return async (exchange) => {
    const isConcerned = eventsIn(bodyOfWebhook(exchange)).some((event) => event["name"] === name);
    const sender = senderOf(exchange);
    for (let sent = 1; sent < times && isConcerned && sender !== undefined; sent++) {
      await exchange.world.sendWebhook(sender, eventsIn(bodyOfWebhook(exchange)));
    }
    return await exchange.forward(exchange.request);
  };
}

/** One webhook of the proxy's own, about the line's app. */
function report({ line }: Passage, event: Json): void {
  if (line.app !== undefined) void line.world.sendWebhook(line.app, [event]);
}

function othersIn({ line }: Passage, channel: string): readonly Line[] {
  return [...line.world.lines].filter((other) =>
    other !== line && other.knowledge.subscribed.has(channel)
  );
}

/** Acts when a line leaves a channel, by unsubscribing or by closing. */
function leaving(act: (passage: Passage, channel: string) => void): Break["rules"] {
  return [
    toTarget({ event: "pusher:unsubscribe" }, async (passage) => {
      act(passage, channelIn(passage));
      await passage.pass();
    }),
    toTarget({ opcode: "close" }, async (passage) => {
      for (const channel of passage.line.knowledge.subscribed.keys()) act(passage, channel);
      await passage.pass();
    }),
  ];
}

function isShared(passage: Passage, channel: string, member: string | undefined): boolean {
  return othersIn(passage, channel).some((other) => memberOf(other, channel) === member);
}

const NAMES = [
  ["channel_occupied", ["P-284"]],
  // Who has not come back in time is told of (P-288).
  ["channel_vacated", ["P-285", "P-288"]],
  ["member_added", ["P-286"]],
  ["member_removed", ["P-287"]],
  ["client_event", ["P-289"]],
  ["cache_miss", ["P-153", "P-290"]],
  ["subscription_count", ["P-291"]],
] as const;

export const WEBHOOK_EVENTS: readonly Break[] = [
  ...NAMES.map(([name, violates]): Break => ({
    name: `webhook-${name.replaceAll("_", "-")}-missing`,
    title: `Sends no \`${name}\` webhooks.`,
    violates,
    rules: [webhook({}, params(name, () => []))],
  })),
  ...NAMES.map(([name, violates]): Break => ({
    name: `webhook-${name.replaceAll("_", "-")}-without-channel`,
    title: `Does not say in a \`${name}\` webhook which channel it is about.`,
    violates,
    rules: [webhook({}, params(name, ({ channel: _, ...rest }) => [rest]))],
  })),
  {
    name: "webhook-occupied-repeated",
    title: "Reports a channel as occupied with every subscriber.",
    violates: ["P-284", "P-292", "P-288"],
    rules: [webhook({}, repeated("channel_occupied", 3))],
  },
  {
    name: "webhook-vacated-early",
    title: "Reports a channel as vacated while others are still subscribed.",
    violates: ["P-285", "P-292"],
    rules: leaving((passage, channel) => {
      if (othersIn(passage, channel).length > 0) {
        report(passage, { name: "channel_vacated", channel });
      }
    }),
  },
  {
    name: "webhook-member-added-for-every-tab",
    title: "Reports a member as added with each of his connections.",
    violates: ["P-286"],
    rules: [
      toClient({
        event: "pusher_internal:subscription_succeeded",
        channel: "presence-*",
      }, async (passage) => {
        await passage.pass();
        const channel = channelIn(passage);
        const user_id = memberOf(passage.line, channel);
        const isSecondTab = isShared(passage, channel, user_id);
        if (isSecondTab) report(passage, { name: "member_added", channel, user_id });
      }),
    ],
  },
  {
    name: "webhook-member-removed-with-every-tab",
    title: "Reports a member as removed with each of his connections.",
    violates: ["P-287"],
    rules: leaving((passage, channel) => {
      const user_id = memberOf(passage.line, channel);
      const isSecondTab = channel.startsWith("presence-") && isShared(passage, channel, user_id);
      if (isSecondTab) report(passage, { name: "member_removed", channel, user_id });
    }),
  },
  {
    name: "webhook-vacated-at-once",
    title: "Reports a channel as vacated at once, without waiting for the client to come back.",
    violates: ["P-288"],
    rules: leaving((passage, channel) => {
      if (othersIn(passage, channel).length > 0) return;
      report(passage, { name: "channel_vacated", channel });
      const user_id = memberOf(passage.line, channel);
      if (channel.startsWith("presence-")) {
        report(passage, { name: "member_removed", channel, user_id });
      }
    }),
  },
  {
    name: "webhook-client-event-without-sender",
    title: "Reports a client event without its sender's socket id.",
    violates: ["P-289"],
    rules: [webhook({}, params("client_event", ({ socket_id: _, ...rest }) => [rest]))],
  },
  {
    name: "webhook-client-event-data-missing",
    title: "Reports a client event without its data.",
    violates: ["P-289"],
    rules: [webhook({}, params("client_event", ({ data: _, ...rest }) => [rest]))],
  },
  {
    name: "webhook-client-event-user-everywhere",
    title: "Gives a user id for client events on channels that have no members.",
    violates: ["P-289"],
    rules: [webhook({}, params("client_event", (event) => [{ user_id: "somebody", ...event }]))],
  },
  {
    name: "webhook-subscription-count-a-string",
    title: "Gives the subscription count as a string.",
    violates: ["P-291"],
    rules: [
      webhook(
        {},
        params("subscription_count", (event) => [
          { ...event, subscription_count: String(event["subscription_count"]) },
        ]),
      ),
    ],
  },
  {
    name: "webhook-member-unnamed",
    title: "Does not say which member was added or removed.",
    violates: ["P-286", "P-287"],
    rules: [
      webhook({}, (exchange) =>
        rewrittenWebhook((body) => ({
          ...body,
          events: eventsIn(body).map(({ user_id: _, ...rest }) => rest),
        }))(exchange)),
    ],
  },
];
