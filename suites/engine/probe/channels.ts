/** Features of channels: what a subscription of each kind gets, and what the API says of them. */
import { isFrame, isOf } from "../../record/frames.ts";
import type { Evidence } from "../../record/evidence.ts";
import type { FeatureFound } from "../../record/probed.ts";
import { isRecord } from "../../wire/frame.ts";
import { answerOf, isError } from "./answer.ts";
import { ANSWER_MS, asClients, get, post, subscribe, SUBSCRIBED } from "./ask.ts";
import type { Asking } from "./asking.ts";
import { all, type Found, found, inAnswer, inFrame, inParameter } from "./found.ts";

/** A count may be sent a moment after the subscription that it counts. */
const COUNT_LATENCIES = 10;
const SHORTEST_COUNT_MS = 100;

/** Endpoints that need nobody on a channel. */
export async function ofNobody(asking: Asking): Promise<Found> {
  const channel = asking.names.of("probe-empty");
  const [list, info] = await Promise.all([
    get(asking, "/channels"),
    get(asking, `/channels/${channel}`),
  ]);
  return {
    channels: inAnswer("GET /channels", list, (body) => isRecord(body) && "channels" in body),
    emptyChannelInfo: inAnswer("GET /channels/X of an empty channel", info, isRecord),
  };
}

/** What is sent to and said of a channel that somebody is on. */
export function ofPublicChannels(asking: Asking): Promise<Found> {
  const features = [
    "channelInfo",
    "subscriptionCounts",
    "events",
    "batchEvents",
    "countEvents",
  ] as const;
  return asClients(asking, 1, features, async (client) => {
    const channel = asking.names.of("probe");
    const began = performance.now();
    const answer = await subscribe(asking, client, channel);
    if (!answer || !isFrame(answer, { event: SUBSCRIBED })) {
      return all(
        features,
        found("unknown", `subscribing to a public channel: ${answerOf(answer).says}`),
      );
    }
    const latency = performance.now() - began;
    const arrives = (name: string) =>
      client.until((event) => isFrame(event, { event: name, channel }), ANSWER_MS);
    const [info, counted, published, batch, count, event, batched] = await Promise.all([
      get(asking, `/channels/${channel}`),
      get(asking, `/channels/${channel}`, { info: "subscription_count" }),
      post(asking, "/events", { name: "probe", channel, data: "{}" }),
      post(asking, "/batch_events", { batch: [{ name: "probe-batch", channel, data: "{}" }] }),
      client.until(
        (event) => isFrame(event, { event: "pusher_internal:subscription_count", channel }),
        Math.min(ANSWER_MS, Math.max(SHORTEST_COUNT_MS, COUNT_LATENCIES * latency)),
      ),
      arrives("probe"),
      arrives("probe-batch"),
    ]);
    return {
      channelInfo: inAnswer("GET /channels/X", info, isRecord),
      subscriptionCounts: inParameter(
        "GET /channels/X?info=subscription_count",
        counted,
        (body) => isRecord(body) && "subscription_count" in body,
      ),
      events: delivered(inAnswer("POST /events", published), event),
      batchEvents: delivered(inAnswer("POST /batch_events", batch), batched),
      countEvents: inFrame("after a subscription", count),
    };
  });
}

/** Accepting an event means nothing where no subscriber receives it. */
const delivered = (accepted: FeatureFound, event: Evidence | undefined): FeatureFound =>
  accepted.state === "offered" && event === undefined
    ? found("broken", `${accepted.observation}, and a subscriber received nothing`)
    : accepted;

export function ofPresenceChannels(asking: Asking): Promise<Found> {
  const features = ["presenceChannels", "channelUsers", "userCounts", "publishInfo"] as const;
  return asClients(asking, 1, features, async (client) => {
    const channel = asking.names.of("presence-probe");
    const answer = await subscribe(asking, client, channel, asking.names.of("ana"));
    const presenceChannels = inFrame("subscribing to a presence channel", answer);
    if (presenceChannels.state !== "offered") {
      const { observation } = presenceChannels;
      return { ...all(features, found("unknown", observation)), presenceChannels };
    }
    const [users, counted, published] = await Promise.all([
      get(asking, `/channels/${channel}/users`),
      get(asking, `/channels/${channel}`, { info: "user_count" }),
      post(asking, "/events", { name: "probe", channel, data: "{}", info: "user_count" }),
    ]);
    return {
      presenceChannels,
      channelUsers: inAnswer(
        "GET /channels/X/users",
        users,
        (body) => isRecord(body) && "users" in body,
      ),
      userCounts: inParameter(
        "GET /channels/X?info=user_count",
        counted,
        (body) => isRecord(body) && "user_count" in body,
      ),
      publishInfo: inParameter(
        "POST /events with info",
        published,
        (body) => isRecord(body) && "channels" in body,
      ),
    };
  });
}

export function ofPrivateChannels(asking: Asking): Promise<Found> {
  const features = ["privateChannels", "clientEvents"] as const;
  return asClients(asking, 2, features, async (ana, bob) => {
    const channel = asking.names.of("private-probe");
    const [answer, others] = await Promise.all(
      [ana, bob].map((client) => subscribe(asking, client, channel)),
    );
    const privateChannels = inFrame("subscribing to a private channel", answer);
    if (privateChannels.state !== "offered" || !others || !isFrame(others, { event: SUBSCRIBED })) {
      return { privateChannels, clientEvents: found("unknown", privateChannels.observation) };
    }
    const event = "client-probe";
    const from = asking.log.events.length;
    ana.send({ event, channel, data: {} });
    const heard = await asking.log.until(
      (seen) =>
        isOf(bob.name, seen) && isFrame(seen, { event, channel }) ||
        isOf(ana.name, seen) && (isError(seen) || seen.kind === "closed"),
      { from, deadlineMs: ANSWER_MS },
    );
    return { privateChannels, clientEvents: inFrame("a client event", heard) };
  });
}

export function ofEncryptedChannels(asking: Asking): Promise<Found> {
  return asClients(asking, 1, ["encryptedChannels"], async (client) => ({
    encryptedChannels: inFrame(
      "subscribing to an encrypted channel",
      await subscribe(asking, client, asking.names.of("private-encrypted-probe")),
    ),
  }));
}

/** A server without cache channels takes the name for a public one, and tells of no miss. */
export function ofCacheChannels(asking: Asking): Promise<Found> {
  return asClients(asking, 1, ["cacheChannels"], async (client) => {
    const channel = asking.names.of("cache-probe");
    const answer = await subscribe(asking, client, channel);
    const miss = answer && isFrame(answer, { event: SUBSCRIBED })
      ? await client.until(
        (event) => isFrame(event, { event: "pusher:cache_miss", channel }),
        ANSWER_MS,
      )
      : answer;
    return { cacheChannels: inFrame("subscribing to an empty cache channel", miss) };
  });
}
