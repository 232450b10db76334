/** Opening connections. */
import { z } from "zod";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { arrivals, isFrame, quote } from "../record/frames.ts";
import type { Story } from "../engine/attempt.ts";
import {
  broken,
  clientVerb,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  type Outcome,
  type Verb,
  type View,
} from "../engine/verb.ts";

const dialling = {
  key: z.string().optional().describe("another app key than the app's own"),
  query: z.union([z.record(z.string(), z.coerce.string()), z.string()]).optional().describe(
    "the whole query, as a mapping or as it goes on the wire; pusher-js's own without it",
  ),
  path: z.string().optional().describe("another path than /app/{key}"),
  origin: z.string().optional().describe("the Origin header a browser would send"),
  headers: z.record(z.string(), z.string()).optional(),
  answers: z.enum(["protocol pings", "pusher:ping", "nothing"]).optional().describe(
    "the only pings it answers; all of them without it",
  ),
};
const connects = z.strictObject({ connects: z.null(), ...dialling });
const opens = z.strictObject({ opens: z.null(), ...dialling });
const beginsWith = z.strictObject({ beginsWith: z.string().describe("the event's name") });
const rushes = z.strictObject({
  rushes: z.string().describe("the channel it asks for before it has been greeted"),
});

/** What pusher-js 8 puts in the URL of every connection (P-002). */
export const PUSHER_JS_QUERY = { protocol: "7", client: "js", version: "8.6.0", flash: "false" };

type Dialling = Omit<z.infer<typeof connects>, "connects">;

export const GREETING = "pusher:connection_established";

/** Dials as told; waiting is the caller's matter. */
export function dial(told: Dialling, client: Client, story: Story): void {
  const path = told.path ?? `/app/${told.key ?? client.app.key}`;
  const query = new URLSearchParams(told.query ?? PUSHER_JS_QUERY).toString();
  client.dial(`${story.target.websocketUrl}${path}${query ? `?${query}` : ""}`, {
    headers: { ...told.headers, ...(told.origin ? { origin: told.origin } : {}) },
    autoPong: told.answers === undefined || told.answers === "protocol pings",
    answersEvents: told.answers === undefined || told.answers === "pusher:ping",
  });
}

/** Waits for the greeting. Without one, or without a usable socket id, the story breaks. */
export async function establish(client: Client, story: Story): Promise<Outcome> {
  const event = await client.until(
    (event) =>
      isFrame(event, { event: GREETING }) || event.kind === "closed" ||
      event.kind === "upgrade-refused",
    story.deadlineMs,
  );
  if (event?.kind === "received" && client.socketId !== undefined) return done([event.seq]);
  const instead = arrivals(story.journal.events, client.name, client.since);
  return broken(
    `${client.name} was not told ${GREETING} with a socket_id; ${instead}`,
  );
}

const isMessage = (event: Evidence) =>
  event.kind === "received" && (event.opcode === "text" || event.opcode === "binary");

/** The connection dialled during the turn was greeted, with a socket id of whatever shape. */
function judgeGreeted(view: View): Finding {
  const greeting = view.events.find((event) => event.seq === view.ended.took[0]);
  return greeting
    ? holds(quote(greeting), [greeting.seq])
    : fails(view.ended.detail ?? "it was not greeted");
}

export const CONNECT: readonly Verb[] = [
  clientVerb({
    name: "connects",
    summary: "Opens a WebSocket and waits for pusher:connection_established.",
    schema: connects,
    run: (told, client, story) => {
      dial(told, client, story);
      return establish(client, story);
    },
    judge: (_told, view) => judgeGreeted(view),
  }),
  clientVerb({
    name: "opens",
    summary:
      "Opens a WebSocket and waits until the target says something: a message, a close or a refusal. Silence is for later steps to judge.",
    schema: opens,
    run: async (told, client, story) => {
      dial(told, client, story);
      const answer = await client.until(
        (event) =>
          event.kind === "received" || event.kind === "closed" || event.kind === "upgrade-refused",
        story.deadlineMs,
      );
      return answer || client.isOpen
        ? done()
        : deadline("the target did not answer the connection attempt");
    },
  }),
  clientVerb({
    name: "rushes",
    summary: "Asks for a public channel as soon as the WebSocket is open, and only then waits.",
    schema: rushes,
    run: async (told, client, story) => {
      dial({}, client, story);
      await client.until(
        ({ kind }) => kind === "open" || kind === "closed" || kind === "upgrade-refused",
        story.deadlineMs,
      );
      const channel = story.names.of(told.rushes);
      client.send({ event: "pusher:subscribe", data: { channel } });
      return establish(client, story);
    },
    judge: (_told, view) => judgeGreeted(view),
  }),
  clientVerb({
    name: "beginsWith",
    summary: "The first message of the current connection is of this name.",
    schema: beginsWith,
    run: async (_told, client, story) => {
      const first = await client.until(
        (event) => isMessage(event) || event.kind === "closed" || event.kind === "upgrade-refused",
        story.deadlineMs,
      );
      return first ? done([first.seq]) : deadline("nothing arrived");
    },
    judge: ({ beginsWith: name }, view) => {
      const first = view.events.find((event) => event.seq === view.ended.took[0]);
      if (!first) return fails(`expected ${name}; ${view.ended.detail}`);
      return isFrame(first, { event: name })
        ? holds(quote(first), [first.seq])
        : fails(`expected ${name} first, found ${quote(first)}`, [first.seq]);
    },
  }),
];
