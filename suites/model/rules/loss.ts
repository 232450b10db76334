/**
 * Events that had to come and did not (P-080, P-165). What was published later on the same path and did
 * come is the fence: what it overtook for good is lost.
 */
import { ALONE, BATCHED, type Kind, TO_SEVERAL } from "../../client/premises.ts";
import { dataOf } from "../answers.ts";
import { accessOf, isEncrypted, isPresence } from "../channel_kind.ts";
import type { Connection } from "../connections.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import type { Publication } from "../publications.ts";
import { isCertain, type Stay } from "../stays.ts";
import { createFences, type Fences } from "../fences.ts";

/** A client event beyond this may be refused by hosted limits (P-171, P-173). */
const PLAIN_BYTES = 5000;
const PLAIN_RATE = 9;
const RATE_WINDOW_MS = 1100;

/** An event that a connection should have got. */
interface Loss {
  readonly publication: Publication;
  readonly stay: Stay;
  readonly succeeded: number;
  /** What was published later, and came. */
  readonly fence: number;
}

export function judgeLoss(history: History, accuse: Accuse): void {
  for (const { publication, stay, succeeded, fence } of lossesOf(history)) {
    const { connection, channel } = stay;
    const { event, app } = publication;
    accuse({
      ...(publication.kind === "client"
        ? { requirement: "P-165", observation: "client event lost" }
        : { requirement: "P-080", observation: "event lost", kind: howOf(publication) }),
      message:
        `${connection.name} was in ${channel} when ${event} was published; what was published later came, this never did`,
      quotes: [succeeded, publication.begin, fence],
      part: `${app.id} ${channel}`,
    });
  }
}

function* lossesOf(history: History): Generator<Loss> {
  for (const { appId, channel } of history.channels) {
    if (!history.isClosed(appId, channel)) continue;
    const publications = history.publications.on(appId, channel);
    if (publications.length === 0) continue;
    const rated = new Map<Publication, boolean>();
    for (const stay of history.staysIn(appId, channel)) {
      const { connection, succeeded } = stay;
      if (!succeeded || connection.isForeign || !isOwed(stay)) continue;
      const fences = fencesOf(connection, history);
      for (const publication of publications) {
        if (!isExpected(publication, stay, history, rated)) continue;
        const fence = fences.after(publication);
        if (fence === undefined || !isCertain(stay, publication.begin, fence)) continue;
        if (deliveredOf(publication, stay, fences, history)) continue;
        yield { publication, stay, succeeded: succeeded.seq, fence };
      }
    }
  }
}

/** Whoever was let in wrongly is owed nothing; nor is, on a user's own channel, who may not be that user. */
const isOwed = ({ admission, channel }: Stay): boolean =>
  accessOf(channel) === "user" ? admission.kind === "right" : admission.kind !== "wrong";

/** Where only one way of publishing loses events, that is to blame. */
const howOf = ({ isBatched, isToSeveral }: Publication): Kind =>
  isBatched ? BATCHED : isToSeveral ? TO_SEVERAL : ALONE;

const cached = new WeakMap<History, Map<Connection, Fences>>();

function fencesOf(connection: Connection, history: History): Fences {
  const known = cached.get(history) ?? new Map<Connection, Fences>();
  cached.set(history, known);
  const fences = known.get(connection) ??
    createFences(history.deliveries.get(connection) ?? [], history);
  known.set(connection, fences);
  return fences;
}

function isExpected(
  publication: Publication,
  { connection }: Stay,
  history: History,
  rated: Map<Publication, boolean>,
): boolean {
  if (publication.exceptSocketId === connection.socketId) return false;
  // An event of a reserved name should be refused, whatever the answer says (P-035).
  if (publication.kind === "api") return publication.status === 200 && !isReserved(publication);
  if (publication.sender === connection) return false;
  const known = rated.get(publication) ?? isPlainClientEvent(publication, history);
  rated.set(publication, known);
  return known;
}

const isReserved = ({ event }: Publication) => /^pusher(_internal)?:/.test(event);

/** True for a client event that no limit can be the reason to refuse. */
function isPlainClientEvent(publication: Publication, history: History): boolean {
  const { sender, channel, event, begin, beginT, data } = publication;
  if (!sender || !event.startsWith("client-") || event.length > 100) return false;
  if (!(channel.startsWith("private-") || isPresence(channel)) || isEncrypted(channel)) {
    return false;
  }
  if (data === undefined || JSON.stringify(data).length > PLAIN_BYTES) return false;
  if (begin >= sender.servedUntil) return false;
  // Where a reset or the server's own close ends a connection, what was sent last may not have been read.
  const isCutShort = sender.oddFrom < Infinity || sender.toldToClose < Infinity;
  if (isCutShort && sender.answers.lastAnswered <= begin) return false;
  if (mayBeRefused(publication, sender, history)) return false;
  const isIn = history.stays(sender, channel).some(({ from, leave }) =>
    from < begin && !(leave && leave.seq < begin)
  );
  if (!isIn) return false;
  const recent = sender.sent.filter(({ t, frame }) =>
    frame.event.startsWith("client-") && t > beginT - RATE_WINDOW_MS && t <= beginT
  );
  return recent.length <= PLAIN_RATE;
}

/**
 * Whether an error may have been the answer to it. One without a code is no limit's and ends no
 * connection: where the channel has relayed this sender's like, there is nothing else to refuse.
 */
function mayBeRefused(
  { event, data, channel }: Publication,
  sender: Connection,
  { deliveries }: History,
): boolean {
  const errors = sender.received.filter(({ frame }) => frame.event === "pusher:error");
  if (errors.length === 0) return false;
  if (errors.some(({ frame }) => dataOf(frame.data).code !== undefined)) return true;
  if (event === "client-" || data === "") return true;
  return ![...deliveries.values()].flat().some((delivery) =>
    delivery.channel === channel &&
    delivery.candidates.some((sent) => sent.kind === "client" && sent.sender === sender)
  );
}

/** Whether it came, or may have: of several that are alike, one cannot tell which is missing. */
function deliveredOf(
  publication: Publication,
  { channel }: Stay,
  fences: Fences,
  history: History,
): boolean {
  if (fences.has(publication)) return true;
  const { app, event, data } = publication;
  return history.publications.same(app.id, channel, event, data).length > 1;
}
