/** Servers that tell wrongly what is going on in their channels (P-263 to P-273). */
import { alterBody, answerOf, answerWith, resigned, status } from "../answers.ts";
import type { Break, Exchange } from "../break.ts";
import { asObject, type Json } from "../message.ts";
import { request, response } from "../rules.ts";

const CHANNELS = { method: "GET", path: "/channels", status: 200 } as const;
const CHANNEL = { method: "GET", path: /^\/channels\/[^/]+$/, status: 200 } as const;
const USERS = { method: "GET", path: "/channels/*/users", status: 200 } as const;

/** The list of channels with something else in it. */
function alterList(change: (channels: Json) => unknown) {
  return alterBody((body) => ({ ...body, channels: change(asObject(body["channels"]) ?? {}) }));
}

/** The query without one of its parameters. */
function without(target: string, parameter: string): string {
  const [path = "", query = ""] = target.split("?", 2);
  const kept = query.split("&").filter((pair) => !pair.startsWith(`${parameter}=`));
  return `${path}?${kept.join("&")}`;
}

function withCount(attributes: unknown, change: (count: number) => unknown): Json {
  const given = asObject(attributes) ?? {};
  const count = given["user_count"];
  return count === undefined ? given : { ...given, user_count: change(Number(count)) };
}

/** As a list of users: whoever asked for the channel of this request, and is not in it. */
function left({ path, world }: Exchange): { id: string }[] {
  const channel = decodeURIComponent(path.split("/")[4] ?? "");
  return [...world.lines]
    .filter(({ knowledge }) => knowledge.asked.has(channel) && !knowledge.subscribed.has(channel))
    .map((_, index) => ({ id: `ghost-${index}` }));
}

