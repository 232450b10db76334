/** What comings and goings tell members, counters and webhooks (P-119 to P-124, P-284 to P-288). */
import type { App } from "./app.ts";
import { isPresence } from "./channels.ts";
import type { Connection } from "./connection.ts";
import { memberAddedFrame, memberRemovedFrame } from "./presence.ts";
import type { Arrival, Departure, Member } from "./state.ts";
import { announceCount } from "./subscription_count.ts";

export function announceArrival(
  connection: Connection,
  channel: string,
  member: Member | undefined,
  arrival: Arrival,
): void {
  const { app, socketId } = connection;
  const { state, webhooks } = app;
  if (arrival.occupied) {
    state.returned(channelKey(channel), () => {
      webhooks.announce({ name: "channel_occupied", channel });
    });
  }
  if (member !== undefined && arrival.memberAdded) {
    state.publish(channel, memberAddedFrame(channel, member), socketId);
    state.returned(memberKey(channel, member.userId), () => {
      webhooks.announce({ name: "member_added", channel, user_id: member.userId });
    });
  }
  if (!isPresence(channel)) announceCount(app, channel);
}

export function announceDeparture(app: App, departure: Departure): void {
  const { channel, memberRemoved } = departure;
  if (memberRemoved !== undefined) {
    app.state.publish(channel, memberRemovedFrame(channel, memberRemoved));
  }
  if (!isPresence(channel)) announceCount(app, channel);
  if (app.settings.webhooks.length > 0) announceLater(app, departure);
}

/** Webhooks wait, because who is back soon never left (P-288). */
function announceLater(app: App, { channel, memberRemoved, vacated }: Departure): void {
  const { state, webhooks, settings } = app;
  const delayMs = settings.vacatedDelaySeconds * 1000;
  if (memberRemoved !== undefined) {
    state.departed(memberKey(channel, memberRemoved), delayMs, () => {
      webhooks.announce({ name: "member_removed", channel, user_id: memberRemoved });
    });
  }
  if (vacated) {
    state.departed(channelKey(channel), delayMs, () => {
      webhooks.announce({ name: "channel_vacated", channel });
    });
  }
}

function channelKey(channel: string): string {
  return `channel ${channel}`;
}

/** A space cannot be part of a channel's name, so no two keys are alike. */
function memberKey(channel: string, userId: string): string {
  return `member ${channel} ${userId}`;
}
