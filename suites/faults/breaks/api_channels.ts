/** Servers that list their channels wrongly, or answer what cannot be asked (P-263 to P-271). */
import { alterBody, answerOf, resigned, status, withCount } from "../answers.ts";
import type { Break } from "../break.ts";
import { asObject, type Json } from "../message.ts";
import { request, response } from "../rules.ts";
import type { World } from "../world.ts";

const CHANNELS = { method: "GET", path: "/channels", status: 200 } as const;

/** The list of channels with something else in it. */
function alterList(change: (channels: Json) => unknown) {
  return alterBody((body) => ({ ...body, channels: change(asObject(body["channels"]) ?? {}) }));
}

/** The channels that connections have asked for, each once for each of them. */
const askedIn = (world: World) =>
  [...world.lines].flatMap(({ knowledge }) => [...knowledge.asked.keys()]);

/** The list of channels with these in it too. */
const alsoListed = (channels: (world: World) => readonly string[]) =>
  response(
    CHANNELS,
    alterBody((body, { world }) => ({
      ...body,
      channels: {
        ...Object.fromEntries(channels(world).map((channel) => [channel, {}])),
        ...asObject(body["channels"]),
      },
    })),
  );

/** The query without one of its parameters. */
function without(target: string, parameter: string): string {
  const [path = "", query = ""] = target.split("?", 2);
  const kept = query.split("&").filter((pair) => !pair.startsWith(`${parameter}=`));
  return `${path}?${kept.join("&")}`;
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
      alsoListed((world) => [...world.latest.keys(), ...askedIn(world)]),
    ],
  },
  {
    name: "crowds-left-listed",
    title: "Lists a channel that two or more have been in, though all of them have left.",
    violates: ["P-310"],
    rules: [
      alsoListed((world) =>
        askedIn(world).filter((channel, index, asked) => asked.indexOf(channel) !== index)
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
];
