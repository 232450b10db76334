/** Who may receive what, and how often (P-029, P-030, P-080, P-081, P-083, P-086, P-103, P-128, P-166, P-243). */
import { type Delivery, isProtocolEvent } from "../deliveries.ts";
import { isCache, userOf } from "../channel_kind.ts";
import type { Connection, Message } from "../connections.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import type { Publication } from "../publications.ts";
import { isRecord } from "../../wire/frame.ts";
import { signedInAs } from "../sign_ins.ts";
import { isPossible, isRefusal } from "../stays.ts";

const SUCCEEDED = "pusher_internal:subscription_succeeded";

/** What concerns a connection, whatever channel a server may write beside it. */
const OF_CONNECTIONS = new Set([
  "pusher:connection_established",
  "pusher:ping",
  "pusher:pong",
  "pusher:signin_success",
]);

export function judgeDelivery(history: History, accuse: Accuse): void {
  for (const connection of history.connections.values()) {
    if (connection.isForeign) continue;
    for (const message of connection.received) {
      const { channel, event } = message.frame;
      if (channel === undefined || event === SUCCEEDED || OF_CONNECTIONS.has(event)) continue;
      if (isRefusal(message)) continue;
      judgeMembership(message, channel, connection, history, accuse);
    }
    const counts = new Map<string, number>();
    for (const delivery of history.deliveries.get(connection) ?? []) {
      judgeSource(delivery, counts, history, accuse);
    }
  }
}

/** Nothing of a channel comes to whoever is not in it. */
function judgeMembership(
  message: Message,
  channel: string,
  connection: Connection,
  history: History,
  accuse: Accuse,
): void {
  const stays = history.stays(connection, channel);
  if (stays.some((stay) => isPossible(stay, message))) {
    const [first] = stays;
    const { succeeded } = first ?? {};
    const isEarly = succeeded && succeeded.seq > message.seq && !isCache(channel);
    if (!isEarly || connection.oddFrom < message.seq) return;
    return accuse({
      requirement: "P-128",
      observation: `${kindOf(message)} before the confirmation`,
      message: `${connection.name} received ${text(message)} before it was confirmed on ${channel}`,
      quotes: [message.seq, succeeded.seq],
      part: `${connection.app?.id} ${channel}`,
    });
  }
  const isSpokenFor = connection.oddFrom < message.seq &&
    connection.received.some(({ frame }) => frame.event === SUCCEEDED && frame.channel === channel);
  if (isSpokenFor) return;
  if (isEcho(message, channel, connection, history)) return;
  const user = userOf(channel);
  if (user !== undefined) {
    const own = signedInAs(history.signIns.get(connection) ?? [], message.seq);
    if (own === "open" || own.userId === user) return;
    return accuse({
      requirement: "P-192",
      observation: "another user's event",
      message: `${connection.name} is not signed in as ${user}, yet received ${text(message)}`,
      quotes: [message.seq],
      part: `${connection.app?.id} ${channel}`,
    });
  }
  const last = stays.findLast(({ asked }) => asked.seq < message.seq);
  const [requirement, state] = last === undefined
    ? ["P-081", "never asked"] as const
    : last.leave && last.leave.seq < message.seq && last.admission.kind !== "wrong"
    ? ["P-083", "left"] as const
    : ["P-103", "was refused"] as const;
  accuse({
    requirement,
    observation: `${kindOf(message)} delivered to who ${state}`,
    message: `${connection.name} ${
      state === "never asked"
        ? `never asked for ${channel}`
        : state === "left"
        ? `had left ${channel}`
        : `was refused on ${channel}`
    }, yet received ${text(message)}`,
    quotes: [...(last ? [last.asked.seq] : []), message.seq],
    part: `${connection.app?.id} ${channel}`,
  });
}

/** A client's own event sent back is judged as that, subscribed or not. */
function isEcho(
  { frame }: Message,
  channel: string,
  connection: Connection,
  { publications, isClosed }: History,
): boolean {
  const { app } = connection;
  if (!app || !isClosed(app.id, channel)) return false;
  const same = publications.same(app.id, channel, frame.event, frame.data);
  return same.length > 0 && same.every(({ sender }) => sender === connection);
}

const kindOf = ({ frame }: Message) => isProtocolEvent(frame.event) ? frame.event : "event";

export function text({ frame }: Message): string {
  const whole = JSON.stringify(frame.fields);
  return whole.length > 300 ? `${whole.slice(0, 300)}… (${whole.length} characters)` : whole;
}

