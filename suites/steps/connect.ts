/** Opening connections. */
import { delay } from "@std/async";
import { z } from "zod";
import type { Client } from "../client/client.ts";
import { subscribe } from "../client/subscribe.ts";
import { CONNECTING } from "../client/premises.ts";
import { PUSHER_JS_QUERY } from "../client/query.ts";
import type { Evidence } from "../record/evidence.ts";
import { isFrame, isMessage } from "../record/frames.ts";
import { arrivals, quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
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
  headers: z.record(z.string(), z.string()).optional().describe(
    "further headers, or others in the place of Connection, Upgrade and Host",
  ),
  offers: z.literal("compression").optional().describe("permessage-deflate, as browsers do"),
  answers: z.enum(["protocol pings", "pusher:ping", "nothing", "not even a close"]).optional()
    .describe(
      "the only pings it answers, all of them without it; with the last, close frames are not answered either",
    ),
};
const connects = z.strictObject({ connects: z.null(), ...dialling });
const opens = z.strictObject({ opens: z.null(), ...dialling });
const early = z.strictObject({
  connects: z.null(),
  early: z.string().describe("the public channel it asks for before it has been greeted"),
});

type Dialling = Omit<z.infer<typeof connects>, "connects">;

export const GREETING = "pusher:connection_established";

/** Dials as told; waiting is the caller's matter. */
export function dial(params: Dialling, client: Client, attempt: Attempt): void {
  const path = params.path ?? `/app/${params.key ?? client.app.key}`;
  const query = new URLSearchParams(params.query ?? PUSHER_JS_QUERY).toString();
  client.dial(`${attempt.websocketUrl()}${path}${query ? `?${query}` : ""}`, {
    headers: { ...params.headers, ...(params.origin ? { origin: params.origin } : {}) },
    offersCompression: params.offers === "compression",
    autoPong: params.answers === undefined || params.answers === "protocol pings",
    ignoresClose: params.answers === "not even a close",
    answersEvents: params.answers === undefined || params.answers === "pusher:ping",
  });
}

/** Waits for the greeting. Without one, or without a usable socket id, the scenario breaks. */
export async function establish(client: Client, attempt: Attempt): Promise<Outcome> {
  const event = await client.until(
    (event) =>
      isFrame(event, { event: GREETING }) || event.kind === "closed" ||
      event.kind === "upgrade-refused",
    attempt.deadlineMs,
  );
  if (event?.kind === "received" && client.socketId !== undefined) return done([event.seq]);
  const instead = arrivals(attempt.log.events, client.name, client.since);
  return broken(
    `${client.name} was not told ${GREETING} with a socket_id; ${instead}`,
  );
}

const LONGEST_PAUSE_MS = 250;

/** Dials until the target greets, as client libraries do; the greeting, or nothing at the deadline. */
export async function dialUntilGreeted(
  client: Client,
  attempt: Attempt,
): Promise<Evidence | undefined> {
  const over = performance.now() + attempt.deadlineMs;
  for (let pauseMs = 10;; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    dial({}, client, attempt);
    const answer = await client.until(
      (event) =>
        isFrame(event, { event: GREETING }) || event.kind === "closed" ||
        event.kind === "upgrade-refused",
      Math.max(0, over - performance.now()),
    );
    if (answer?.kind === "received") return answer;
    if (!answer || performance.now() + pauseMs > over) return undefined;
    await delay(pauseMs);
  }
}

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
    asks: () => ({ connections: 1 }),
    premises: () => CONNECTING,
    run: (params, client, attempt) => {
      dial(params, client, attempt);
      return establish(client, attempt);
    },
    judge: (_told, view) => judgeGreeted(view),
  }),
  clientVerb({
    name: "opens",
    summary:
      "Opens a WebSocket and waits until the target says something: a message, a close or a refusal. Silence is for later steps to judge.",
    schema: opens,
    asks: () => ({ connections: 1 }),
    run: async (params, client, attempt) => {
      dial(params, client, attempt);
      const answer = await client.until(
        (event) => isMessage(event) || event.kind === "closed" || event.kind === "upgrade-refused",
        attempt.deadlineMs,
      );
      return answer || client.isOpen
        ? done()
        : deadline("the target did not answer the connection attempt");
    },
  }),
  clientVerb({
    name: "connects",
    form: "early",
    summary: "Asks for a public channel as soon as the WebSocket is open, and only then waits.",
    schema: early,
    asks: () => ({ connections: 1 }),
    run: async (params, client, attempt) => {
      dial({}, client, attempt);
      await client.until(
        ({ kind }) => kind === "open" || kind === "closed" || kind === "upgrade-refused",
        attempt.deadlineMs,
      );
      const channel = attempt.names.of(params.early);
      subscribe(client, channel);
      return establish(client, attempt);
    },
    judge: (_told, view) => judgeGreeted(view),
  }),
];
