/** Servers that tell wrongly of one channel, and of who is in it (P-267 to P-273). */
import { alterBody, answerWith, withCount } from "../answers.ts";
import type { Break, Exchange } from "../break.ts";
import { asObject } from "../message.ts";
import { request, response } from "../rules.ts";

const CHANNEL = { method: "GET", path: /^\/channels\/[^/]+$/, status: 200 } as const;
const USERS = { method: "GET", path: "/channels/*/users", status: 200 } as const;

/** As a list of users: whoever asked for the channel of this request, and is not in it. */
function left({ path, world }: Exchange): { id: string }[] {
  const channel = decodeURIComponent(path.split("/")[4] ?? "");
  return [...world.lines]
    .filter(({ knowledge }) => knowledge.asked.has(channel) && !knowledge.subscribed.has(channel))
    .map((_, index) => ({ id: `ghost-${index}` }));
}

export const API_ONE_CHANNEL: readonly Break[] = [
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
