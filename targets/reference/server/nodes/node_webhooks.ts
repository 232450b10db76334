/**
 * Webhooks of an app with several nodes. What is to be told is put in order in Redis, and one node,
 * the teller, takes it from there and sends it: each event once, and those of a channel in order.
 */
import { z } from "zod";
import { type AppSettings, webhookNames } from "../settings.ts";
import type { Listeners } from "../events.ts";
import { createCountPace } from "../subscription_count.ts";
import { createWebhooks, type Webhooks } from "../webhooks.ts";
import type { Membership } from "./membership.ts";

const taken = z.array(
  z.string().transform((text) => JSON.parse(text)).pipe(
    z.object({ name: z.enum(webhookNames), channel: z.string() })
      .catchall(z.string().or(z.number())),
  ),
);

/** After a departure is due, so that no clock's fraction makes it early. */
const DUE_MS = 10;

export interface NodeWebhooks extends Webhooks {
  /** Whether this node is the teller from now on. */
  tells(isTeller: boolean): void;
  /** There may be events to take. */
  take(): void;
  /** Somebody left, which is told when nobody came back in time. */
  departed(): void;
  /** Takes what there is for the last time; what comes later is for another teller. */
  retire(): Promise<void>;
}

export function createNodeWebhooks(
  settings: AppSettings,
  events: Listeners,
  membership: () => Membership,
): NodeWebhooks {
  const sending = createWebhooks(settings, events);
  const countPace = createCountPace();
  const counts = new Map<string, number>();
  const due = new Set<ReturnType<typeof setTimeout>>();
  const isUsed = settings.webhooks.length > 0;
  let isTeller = false;

  async function take(): Promise<void> {
    for (const event of taken.parse(await membership().run("take", []))) {
      const { subscription_count: count, channel } = event;
      if (event.name !== "subscription_count" || typeof count !== "number") {
        sending.announce(event);
        continue;
      }
      counts.set(channel, count);
      countPace(channel, () => counts.get(channel) ?? 0, (latest) => {
        counts.delete(channel);
        sending.announce({ ...event, subscription_count: latest });
      });
    }
  }
  // What cannot be taken or said now is there later, or is gone with its Redis.
  const quietly = (work: Promise<unknown>) => void work.catch(() => {});

  return {
    announce(event) {
      if (isUsed) quietly(membership().run("hook", [JSON.stringify(event)]));
    },
    tells(now) {
      isTeller = now;
      if (isTeller) quietly(take());
    },
    take() {
      if (isTeller) quietly(take());
    },
    departed() {
      if (!isUsed) return;
      const timer = setTimeout(() => {
        due.delete(timer);
        quietly(membership().run("due", []));
      }, settings.vacatedDelaySeconds * 1000 + DUE_MS);
      due.add(timer);
    },
    async retire() {
      for (const timer of due) clearTimeout(timer);
      if (isTeller) await take().catch(() => {});
      isTeller = false;
    },
    finish: sending.finish,
  };
}
