/** How many connections a channel has, told to its subscribers and by webhook (P-176 to P-181). */
import type { App } from "./app.ts";
import { eventFrame } from "./frames.ts";
import type { ChannelCount } from "./state.ts";
import { andThen } from "./turns.ts";

/** Above this many connections the count is told at intervals only. */
const CROWD = 100;
const CROWD_INTERVAL_MS = 5000;

/** Call after every subscription and its end, on channels other than presence. */
export function announceCount(app: App, channel: string): void {
  if (!app.settings.subscriptionCount) return;
  void andThen(app.state.count(channel), ({ subscriptions }: ChannelCount) => {
    if (subscriptions <= CROWD) return tell(app, channel, subscriptions);
    void andThen(app.state.claim(`count ${channel}`, CROWD_INTERVAL_MS), (isFirst) => {
      if (isFirst) setTimeout(() => tellLatest(app, channel), CROWD_INTERVAL_MS);
    });
  });
}

function tellLatest(app: App, channel: string): void {
  void andThen(app.state.count(channel), ({ subscriptions }) => {
    tell(app, channel, subscriptions);
  });
}

function tell(app: App, channel: string, subscriptions: number): void {
  const count = { subscription_count: subscriptions };
  app.state.publish(
    channel,
    eventFrame({
      event: "pusher_internal:subscription_count",
      channel,
      data: JSON.stringify(count),
    }),
  );
  app.webhooks.announce({ name: "subscription_count", channel, ...count });
}
