/** Servers that deliver nothing, too little, or what they refused (P-080, P-235 to P-258). */
import { drop, followedBy, leakTo } from "../actions.ts";
import { alterBody, answerOf, appOf, bodyOf } from "../answers.ts";
import type { Break, Exchange } from "../break.ts";
import { asObject, type Json, type Message } from "../message.ts";
import { response, toClient } from "../rules.ts";
import { channelIn } from "../subscribing.ts";
import type { Line } from "../world.ts";

const PUBLISHED = { published: true, channel: "*" } as const;

/** The events a request asks to publish, one or a batch. */
function askedFor({ request }: Exchange): readonly Json[] {
  const body = bodyOf(request);
  const { batch } = body;
  return Array.isArray(batch) ? batch.map((item) => asObject(item) ?? {}) : [body];
}

function channelsOf({ channel, channels }: Json): readonly unknown[] {
  return Array.isArray(channels) ? channels : channel === undefined ? [] : [channel];
}

/** Delivers an event to whoever is subscribed to its channels; one without a channel, everywhere. */
async function deliver(event: Json, lines: readonly Line[]): Promise<void> {
  const named = channelsOf(event);
  for (const line of lines) {
    for (const channel of line.knowledge.subscribed.keys()) {
      if (named.length > 0 && !named.includes(channel)) continue;
      const message: Message = {
        event: String(event["name"] ?? "unnamed"),
        channel,
        data: event["data"] ?? "",
      };
      await line.send("toClient", message);
    }
  }
}

/** Channels on which each line has been sent something. */
const served = new WeakMap<Line, Set<string>>();

function isServed(line: Line, channel: string): boolean {
  const channels = served.get(line) ?? new Set();
  served.set(line, channels);
  const was = channels.has(channel);
  channels.add(channel);
  return was;
}

export const DELIVERY: readonly Break[] = [
  {
    name: "nothing-delivered",
    title: "Delivers nothing that is published.",
    violates: [
      ...["P-015", "P-075", "P-078", "P-080", "P-082", "P-085", "P-096", "P-104"] as const,
      ...["P-137", "P-144", "P-160", "P-192", "P-205", "P-206", "P-208", "P-212"] as const,
      ...["P-241", "P-246", "P-247", "P-248", "P-258", "P-308"] as const,
    ],
    rules: [toClient({ published: true }, drop)],
  },
  {
    name: "first-event-of-a-channel-only",
    title: "Delivers to a connection the first event of each channel, and no other.",
    violates: ["P-080", "P-165", "P-171", "P-192"],
    rules: [
      toClient({
        ...PUBLISHED,
        // Fences are how a check learns that nothing more will come.
        where: (seen) => !channelIn(seen).includes("fence") && isServed(seen.line, channelIn(seen)),
      }, drop),
    ],
  },
  {
    name: "refused-event-delivered",
    title: "Delivers an event that it refuses to publish.",
    violates: [
      ...["P-035", "P-207", "P-208", "P-211", "P-212", "P-213", "P-214"] as const,
      ...["P-237", "P-238", "P-239", "P-255"] as const,
    ],
    rules: [
      response({
        method: "POST",
        path: /events$/,
      }, async (answer, exchange) => {
        if (answer.status < 400) return answer;
        const lines = [...exchange.world.lines].filter(({ app }) => app === appOf(exchange));
        for (const event of askedFor(exchange)) await deliver(event, lines);
        return answer;
      }),
    ],
  },
  {
    name: "refusals-answered-with-200",
    title: "Answers 200 whatever it has refused.",
    violates: ["P-035", "P-207", "P-220", "P-232", "P-255", "P-257"],
    rules: [
      response({}, (answer) => answer.status < 400 ? answer : answerOf(200, {})),
    ],
  },
  {
    name: "successes-answered-with-500",
    title: "Does what it is asked, and answers 500.",
    violates: [
      ...["P-129", "P-103", "P-192", "P-193", "P-205", "P-206", "P-212"] as const,
      ...["P-231", "P-234", "P-235", "P-272"] as const,
    ],
    rules: [
      response({}, (answer) => answer.status < 300 ? answerOf(500, { error: "It fell" }) : answer),
    ],
  },
  {
    name: "counts-one-too-many",
    title: "Counts one connection and one user too many.",
    violates: ["P-249", "P-268", "P-310"],
    rules: [
      response(
        { method: "GET", path: /^\/channels\/[^/]+$/, status: 200 },
        alterBody((body) =>
          Object.fromEntries(
            Object.entries(body).map(([name, value]) => [
              name,
              name.endsWith("_count") ? Number(value) + 1 : value,
            ]),
          )
        ),
      ),
    ],
  },
  {
    name: "delivered-by-nearly-the-name",
    title: "Delivers an event to every channel whose name has the channel's in it, in any case.",
    violates: ["P-081"],
    rules: [
      toClient(PUBLISHED, async (passage) => {
        await passage.pass();
        const { line, message } = passage;
        const name = String(message?.["channel"]);
        for (const channel of line.knowledge.subscribed.keys()) {
          const isNearly = channel.toLowerCase().includes(name.toLowerCase());
          if (message && isNearly && channel !== name) {
            await line.send("toClient", { ...message, channel });
          }
        }
      }),
    ],
  },
  {
    name: "events-under-two-names",
    title: "Delivers every event under its name and, for another framework, a dotted one.",
    violates: ["P-080", "P-241"],
    rules: [
      toClient(
        PUBLISHED,
        followedBy(({ message }) => ({
          ...message,
          event: message?.event.startsWith(".")
            ? message.event.slice(1)
            : `.${message?.event ?? ""}`,
        })),
      ),
    ],
  },
  {
    name: "internal-events-to-everybody",
    title: "Tells everybody what only the subscribers of a channel may know.",
    violates: ["P-081", "P-121", "P-178", "P-196"],
    rules: [
      toClient(
        { event: /^pusher_internal:(member_|subscription_count|watchlist)/ },
        leakTo(() => true),
      ),
    ],
  },
];
