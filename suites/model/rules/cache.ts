/** What a new subscriber of a cache channel gets first (P-146, P-147, P-149, P-152, P-155). */
import { type Kind, kindOf } from "../../client/premises.ts";
import { isCache } from "../channel_kind.ts";
import type { Delivery } from "../deliveries.ts";
import type { Message } from "../connections.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import type { ModelApp } from "../options.ts";
import type { Publication } from "../publications.ts";
import type { Stay } from "../stays.ts";
import { text } from "./delivery.ts";

const CACHE_MISS = "pusher:cache_miss";
/** Around the end of a cached event's life both answers are right. */
const END_OF_LIFE_MS = 1000;
/** Longer than this an event need not be kept, where the target file does not say for how long it is. */
const CERTAIN_TTL_MS = 10_000;

export function judgeCache(history: History, accuse: Accuse): void {
  for (const connection of history.connections.values()) {
    if (connection.isForeign) continue;
    for (const message of connection.received) {
      const { channel, event } = message.frame;
      if (event !== CACHE_MISS || channel === undefined || isCache(channel)) continue;
      accuse({
        requirement: "P-146",
        observation: "cache miss on another channel",
        message: `${connection.name} received ${text(message)}, but that is no cache channel`,
        quotes: [message.seq],
      });
    }
  }
  for (const { appId, channel } of history.channels) {
    if (!isCache(channel) || !history.isClosed(appId, channel)) continue;
    for (const stay of history.staysIn(appId, channel)) {
      const { connection } = stay;
      const before = history.stays(connection, channel).indexOf(stay) > 0;
      if (stay.succeeded && !before && !connection.isForeign) judgeWelcome(stay, history, accuse);
    }
  }
}

/** The first stay of a connection: nothing it receives can be left over from an earlier one. */
function judgeWelcome(stay: Stay, history: History, accuse: Accuse): void {
  const { connection, channel, asked, succeeded } = stay;
  const { app } = connection;
  if (!app || !succeeded) return;
  const api = history.publications.on(app.id, channel).filter(({ kind }) => kind === "api");
  const kept = api.filter((publication) => isKept(publication, asked.seq));
  const say = (
    requirement: string,
    observation: string,
    why: string,
    shown: readonly number[],
    kind?: Kind,
  ) =>
    accuse({
      requirement,
      observation,
      ...(kind === undefined ? {} : { kind }),
      message: `${connection.name} subscribed to ${channel}, ${why}`,
      quotes: [asked.seq, ...shown],
      part: `${app.id} ${channel}`,
    });
  const isFresh = ({ endT, beginT }: Publication, t: number) =>
    endT < Infinity && t - beginT < ttlOf(app) - END_OF_LIFE_MS;

  const miss = missed(stay);
  const held = kept.find((publication) => miss && isFresh(publication, miss.t));
  if (miss && held) {
    return say(
      "P-147",
      "cache miss, though an event is kept",
      `and was told of a cache miss, though ${held.event} had been published`,
      [held.begin, miss.seq],
    );
  }
  const [first] = (history.deliveries.get(connection) ?? []).filter((delivery) =>
    delivery.channel === channel
  );
  if (first) return judgeFirst(first, stay, kept, history, say);
  const answered = connection.answers.after(asked.seq);
  if (miss || answered === Infinity || answered >= connection.oddFrom || stay.leave) return;
  if (history.options.ordering !== "kept" || connection.closed) return;
  const fresh = kept.find((publication) => isFresh(publication, succeeded.t));
  if (fresh) {
    say("P-147", "cached event never came", `and ${fresh.event}, published before, never came`, [
      fresh.begin,
      answered,
    ]);
  } else if (api.every(({ begin }) => begin > answered)) {
    // A guarded channel that is never told is taken for one without a cache (P-146).
    const kind = channel.startsWith("cache-") ? undefined : kindOf(channel);
    const why = "where nothing had been published, and was not told so";
    say("P-152", "no cache miss", why, [answered], kind);
  }
}

/** What came first: the last event that was published, not an older one, and no client event. */
function judgeFirst(
  { candidates, message }: Delivery,
  { asked }: Stay,
  kept: readonly Publication[],
  history: History,
  say: (requirement: string, observation: string, why: string, shown: readonly number[]) => void,
): void {
  if (candidates.length === 0) return;
  // All of them had been answered before it asked, so it is a cached one.
  if (candidates.every(({ kind, end }) => kind === "api" && end < asked.seq)) {
    const newer = kept.find((other) => candidates.every(({ end }) => end < other.begin));
    if (newer && history.options.ordering === "kept") {
      say(
        "P-149",
        "older event kept",
        `and received ${text(message)}, though ${newer.event} was published after it`,
        [
          newer.begin,
          message.seq,
        ],
      );
    }
  }
  const isWhisper = candidates.every(({ kind, begin }) => kind === "client" && begin < asked.seq);
  const [whisper] = candidates;
  if (!isWhisper || !whisper) return;
  const isOver = [...history.deliveries.values()].some((deliveries) =>
    deliveries.some(({ candidates, message }) =>
      candidates.includes(whisper) && message.seq < asked.seq
    )
  );
  if (isOver) {
    say("P-155", "client event kept", `and received ${text(message)}, a client event of before`, [
      whisper.begin,
      message.seq,
    ]);
  }
}

/** Accepted before this point, and for everybody (P-160 leaves excluded events open). */
const isKept = ({ status, end, exceptSocketId }: Publication, seq: number) =>
  status === 200 && end < seq && exceptSocketId === undefined;

const ttlOf = ({ cacheTtlMs }: ModelApp) => cacheTtlMs ?? CERTAIN_TTL_MS;

function missed({ connection, channel, asked }: Stay): Message | undefined {
  return connection.received.find(({ frame, seq }) =>
    seq > asked.seq && frame.event === CACHE_MISS && frame.channel === channel
  );
}
