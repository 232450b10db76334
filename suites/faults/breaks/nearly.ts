/** Servers that read a name as a pattern, or tell of the first few of many only (P-085, P-123, P-178, P-263, P-264). */
import { alterData, drop } from "../actions.ts";
import { alterBody, resignedBody } from "../answers.ts";
import type { Break, Passage } from "../break.ts";
import { asObject, dataOf } from "../message.ts";
import { request, response, toClient, toTarget } from "../rules.ts";
import { channelIn } from "../subscribing.ts";
import type { Line } from "../world.ts";

/** The channel of the line whose name differs from this one in case alone. */
function twinOf({ line }: Passage, channel: string): string | undefined {
  return [...line.knowledge.subscribed.keys()].find((name) =>
    name !== channel && name.toLowerCase() === channel.toLowerCase()
  );
}

/** How many channels each line was told that a user has left. */
const leavings = new WeakMap<Line, Map<string, number>>();

function leavingsTold({ line, message }: Passage): number {
  const counts = leavings.get(line) ?? new Map<string, number>();
  leavings.set(line, counts);
  const user = String(message && dataOf(message)["user_id"]);
  const count = (counts.get(user) ?? 0) + 1;
  counts.set(user, count);
  return count;
}

export const NEARLY: readonly Break[] = [
  {
    name: "unsubscribe-in-any-case",
    title: "Takes who unsubscribes out of a channel whose name differs in case alone.",
    violates: ["P-085"],
    rules: [
      toTarget(
        {
          event: "pusher:unsubscribe",
          where: (seen) => twinOf(seen, channelIn(seen)) !== undefined,
        },
        alterData((data, passage) => ({ ...data, channel: twinOf(passage, channelIn(passage)) })),
      ),
    ],
  },
  {
    name: "member-removed-from-two-channels",
    title: "Tells of a member who is gone as gone from two channels, however many there were.",
    violates: ["P-123"],
    rules: [
      toClient(
        { event: "pusher_internal:member_removed", where: (seen) => leavingsTold(seen) > 2 },
        drop,
      ),
    ],
  },
  {
    name: "counts-paced-from-twenty",
    title: "Tells of no count between twenty and a hundred subscribers.",
    violates: ["P-178"],
    rules: [
      toClient({
        event: "pusher_internal:subscription_count",
        where: ({ message }) => Number(message && dataOf(message)["subscription_count"]) > 20,
      }, drop),
    ],
  },
  {
    name: "channel-list-of-fifty",
    title: "Lists no more than fifty channels.",
    violates: ["P-263"],
    rules: [
      response(
        { method: "GET", path: "/channels" },
        alterBody((body) => {
          const channels = asObject(body["channels"]);
          return channels === undefined ? body : {
            ...body,
            channels: Object.fromEntries(Object.entries(channels).slice(0, 50)),
          };
        }),
      ),
    ],
  },
  {
    name: "prefix-read-as-a-pattern",
    title: "Takes a full stop and an underscore in a prefix for any character.",
    violates: ["P-264"],
    rules: [
      response(
        { method: "GET", path: "/channels" },
        alterBody((body, { query, world }) => {
          const prefix = query.get("filter_by_prefix") ?? "";
          const pattern = new RegExp(`^${prefix.replace(/[._]/g, ".")}`);
          const more = [...world.lines].flatMap(({ knowledge }) => [...knowledge.subscribed.keys()])
            .filter((name) => !name.startsWith(prefix) && pattern.test(name));
          return {
            ...body,
            channels: {
              ...asObject(body["channels"]),
              ...Object.fromEntries(more.map((name) => [name, {}])),
            },
          };
        }),
      ),
    ],
  },
  {
    name: "channels-published-in-any-case",
    title: "Publishes an event once where two of its channels differ in case alone.",
    violates: ["P-241"],
    rules: [
      request(
        { method: "POST", path: "/events" },
        resignedBody((body) => {
          const { channels } = body;
          if (!Array.isArray(channels)) return body;
          const apart = new Map(channels.map((name) => [String(name).toLowerCase(), name]));
          return { ...body, channels: [...apart.values()] };
        }),
      ),
    ],
  },
];
