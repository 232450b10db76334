/** What becomes of client events (P-034, P-162 to P-168, P-174). */
import { accessOf, isCache, isPresence } from "../channel_kind.ts";
import { type Delivery, isProtocolEvent } from "../deliveries.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import { idText } from "../json.ts";
import type { Publication } from "../publications.ts";
import type { Stay } from "../stays.ts";
import { text } from "./delivery.ts";

export function judgeClientEvents(history: History, accuse: Accuse): void {
  for (const [connection, deliveries] of history.deliveries) {
    if (connection.isForeign) continue;
    for (const delivery of deliveries) judgeOne(delivery, history, accuse);
    judgeForgeries(connection, history, accuse);
  }
}

function judgeOne(
  { connection, message, channel, candidates }: Delivery,
  history: History,
  accuse: Accuse,
): void {
  const { app } = connection;
  if (!app || candidates.length === 0 || !history.isClosed(app.id, channel)) return;
  const { frame } = message;
  const say = (requirement: string, observation: string, why: string) =>
    accuse({
      requirement,
      observation,
      message: `${connection.name} received ${text(message)}, but ${why}`,
      quotes: [...candidates.slice(-1).map(({ begin }) => begin), message.seq],
      part: `${app.id} ${channel}`,
    });
  const carriesUser = frame.fields.user_id !== undefined && frame.fields.user_id !== null;
  const isFromApi = candidates.every(({ kind }) => kind === "api");
  if (carriesUser && (isFromApi || !isPresence(channel))) {
    return say(
      "P-168",
      "user_id on another event",
      "only client events of presence channels carry a user_id",
    );
  }
  if (candidates.some(({ kind }) => kind === "api")) return;
  if (!frame.event.startsWith("client-")) {
    return say("P-162", "another name relayed", "names of client events begin with client-");
  }
  // What it sent itself and got back is told of as that (P-166), whether it might send it or not.
  if (!isCache(channel) && candidates.every(({ sender }) => sender === connection)) return;
  const access = accessOf(channel);
  if (access !== "private" && access !== "presence") {
    return say(
      "P-163",
      "relayed on a public channel",
      "only private and presence channels have client events",
    );
  }
  if (candidates.every((sent) => !mayBeIn(sent, history))) {
    return say("P-164", "relayed for who is not in", "its sender is not subscribed to the channel");
  }
  const surplus = candidates.every(({ surplus }) => surplus.some((name) => name in frame.fields));
  if (surplus) {
    return say("P-174", "surplus fields relayed", "the sender added those fields itself");
  }
  if (isPresence(channel)) judgeUser(frame.fields.user_id, candidates, history, say);
}

/** Whether the sender may have been in the channel when it sent: the server reads in order. */
function mayBeIn({ sender, channel, begin }: Publication, history: History): boolean {
  if (!sender || sender.oddFrom < begin) return true;
  return staysAt(history.stays(sender, channel), begin).length > 0;
}

function staysAt(stays: readonly Stay[], seq: number): readonly Stay[] {
  return stays.filter(({ asked, leave, admission, succeeded, refused }) =>
    asked.seq < seq && !(leave && leave.seq < seq) && (admission.kind !== "wrong" || succeeded) &&
    !(refused && refused.seq < seq)
  );
}

function judgeUser(
  userId: unknown,
  candidates: readonly Publication[],
  history: History,
  say: (requirement: string, observation: string, why: string) => void,
): void {
  const senders = candidates.flatMap(({ sender, channel, begin }) =>
    sender ? staysAt(history.stays(sender, channel), begin).map(({ member }) => member?.id) : []
  );
  if (senders.length === 0 || senders.includes(undefined)) return;
  const id = idText(userId);
  if (id === undefined) return say("P-167", "no user_id", "it does not say whose it is");
  if (!senders.includes(id)) {
    say("P-167", "another user_id", `its sender is there as ${senders.join(" or ")}`);
  }
}

/** Events of the protocol that a client made up. */
function judgeForgeries(
  connection: Delivery["connection"],
  { publications }: History,
  accuse: Accuse,
): void {
  const { app } = connection;
  if (!app) return;
  for (const message of connection.received) {
    const { channel, event, data } = message.frame;
    if (channel === undefined || !isProtocolEvent(event) || GENUINE.has(event)) continue;
    const forged = publications.same(app.id, channel, event, data).filter((
      { kind, begin, sender },
    ) => kind === "client" && begin < message.seq && sender !== connection);
    if (forged.length === 0) continue;
    accuse({
      requirement: "P-034",
      observation: "a client's protocol event relayed",
      message: `${connection.name} received ${text(message)}, which another client sent`,
      quotes: [...forged.slice(-1).map(({ begin }) => begin), message.seq],
    });
  }
}

const GENUINE = new Set([
  "pusher_internal:subscription_succeeded",
  "pusher_internal:member_added",
  "pusher_internal:member_removed",
  "pusher_internal:subscription_count",
  "pusher:cache_miss",
  "pusher:error",
]);
