/** Servers whose limits are too tight, too loose or missing (P-205 to P-215). */
import { closeWith, crash } from "../actions.ts";
import { answerWith, bodyOf, status } from "../answers.ts";
import type { Break, Exchange } from "../break.ts";
import { request, response, toTarget } from "../rules.ts";
import { channelIn, refuse } from "../subscribing.ts";

const PUBLISH = { method: "POST", path: "/events" } as const;
const BATCH = { method: "POST", path: "/batch_events" } as const;
const SUBSCRIBE = { event: "pusher:subscribe" } as const;

const encoder = new TextEncoder();

function channelsIn({ request }: Exchange): readonly string[] {
  const { channel, channels } = bodyOf(request);
  return Array.isArray(channels) ? channels.map(String) : [String(channel)];
}

function textOf({ request }: Exchange, field: "name" | "data"): string {
  const value = bodyOf(request)[field];
  return typeof value === "string" ? value : "";
}

function bytes(text: string): number {
  return encoder.encode(text).length;
}

function itemsIn({ request }: Exchange): number {
  const { batch } = bodyOf(request);
  return Array.isArray(batch) ? batch.length : 0;
}

/** A publish that meets the condition is answered as if it had been done. */
function accepted(where: (exchange: Exchange) => boolean): Break["rules"] {
  return [request({ ...PUBLISH, where }, answerWith(200))];
}

function refused(where: (exchange: Exchange) => boolean, code = 400): Break["rules"] {
  return [request({ ...PUBLISH, where }, answerWith(code, "Too much"))];
}

export const LIMITS: readonly Break[] = [
  {
    name: "legal-punctuation-refused",
    title: "Refuses channel names with a comma, a semicolon, an at or an equals sign.",
    violates: ["P-205"],
    rules: [
      toTarget({ ...SUBSCRIBE, where: (seen) => /[=@,;]/.test(channelIn(seen)) }, refuse()),
      ...refused((exchange) => channelsIn(exchange).some((name) => /[=@,;]/.test(name))),
    ],
  },
  {
    name: "illegal-characters-published",
    title: "Accepts events for channels with any character in their names.",
    violates: ["P-205"],
    rules: accepted((exchange) =>
      channelsIn(exchange).some((name) => /[^-\w=@,.;#]|.#/.test(name))
    ),
  },
  {
    name: "channel-names-too-short",
    title: "Refuses channel names of more than a hundred characters.",
    violates: ["P-206"],
    rules: [
      toTarget({ ...SUBSCRIBE, where: (seen) => channelIn(seen).length > 100 }, refuse()),
      ...refused((exchange) => channelsIn(exchange).some((name) => name.length > 100)),
    ],
  },
  {
    name: "event-names-too-short",
    title: "Refuses event names of more than a hundred characters.",
    violates: ["P-208"],
    rules: refused((exchange) => textOf(exchange, "name").length > 100),
  },
  {
    name: "event-names-unlimited",
    title: "Accepts event names of any length.",
    violates: ["P-208"],
    rules: accepted((exchange) => textOf(exchange, "name").length > 200),
  },
  {
    name: "payload-limit-too-low",
    title: "Refuses event data of more than five thousand bytes.",
    violates: ["P-210"],
    rules: refused((exchange) => bytes(textOf(exchange, "data")) > 5000, 413),
  },
  {
    name: "payload-unlimited",
    title: "Accepts event data of any size.",
    violates: ["P-211", "P-212"],
    rules: accepted((exchange) => bytes(textOf(exchange, "data")) > 10_240),
  },
  {
    name: "payload-limit-misreported",
    title: "Refuses event data that is too large with 400.",
    violates: ["P-211"],
    rules: [response({ status: 413 }, status(400, "Too large"))],
  },
  {
    name: "payload-limit-in-characters",
    title: "Measures event data in characters, not in bytes.",
    violates: ["P-212"],
    rules: accepted((exchange) => {
      const data = textOf(exchange, "data");
      return data.length <= 10_240 && bytes(data) > 10_240;
    }),
  },
  {
    name: "channels-per-event-unlimited",
    title: "Accepts an event for any number of channels.",
    violates: ["P-213"],
    rules: accepted((exchange) => channelsIn(exchange).length > 100),
  },
  {
    name: "channels-per-event-too-few",
    title: "Refuses an event for more than ten channels.",
    violates: ["P-213"],
    rules: refused((exchange) => channelsIn(exchange).length > 10),
  },
  {
    name: "batch-unlimited",
    title: "Accepts a batch of any length.",
    violates: ["P-214"],
    rules: [
      request({ ...BATCH, where: (exchange) => itemsIn(exchange) > 10 }, answerWith(200)),
    ],
  },
  {
    name: "batch-too-short",
    title: "Refuses a batch of more than five events.",
    violates: ["P-214"],
    rules: [
      request(
        { ...BATCH, where: (exchange) => itemsIn(exchange) > 5 },
        answerWith(400, "Too many"),
      ),
    ],
  },
  {
    name: "oversized-message-fatal",
    title: "Falls over a message of several megabytes.",
    violates: ["P-215", "P-032"],
    rules: [
      toTarget({ oversized: true }, crash),
      toTarget({ where: ({ frame }) => frame.payload.length > 256 * 1024 }, crash),
    ],
  },
  {
    name: "oversized-message-ends-others",
    title: "Closes another connection when one sends too much.",
    violates: ["P-215"],
    rules: [
      toTarget({ oversized: true }, async (passage) => {
        for (const other of passage.line.world.lines) {
          if (other !== passage.line) other.close(1009, "Too large");
        }
        await passage.pass();
      }),
    ],
  },
  {
    name: "oversized-message-ignored",
    title: "Swallows a message of any size without a word.",
    violates: ["P-215"],
    rules: [
      toTarget({ oversized: true }, () => {}),
      toTarget({ where: ({ frame }) => frame.payload.length > 64 * 1024 }, () => {}),
    ],
  },
  {
    name: "frame-limit-too-low",
    title: "Closes a connection whose message is longer than four kilobytes.",
    violates: ["P-173"],
    rules: [
      toTarget({ where: ({ frame }) => frame.payload.length > 4096 }, closeWith(1009, "Too large")),
    ],
  },
];