export const API_CHANNELS: readonly Break[] = [
  {
    name: "no-channels-an-array",
    title: "Answers with an empty array where there are no channels.",
    violates: ["P-263"],
    rules: [
      response(
        CHANNELS,
        alterList((channels) => Object.keys(channels).length === 0 ? [] : channels),
      ),
    ],
  },
  {
    name: "channels-a-list-of-names",
    title: "Answers with a list of channel names.",
    violates: ["P-263"],
    rules: [response(CHANNELS, alterList((channels) => Object.keys(channels)))],
  },
  {
    name: "channels-incomplete",
    title: "Leaves the first channel out of the list.",
    violates: ["P-263"],
    rules: [
      response(
        CHANNELS,
        alterList((channels) => Object.fromEntries(Object.entries(channels).slice(1))),
      ),
    ],
  },
  {
    name: "vacated-channels-listed",
    title: "Lists channels that nobody is subscribed to any more.",
    violates: ["P-263", "P-079", "P-273", "P-310"],
    rules: [
      response(
        CHANNELS,
        alterBody((body, { world }) => {
          const asked = [...world.lines].flatMap(({ knowledge }) => [...knowledge.asked.keys()]);
          const ever = [...world.latest.keys(), ...asked].map((channel) => [channel, {}]);
          return {
            ...body,
            channels: { ...Object.fromEntries(ever), ...asObject(body["channels"]) },
          };
        }),
      ),
    ],
  },
  {
    name: "prefix-filter-ignored",
    title: "Lists all channels, whatever prefix is asked for.",
    violates: ["P-264"],
    rules: [
      request(
        { ...CHANNELS, where: ({ query }) => query.has("filter_by_prefix") },
        resigned((request) => ({
          ...request,
          target: without(without(request.target, "filter_by_prefix"), "info"),
        })),
      ),
    ],
  },
  {
    name: "prefix-filter-inverted",
    title: "Lists no channels when a prefix is asked for.",
    violates: ["P-264", "P-265"],
    rules: [
      response(
        { ...CHANNELS, where: ({ query }) => query.has("filter_by_prefix") },
        alterList(() => ({})),
      ),
    ],
  },
  {
    name: "list-user-count-missing",
    title: "Lists presence channels without the count asked for.",
    violates: ["P-265"],
    rules: [
      response(
        CHANNELS,
        alterList((channels) =>
          Object.fromEntries(Object.keys(channels).map((name) => [name, {}]))
        ),
      ),
    ],
  },
  {
    name: "list-user-count-of-connections",
    title: "Counts connections in the list of presence channels.",
    violates: ["P-265"],
    rules: [
      response(
        CHANNELS,
        alterList((channels) =>
          Object.fromEntries(
            Object.entries(channels).map((
              [name, given],
            ) => [name, withCount(given, (count) => count + 1)]),
          )
        ),
      ),
    ],
  },
  {
    name: "impossible-attribute-accepted",
    title: "Answers 200 to a question that cannot be asked of the channel.",
    violates: ["P-266", "P-269", "P-271"],
    rules: [
      response(
        { method: "GET", path: "/channels*", status: 400 },
        (_, { path }) => {
          if (path.endsWith("/users")) return answerOf(200, { users: [] });
          return answerOf(200, path.endsWith("/channels") ? { channels: {} } : { occupied: true });
        },
      ),
    ],
  },
  {
    name: "impossible-attribute-fails",
    title: "Answers 500 to a question that cannot be asked of the channel.",
    violates: ["P-266", "P-269", "P-271"],
    rules: [response({ method: "GET", path: "/channels*", status: 400 }, status(500, "Oops"))],
  },
  {
    name: "occupied-missing",
    title: "Does not say whether a channel is occupied.",
    violates: ["P-267"],
    rules: [response(CHANNEL, alterBody(({ occupied: _, ...rest }) => rest))],
  },
  {
    name: "occupied-a-number",
    title: "Says with a number whether a channel is occupied.",
    violates: ["P-267"],
    rules: [
      response(CHANNEL, alterBody((body) => ({ ...body, occupied: body["occupied"] ? 1 : 0 }))),
    ],
  },
  {
    name: "channels-always-vacant",
    title: "Reports every channel as vacant.",
    violates: ["P-079", "P-267"],
    rules: [response(CHANNEL, alterBody((body) => ({ ...body, occupied: false })))],
  },
  {
    name: "channel-user-count-of-connections",
    title: "Counts a presence channel's connections instead of its users.",
    violates: ["P-268"],
    rules: [response(CHANNEL, alterBody((body) => withCount(body, (count) => count + 1)))],
  },
  {
    name: "channel-user-count-a-string",
    title: "Gives the count of users as a string.",
    violates: ["P-268"],
    rules: [response(CHANNEL, alterBody((body) => withCount(body, String)))],
  },
  {
    name: "users-repeated",
    title: "Lists a user once for each of his connections.",
    violates: ["P-270"],
    rules: [
      response(
        USERS,
        alterBody(({ users }) => ({ users: Array.isArray(users) ? [...users, ...users] : users })),
      ),
    ],
  },
  {
    name: "users-bare-ids",
    title: "Lists users as bare ids.",
    violates: ["P-270"],
    rules: [
      response(
        USERS,
        alterBody(({ users }) => ({
          users: Array.isArray(users) ? users.map((user) => asObject(user)?.["id"]) : users,
        })),
      ),
    ],
  },
  {
    name: "users-incomplete",
    title: "Leaves the first user out of the list.",
    violates: ["P-125", "P-270", "P-103", "P-129"],
    rules: [
      response(
        USERS,
        alterBody(({ users }) => ({ users: Array.isArray(users) ? users.slice(1) : users })),
      ),
    ],
  },
  {
    name: "users-of-any-channel",
    title: "Lists users of channels that have none.",
    violates: ["P-271"],
    rules: [
      request({
        method: "GET",
        path: "/channels/*/users",
        where: ({ path }) => !path.includes("/channels/presence-"),
      }, answerWith(200, { users: [] })),
    ],
  },
  {
    name: "counts-never-fall",
    title: "Counts one user in a channel for ever once he has been there.",
    violates: ["P-273", "P-268", "P-125", "P-310"],
    rules: [
      response(CHANNEL, alterBody((body) => withCount(body, (count) => Math.max(count, 1)))),
      response(
        USERS,
        alterBody((body) => {
          const { users } = body;
          return Array.isArray(users) && users.length === 0 ? { users: [{ id: "ghost" }] } : body;
        }),
      ),
    ],
  },
  {
    name: "users-who-left-counted",
    title: "Counts a user who left a presence channel for as long as his connection lasts.",
    violates: ["P-273"],
    rules: [
      response(
        CHANNEL,
        alterBody((body, exchange) => withCount(body, (count) => count + left(exchange).length)),
      ),
      response(
        USERS,
        alterBody((body, exchange) => {
          const { users } = body;
          return Array.isArray(users) ? { users: [...users, ...left(exchange)] } : body;
        }),
      ),
    ],
  },
  {
    name: "broken-connections-counted",
    title: "Counts a user whose connection broke, and never notices that it did.",
    violates: ["P-273"],
    rules: [
      response(
        CHANNEL,
        alterBody((body, { world }) => withCount(body, (count) => count + Number(world.anyEnded))),
      ),
      response(
        USERS,
        alterBody((body, { world }) => {
          const { users } = body;
          return Array.isArray(users) && world.anyEnded
            ? { users: [...users, { id: "ghost" }] }
            : body;
        }),
      ),
    ],
  },
];