const isRefused = ({ status }: Publication) => status === 401 || status === 413;

/** Every event was published to its channel, with these data, for this connection, and comes once. */
function judgeSource(
  { connection, message, channel, candidates }: Delivery,
  counts: Map<string, number>,
  history: History,
  accuse: Accuse,
): void {
  const { app, socketId } = connection;
  if (!app || !history.isClosed(app.id, channel)) return;
  const { event, data } = message.frame;
  const say = (
    requirement: string,
    observation: string,
    why: string,
    shown: readonly Publication[] = [],
  ) =>
    accuse({
      requirement,
      observation,
      message: `${connection.name} received ${text(message)}, but ${why}`,
      quotes: [...shown.slice(-1).map(({ begin }) => begin), message.seq],
      part: `${app.id} ${channel}`,
    });
  if (candidates.length === 0) return judgeUnknown({ connection, message, channel }, history, say);
  const addressed = candidates.filter(({ exceptSocketId }) =>
    exceptSocketId === undefined || exceptSocketId !== socketId
  );
  if (addressed.length === 0) {
    // Whether an event that excluded it may come to it from the cache is left open (P-160).
    if (isCache(channel)) return;
    return candidates.some(({ kind }) => kind === "api")
      ? say("P-243", "excluded, yet delivered", "it was published with its socket_id", candidates)
      : say("P-166", "echo to the sender", "it sent that client event itself", candidates);
  }
  const accepted = addressed.filter((publication) => !isRefused(publication));
  if (accepted.length === 0) {
    return addressed.some(({ status }) => status === 413)
      ? say("P-211", "too large, yet delivered", "the request was answered with 413", addressed)
      : say("P-216", "refused, yet delivered", "the request was answered with 401", addressed);
  }
  const key = `${channel} ${event} ${typeof data === "string" ? data : JSON.stringify(data)}`;
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  const stays = history.stays(connection, channel);
  const replays = isCache(channel) ? stays.length : 0;
  if (count <= accepted.length + replays) return;
  const isTwiceIn = stays.some(({ isRenewal }) => isRenewal);
  const [requirement, observation] = isTwiceIn
    ? ["P-086", "twice after a second subscribe"] as const
    : isCache(channel)
    ? ["P-151", "cached event again"] as const
    : accepted.every(({ kind }) => kind === "client")
    ? ["P-165", "client event twice"] as const
    : ["P-080", "event twice"] as const;
  const published = accepted.length === 1 ? "once" : `${accepted.length} times`;
  say(requirement, observation, `it was published ${published}, and came ${count} times`, accepted);
}

const NOTHING: ReadonlySet<unknown> = new Set([undefined, null, "", "null", "{}"]);
const isNothing = (data: unknown): boolean =>
  NOTHING.has(data) || isRecord(data) && Object.keys(data).length === 0;

/** An event that was not published so: what comes nearest says what went wrong. */
function judgeUnknown(
  { connection, message, channel }: Omit<Delivery, "candidates">,
  { publications, options }: History,
  say: (
    requirement: string,
    observation: string,
    why: string,
    shown?: readonly Publication[],
  ) => void,
): void {
  const { app } = connection;
  if (!app) return;
  const { event, data } = message.frame;
  const before = (list: readonly Publication[]) => list.filter(({ begin }) => begin < message.seq);
  const named = before(publications.named(app.id, channel, event));
  const elsewhere = options.apps.filter(({ id }) => id !== app.id).flatMap(({ id }) =>
    before(publications.same(id, channel, event, data))
  );
  if (elsewhere.length > 0) {
    return say(
      elsewhere.some(({ kind }) => kind === "api") ? "P-231" : "P-303",
      "another app's event",
      "it was published in another app",
      elsewhere,
    );
  }
  // What was sent without data may come with what stands for none.
  if (isNothing(data) && named.some((publication) => isNothing(publication.data))) return;
  if (named.length > 0) {
    return named.some(({ kind }) => kind === "api")
      ? say("P-030", "other data than published", "it was published with other data", named)
      : say("P-169", "other data than sent", "the client event was sent with other data", named);
  }
  const renamed = before(publications.on(app.id, channel)).filter((publication) =>
    publication.data === data && typeof data === "string" && data.length > 2
  );
  if (renamed.length > 0) {
    return say("P-029", "another event name", "it was published under another name", renamed);
  }
  // A server's own events have prefixes that nobody can know.
  if (!event.includes(":")) say("P-303", "nobody published it", "nobody published it there");
}
