/** Servers that count subscribers badly (P-176 to P-181). */
import { alter, alterData, drop, followedBy } from "../actions.ts";
import type { Break, Passage } from "../break.ts";
import { dataOf } from "../message.ts";
import { message } from "../replies.ts";
import { toClient } from "../rules.ts";
import { channelIn } from "../subscribing.ts";

const COUNT = { event: "pusher_internal:subscription_count" } as const;
const SUCCEEDED = { event: "pusher_internal:subscription_succeeded" } as const;

/** Above so many subscribers a count is due every five seconds only (P-179). */
const MANY = 100;

function count(subscription_count: number) {
  return (passage: Passage) => message(COUNT.event, { subscription_count }, channelIn(passage));
}

function countIn({ message }: Passage): number {
  return Number(message && dataOf(message)["subscription_count"]);
}

export const SUBSCRIPTION_COUNT: readonly Break[] = [
  {
    name: "subscription-count-unasked",
    title: "Sends subscription counts to apps that have not asked for them.",
    violates: ["P-176"],
    rules: [toClient({ ...SUCCEEDED, channel: /^(?!presence-)/ }, followedBy(count(1)))],
  },
  {
    name: "subscription-count-misnamed",
    title: "Sends subscription counts under the name the client library gives them.",
    violates: ["P-177"],
    rules: [
      toClient(COUNT, alter((sent) => ({ ...sent, event: "pusher:subscription_count" }))),
    ],
  },
  {
    name: "subscription-count-data-bare",
    title: "Sends a subscription count as a bare number.",
    violates: ["P-177"],
    rules: [toClient(COUNT, alter((sent) => ({ ...sent, data: "1" })))],
  },
  {
    name: "subscription-count-missing",
    title: "Never sends subscription counts.",
    violates: ["P-177", "P-178"],
    rules: [toClient(COUNT, drop)],
  },
  {
    name: "subscription-count-only-rising",
    title: "Sends no subscription count when somebody leaves.",
    violates: ["P-178"],
    rules: [toClient({ ...COUNT, every: 2 }, drop)],
  },
  {
    name: "subscription-count-stops-at-a-hundred",
    title: "Sends no counts on channels with more than a hundred subscribers.",
    violates: ["P-179"],
    rules: [toClient({ ...COUNT, where: (seen) => countIn(seen) > MANY }, drop)],
  },
  {
    name: "subscription-count-on-presence-channels",
    title: "Sends subscription counts on presence channels.",
    violates: ["P-180"],
    rules: [toClient({ ...SUCCEEDED, channel: "presence-*" }, followedBy(count(1)))],
  },
  {
    name: "subscription-count-of-users",
    title: "Counts all the connections of a user as one subscriber.",
    violates: ["P-181"],
    rules: [toClient(COUNT, alterData(() => ({ subscription_count: 1 })))],
  },
];
