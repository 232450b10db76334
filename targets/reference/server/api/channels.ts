/** `GET /channels`, `/channels/{channel}` and `/channels/{channel}/users` (P-263 to P-274). */
import type { App } from "../app.ts";
import { channelNameFault, isPresence } from "../channels.ts";
import { attributeFault, describe, readAttributes } from "./info.ts";
import { ApiError, type ApiRequest } from "./request.ts";

export async function getChannels({ app, query }: ApiRequest): Promise<unknown> {
  const prefix = query.get("filter_by_prefix") ?? "";
  const wanted = readAttributes(query.get("info"));
  if (wanted.includes("user_count") && !isPresence(prefix)) {
    throw new ApiError(400, "user_count needs a filter_by_prefix that begins with presence-");
  }
  if (wanted.some((attribute) => attribute !== "user_count")) {
    throw new ApiError(400, "A list of channels has user_count alone");
  }
  const occupied = await app.state.channels(prefix);
  const channels = [...occupied].map(([channel, { users }]) =>
    [channel, wanted.length > 0 ? { user_count: users } : {}] as const
  );
  return { channels: Object.fromEntries(channels) };
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
