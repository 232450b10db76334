/** `GET /channels`, `/channels/{channel}` and `/channels/{channel}/users` (P-263 to P-274). */
import type { App } from "../app.ts";
import { channelNameFault, isPresence } from "../channels.ts";
import type { ChannelCount } from "../state.ts";
import { attributeFault, describe, type Described, readAttributes } from "./info.ts";
import { ApiError, type ApiRequest } from "./request.ts";

export async function getChannels({ app, query }: ApiRequest): Promise<unknown> {
  const prefix = query.get("filter_by_prefix") ?? "";
  const wanted = readAttributes(query.get("info"));
  if (wanted.includes("user_count") && !isPresence(prefix)) {
    throw new ApiError(400, "user_count needs a filter_by_prefix that begins with presence-");
  }
  if (wanted.includes("cache")) throw new ApiError(400, "cache is for a single channel");
  const wantsUsers = wanted.includes("user_count");
  const wantsSubscriptions = wanted.includes("subscription_count");
  const occupied = await app.state.channels(prefix);
  const channels = [...occupied].map(([channel, count]) =>
    [channel, {
      ...(wantsUsers ? { user_count: count.users } : {}),
      ...(wantsSubscriptions ? subscriptionCount(app, channel, count) : {}),
    }] as const
  );
  return { channels: Object.fromEntries(channels) };
}

function subscriptionCount(app: App, channel: string, { subscriptions }: ChannelCount): Described {
  return attributeFault(app, channel, "subscription_count") === undefined
    ? { subscription_count: subscriptions }
    : {};
}

export async function getChannel({ app, query, params }: ApiRequest): Promise<unknown> {
  const channel = channelIn(params, app);
  const wanted = readAttributes(query.get("info"));
  for (const attribute of wanted) {
    const fault = attributeFault(app, channel, attribute);
    if (fault !== undefined) throw new ApiError(400, fault);
  }
  const { subscriptions } = await app.state.count(channel);
  return { occupied: subscriptions > 0, ...await describe(app, channel, wanted) };
}

export async function getMembers({ app, params }: ApiRequest): Promise<unknown> {
  const channel = channelIn(params, app);
  if (!isPresence(channel)) throw new ApiError(400, "Only presence channels have users");
  const ids = await app.state.userIds(channel);
  return { users: ids.map((id) => ({ id })) };
}

function channelIn(params: ApiRequest["params"], app: App): string {
  const channel = params["channel"] ?? "";
  const fault = channelNameFault(channel, app.settings.maxChannelNameLength);
  if (fault !== undefined) throw new ApiError(400, fault);
  return channel;
}
