/** Servers that publish badly (P-234 to P-262). */
import { drop } from "../actions.ts";
import { alterBody, answerOf, answerWith, bodyOf, resignedBody, status } from "../answers.ts";
import type { Break, Exchange } from "../break.ts";
import { asObject, type Json } from "../message.ts";
import { request, response, toClient } from "../rules.ts";
import { channelIn } from "../subscribing.ts";

const PUBLISH = { method: "POST", path: "/events" } as const;
const BATCH = { method: "POST", path: "/batch_events" } as const;
const SOCKET_ID = /^\d+\.\d+$/;

function requestBody({ request }: Exchange): Json {
  return bodyOf(request);
}

function channelsIn(exchange: Exchange): readonly unknown[] {
  const { channel, channels } = requestBody(exchange);
  return Array.isArray(channels) ? channels : channel === undefined ? [] : [channel];
}

function excludes({ request }: Exchange): boolean {
  return typeof bodyOf(request)["socket_id"] === "string";
}

function isJson({ request }: Exchange): boolean {
  try {
    JSON.parse(new TextDecoder().decode(request.body));
    return true;
  } catch {
    return false;
  }
}

function asksFor(attribute: string) {
  return (exchange: Exchange) => String(requestBody(exchange)["info"]).includes(attribute);
}

/** The answer with other attributes for each channel. */
function alterChannels(change: (attributes: Json) => Json) {
  return alterBody((body) => {
    const channels = Object.entries(asObject(body["channels"]) ?? {});
    const changed = channels.map(([name, given]) => [name, change(asObject(given) ?? {})]);
    return { ...body, channels: Object.fromEntries(changed) };
  });
}

/** What a batch says, with its items changed. */
function alterBatch(change: (items: readonly unknown[]) => readonly unknown[]) {
  return resignedBody((body) => {
    const { batch } = body;
    return { ...body, batch: Array.isArray(batch) ? change(batch) : batch };
  });
}

/** The status of a refusal becomes that of a success, where the request lacks something. */
function acceptsWithout(name: string, lacks: (exchange: Exchange) => boolean): Break["rules"] {
  const where = (exchange: Exchange) => isJson(exchange) && lacks(exchange);
  return [request({ ...PUBLISH, where }, answerWith(200, { accepted: `without ${name}` }))];
}

