/** Getting into a channel: name, signature, limits, and what the subscriber is told (§5 to §9). */
import { admitAuthorized } from "./authorized.ts";
import { accessOf, channelNameFault, isCache, isPresence, userChannel } from "./channels.ts";
import { close, type Connection, overQuota, refuse, send } from "./connection.ts";
import { eventFrame } from "./frames.ts";
import { type MemberReading, presenceData, readMember } from "./presence.ts";
import { channelString, isAuthorizedBy } from "./signature.ts";
import type { Arrival, MaybePromise, Member } from "./state.ts";
import { andThen } from "./turns.ts";

export interface SubscribeRequest {
  readonly channel: string;
  readonly auth: string | undefined;
  readonly channelData: string | undefined;
}

type Admission =
  | { readonly ok: true; readonly member: Member | undefined }
  | { readonly ok: false; readonly why: string };

/** A refusal leaves the connection and its other subscriptions as they were (P-102). */
export function subscribe(connection: Connection, request: SubscribeRequest): MaybePromise<void> {
  const { channel } = request;
  const { app } = connection;
  const { settings } = app;
  const isOwnUserChannel = connection.user !== undefined &&
    channel === userChannel(connection.user.id);
  const fault = isOwnUserChannel
    ? undefined
    : channelNameFault(channel, settings.maxChannelNameLength);
  if (fault !== undefined) return refuse(connection, reported(connection, channel, fault));

  if (app.state.subscriptions(connection) >= settings.maxSubscriptions) {
    const full = `A connection has at most ${settings.maxSubscriptions} channels`;
    return refuse(connection, reported(connection, channel, full));
  }
  const admission = admit(connection, request);
  if (!admission.ok) {
    return refuse(connection, reported(connection, channel, admission.why), channel);
  }

  if (accessOf(channel) === "public") return enter(connection, channel, undefined);
  return andThen(
    admitAuthorized(connection),
    (admitted) =>
      admitted ? enter(connection, channel, admission.member) : close(connection, overQuota),
  );
}

/** Whether the request's signature opens the channel, and as whom. */
function admit(connection: Connection, request: SubscribeRequest): Admission {
  const { channel, auth, channelData } = request;
  switch (accessOf(channel)) {
    case "public":
      return { ok: true, member: undefined };
    case "user":
      return connection.user !== undefined && channel === userChannel(connection.user.id)
        ? { ok: true, member: undefined }
        : { ok: false, why: "Only the signed-in user may subscribe to this channel" };
    case "private":
      return isSigned(connection, channel, auth, channelData)
        ? { ok: true, member: undefined }
        : unsigned(connection);
    case "presence":
      return isSigned(connection, channel, auth, channelData)
        ? identify(connection, request)
        : unsigned(connection);
  }
}

function unsigned({ app: { settings, events } }: Connection): Admission & { ok: false } {
  const why = "The channel's auth is missing or wrong";
  events.authenticationFailed?.({ app: settings.id, of: "channel", reason: why });
  return { ok: false, why };
}

/** Tells listeners why there was no subscription, and gives the reason on. */
function reported(
  { app: { settings, events }, socketId }: Connection,
  channel: string,
  why: string,
) {
  events.subscriptionRefused?.({ app: settings.id, socketId, channel, reason: why });
  return why;
}

function isSigned(
  connection: Connection,
  channel: string,
  auth: string | undefined,
  channelData: string | undefined,
): boolean {
  return auth !== undefined && isAuthorizedBy(
    connection.app.settings,
    channelString(connection.socketId, channel, channelData),
    auth,
  );
}

/** Channel data says who the member is; without it the signed-in user is meant (P-132). */
function identify(connection: Connection, request: SubscribeRequest): MemberReading {
  const { app, user } = connection;
  let reading: MemberReading;
  if (request.channelData !== undefined) {
    reading = readMember(request.channelData, app.settings);
  } else if (user !== undefined) {
    reading = { ok: true, member: { userId: user.id, userInfo: user.userInfo } };
  } else {
    return { ok: false, why: "A presence channel needs channel_data, or a signed-in user" };
  }
  const already = app.state.memberOf(connection, request.channel);
  return reading.ok && already !== undefined && already.userId !== reading.member.userId
    ? { ok: false, why: "This connection is subscribed to the channel as another user" }
    : reading;
}

function enter(
  connection: Connection,
  channel: string,
  member: Member | undefined,
): MaybePromise<void> {
  const { state, settings } = connection.app;
  const entered = state.subscribe(
    connection,
    channel,
    member,
    settings.maxPresenceMembers,
    (arrival) => welcome(connection, channel, arrival),
  );
  return andThen(entered, (outcome) => {
    if (outcome === "subscribed") return;
    const full = `The channel has ${settings.maxPresenceMembers} members, the most`;
    refuse(connection, reported(connection, channel, full), channel);
  });
}

function welcome(
  connection: Connection,
  channel: string,
  arrival: Arrival,
): void {
  send(
    connection,
    eventFrame({
      event: "pusher_internal:subscription_succeeded",
      channel,
      data: isPresence(channel) ? presenceData(arrival.members) : "{}",
    }),
  );
  if (arrival.isNew && isCache(channel)) sendCached(connection, channel, arrival);
}

/** A cache channel's first event is its last one, or word that there is none (P-147, P-152). */
function sendCached(connection: Connection, channel: string, { cached }: Arrival): void {
  if (cached !== undefined) return send(connection, eventFrame({ ...cached, channel }));
  send(connection, eventFrame({ event: "pusher:cache_miss", channel, data: "{}" }));
}
