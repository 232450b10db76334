/**
 * A flood: one connection sends as many pings, or pipelines as many requests, as the line takes, and
 * says nothing of who it is. What is measured is how long another client waits for the answer to a
 * ping meanwhile (P-330). A server may answer the flood in turns, or end it; it may not let everybody
 * wait until it is over.
 */
import { Worker } from "node:worker_threads";
import { delay } from "@std/async";
import { z } from "zod";
import { clientName } from "../../language/client_name.ts";
import { PUSHER_JS_QUERY } from "../../client/query.ts";
import { CONNECTING } from "../../client/premises.ts";
import type { Client } from "../../client/client.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { watchEventLoop } from "../../engine/event_loop_lag.ts";
import {
  blocked,
  broken,
  deadline,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Outcome,
  scenarioVerb,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import { duration, milliseconds } from "../../language/duration.ts";
import { isFrame } from "../../record/frames.ts";
import type { Orders, Report } from "./flooder.ts";

const flood = z.strictObject({
  of: z.enum(["pings", "requests"]).describe("what one connection sends all at once"),
  times: z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) }).describe(
    "how many, by depth",
  ),
  beside: clientName("the client that goes on pinging meanwhile"),
  within: duration.describe("the longest it may wait for a pong"),
});

type Flood = z.infer<typeof flood>;

/** Time between a pong and the next ping. */
const BETWEEN_MS = 20;
/** The flood is over where nothing more comes for so long. */
const IDLE_MS = 5000;

/** What is observed of a server that does so. */
const SEEN = "others wait";

/** A wait may hold several stalls of this process, of which the longest is known. */
const STALLS = 2;

function ordersFor({ of: floods, times }: Flood, { target, app, depth }: Attempt): Orders {
  const url = new URL(floods === "pings" ? target.websocketUrl : target.apiUrl);
  const prefix = url.pathname.replace(/\/$/, "");
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || 80),
    host: url.host,
    headers: target.ways[floods === "pings" ? "websocket" : "api"].headers ?? {},
    target: floods === "pings"
      ? `${prefix}/app/${app.key}?${new URLSearchParams(PUSHER_JS_QUERY)}`
      : `${prefix}/apps/${app.id}/channels`,
    floods,
    times: times[depth],
    idleMs: IDLE_MS,
  };
}

/** How long a ping waited for its pong, and the numbers of both in the evidence. */
interface Wait {
  readonly ms: number;
  readonly quotes: readonly number[];
}

/** Pings until the flood is over; the longest wait, or what was sent and never answered. */
async function waitBeside(
  client: Client,
  attempt: Attempt,
  isOver: () => boolean,
): Promise<Wait & { readonly isAnswered: boolean }> {
  let longest: Wait = { ms: 0, quotes: [] };
  do {
    const from = attempt.log.events.length;
    const sent = performance.now();
    client.send({ event: "pusher:ping", data: {} });
    const pong = await client.until(
      (event) => event.kind === "closed" || isFrame(event, { event: "pusher:pong" }),
      attempt.deadlineMs,
      from,
    );
    const ms = Math.round(performance.now() - sent);
    const quotes = [attempt.log.events[from], pong].flatMap((event) => event?.seq ?? []);
    if (pong?.kind !== "received") return { ms, quotes, isAnswered: false };
    if (ms >= longest.ms) longest = { ms, quotes };
    await delay(BETWEEN_MS);
  } while (!isOver());
  return { ...longest, isAnswered: true };
}

async function runFlood(params: Flood, attempt: Attempt): Promise<Outcome> {
  const client = attempt.client(params.beside);
  const thread = new Worker(new URL("flooder.ts", import.meta.url));
  const begins = Promise.withResolvers<void>();
  let over: (Report & { readonly kind: "over" }) | undefined;
  thread.on("message", (report: Report) => {
    if (report.kind === "over") over = report;
    begins.resolve();
  });
  thread.on("error", begins.reject);
  const lag = watchEventLoop();
  try {
    thread.postMessage(ordersFor(params, attempt));
    await begins.promise;
    if (over) return broken(over.how);
    const began = performance.now();
    const { isAnswered, ...longest } = await waitBeside(client, attempt, () => over !== undefined);
    const tookMs = Math.round(performance.now() - began);
    const stoodStillMs = Math.round(lag.longestStall(began));
    const facts = { tookMs, stoodStillMs, isAnswered, longest };
    const { answered = 0, how = "it went on" } = over ?? {};
    attempt.log.add({
      kind: "note",
      text: `the flood of ${params.of}: ${how}, ${answered} of them`,
    });
    return isAnswered
      ? done(longest.quotes, facts)
      : { ...deadline(`${client.name} had no answer to its ping`), facts };
  } finally {
    lag.stop();
    await thread.terminate();
  }
}

function judgeFlood({ of: floods, within, beside }: Flood, view: View): Finding {
  if (view.ended.facts === undefined) return blocked("the flood did not begin");
  const { tookMs, stoodStillMs, isAnswered, longest: { ms, quotes } } = factsOf<{
    tookMs: number;
    stoodStillMs: number;
    isAnswered: boolean;
    longest: Wait;
  }>(view);
  if (!isAnswered) return fails(`${beside} had no answer to its ping meanwhile`, quotes, SEEN);
  const limit = milliseconds(within);
  const said = `${beside} waited ${ms} ms for a pong while one connection sent ${floods} for ` +
    `${tookMs} ms; at most ${limit} ms are borne`;
  if (ms <= limit) return holds(said, quotes);
  return ms - STALLS * stoodStillMs > limit ? fails(said, quotes, SEEN) : {
    ...blocked(`${said}; this process stood still for ${stoodStillMs} ms`, quotes),
    outside: "machine-stalled",
  };
}

export const FLOOD: readonly Verb[] = [
  scenarioVerb({
    name: "flood",
    summary:
      "Has one unknown connection send many pings or requests at once, while a client pings now and then and notes how long it waits.",
    schema: flood,
    asks: () => ({ connections: 1, floods: 1 }),
    premises: () => [...CONNECTING, "P-038"],
    run: runFlood,
    judge: judgeFlood,
  }),
];