export const API_EVENTS: readonly Break[] = [
  {
    name: "publish-status-wrong",
    title: "Answers a published event with 202.",
    violates: ["P-235"],
    rules: [response({ ...PUBLISH, status: 200 }, status(202))],
  },
  {
    name: "publish-answer-not-json",
    title: "Answers a published event with `ok`.",
    violates: ["P-235"],
    rules: [response({ ...PUBLISH, status: 200 }, status(200, "ok"))],
  },
  {
    name: "publish-without-effect",
    title: "Agrees to publish, and does not.",
    violates: ["P-080", "P-235", "P-240"],
    rules: [request({ method: "POST", path: /events$/ }, answerWith(200))],
  },
  {
    name: "publish-answer-not-empty",
    title: 'Answers a published event with `{"ok":true}`.',
    violates: ["P-236"],
    rules: [
      response({ ...PUBLISH, status: 200 }, alterBody((body) => ({ ...body, ok: true }))),
    ],
  },
  {
    name: "publish-without-name",
    title: "Accepts an event without a name.",
    violates: ["P-237"],
    rules: acceptsWithout("name", (exchange) => requestBody(exchange)["name"] === undefined),
  },
  {
    name: "publish-without-data",
    title: "Accepts an event without data.",
    violates: ["P-238"],
    rules: acceptsWithout("data", (exchange) => requestBody(exchange)["data"] === undefined),
  },
  {
    name: "publish-without-channel",
    title: "Accepts an event for no channel.",
    violates: ["P-239"],
    rules: acceptsWithout("channels", (exchange) => channelsIn(exchange).length === 0),
  },
  {
    name: "publish-needs-list",
    title: "Refuses an event that names one `channel` instead of a list of `channels`.",
    violates: ["P-240"],
    rules: [
      request(
        { ...PUBLISH, where: (exchange) => requestBody(exchange)["channel"] !== undefined },
        answerWith(400, "channels is missing"),
      ),
    ],
  },
  {
    name: "publish-first-channel-only",
    title: "Publishes to the first of the channels it is given.",
    violates: ["P-241"],
    rules: [
      request({ ...PUBLISH, where: (exchange) => channelsIn(exchange).length > 1 }, (exchange) => {
        const channels = channelsIn(exchange).slice(0, 1);
        return resignedBody((body) => ({ ...body, channels }))(exchange);
      }),
    ],
  },
  {
    name: "exclusion-ignored",
    title: "Delivers an event also to the socket it excludes.",
    violates: ["P-243"],
    rules: [
      request({ ...PUBLISH, where: excludes }, resignedBody(({ socket_id: _, ...rest }) => rest)),
      request(
        BATCH,
        alterBatch((items) =>
          items.map((item) => {
            const { socket_id: _, ...rest } = asObject(item) ?? {};
            return rest;
          })
        ),
      ),
    ],
  },
  {
    name: "exclusion-of-everybody",
    title: "Delivers an event that excludes a socket to nobody.",
    violates: ["P-243", "P-245"],
    rules: [request({ ...PUBLISH, where: excludes }, answerWith(200))],
  },
  {
    name: "malformed-exclusion-accepted",
    title: "Accepts anything for the `socket_id` to exclude.",
    violates: ["P-244"],
    rules: [
      request({
        ...PUBLISH,
        where: (exchange) =>
          excludes(exchange) && !SOCKET_ID.test(String(requestBody(exchange)["socket_id"])),
      }, resignedBody(({ socket_id: _, ...rest }) => rest)),
    ],
  },
  {
    name: "unknown-exclusion-refused",
    title: "Refuses an event that excludes a socket it does not know.",
    violates: ["P-245"],
    rules: [
      request({
        ...PUBLISH,
        where: (exchange) =>
          excludes(exchange) &&
          ![...exchange.world.lines].some(({ knowledge }) =>
            knowledge.socketId === requestBody(exchange)["socket_id"]
          ),
      }, answerWith(400, "Unknown socket")),
    ],
  },
  {
    name: "empty-channel-refused",
    title: "Refuses an event for a channel nobody is subscribed to.",
    violates: ["P-246"],
    rules: [
      request({
        ...PUBLISH,
        where: (exchange) =>
          !channelsIn(exchange).some((channel) =>
            [...exchange.world.lines].some(({ knowledge }) =>
              knowledge.subscribed.has(String(channel))
            )
          ),
      }, answerWith(404, "No such channel")),
    ],
  },
  {
    name: "publish-user-count-of-connections",
    title: "Counts a user's connections where it should count users.",
    violates: ["P-248"],
    rules: [
      response(
        { ...PUBLISH, status: 200, where: asksFor("user_count") },
        alterChannels((given) =>
          "user_count" in given ? { ...given, user_count: Number(given["user_count"]) + 1 } : given
        ),
      ),
    ],
  },
  {
    name: "publish-info-ignored",
    title: "Pays no heed to `info` in a published event.",
    violates: ["P-248", "P-249", "P-250"],
    rules: [response({ ...PUBLISH, status: 200 }, alterBody(() => ({})))],
  },
  {
    name: "publish-subscription-count-of-presence-left-out",
    title: "Does not count the connections of presence channels.",
    violates: ["P-331"],
    rules: [
      response(
        { ...PUBLISH, status: 200, where: asksFor("user_count") },
        alterChannels(({ subscription_count: _, ...given }) => given),
      ),
    ],
  },
  {
    name: "publish-subscription-count-wrong",
    title: "Answers with one connection too few.",
    violates: ["P-249"],
    rules: [
      response(
        { ...PUBLISH, status: 200, where: asksFor("subscription_count") },
        alterChannels((given) => ({
          ...given,
          subscription_count: Number(given["subscription_count"]) - 1,
        })),
      ),
    ],
  },
  {
    name: "publish-info-leaves-channels-out",
    title: "Leaves out of its answer the channels it has nothing to say about.",
    violates: ["P-250"],
    rules: [
      response(
        { ...PUBLISH, status: 200 },
        alterBody((body) => {
          const channels = Object.entries(asObject(body["channels"]) ?? {});
          const params = channels.filter(([, given]) =>
            Object.keys(asObject(given) ?? {}).length > 0
          );
          return { ...body, channels: Object.fromEntries(params) };
        }),
      ),
    ],
  },
  {
    name: "one-channel-per-event-and-socket",
    title: "Delivers an event once to a socket that is subscribed to several of its channels.",
    violates: ["P-241"],
    rules: [
      request({ ...PUBLISH, where: (exchange) => channelsIn(exchange).length > 1 }, (exchange) => {
        const served = new Set<unknown>();
        const channels = channelsIn(exchange).filter((channel) => {
          const subscribers = [...exchange.world.lines]
            .filter(({ knowledge }) => knowledge.subscribed.has(String(channel)));
          const isNew = subscribers.some((line) => !served.has(line));
          subscribers.forEach((line) => served.add(line));
          return isNew;
        });
        return resignedBody((body) => ({ ...body, channels }))(exchange);
      }),
    ],
  },
  {
    name: "event-channel-misnamed",
    title: "Delivers an event for several channels under the name of one.",
    violates: ["P-241", "P-029"],
    rules: [
      toClient({
        published: true,
        where: (seen) => channelIn(seen) !== [...seen.line.knowledge.subscribed.keys()][0],
      }, async ({ line, message }) => {
        const [channel] = line.knowledge.subscribed.keys();
        if (message !== undefined) await line.send("toClient", { ...message, channel });
      }),
    ],
  },
  {
    name: "publish-refused-after-delivery",
    title: "Delivers an event, and answers that it has failed.",
    violates: ["P-235"],
    rules: [response({ ...PUBLISH, status: 200 }, () => answerOf(503, "Try again"))],
  },
  {
    name: "events-of-second-request-lost",
    title: "Loses what is published by every other event.",
    violates: ["P-080", "P-260", "P-297"],
    rules: [toClient({ published: true, channel: "*", every: 2 }, drop)],
  },
];
