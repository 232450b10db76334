/**
 * Growth: what a server keeps of connections that are gone, of events that were delivered and of
 * channels that were left (P-307, P-329).
 *
 * What is modelled is an ordinary day in short: the same thing happens again and again, and the
 * process is measured after each cycle. A server that forgets is as large after the last cycle as
 * after the first few. The traffic of events and channels is not kept as evidence, or this end
 * would grow as well; what was measured is.
 */
import { pooledMap } from "@std/async";
import { z } from "zod";
import { clientName } from "../../language/client_name.ts";
import type { Client } from "../../client/client.ts";
import { publishing, subscribing } from "../../client/premises.ts";
import { subscribe } from "../../client/subscribe.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { isAccepted, takesBatches } from "../../engine/publish.ts";
import { signedRequest } from "../../engine/signed_request.ts";
import { broken, done, type Outcome, scenarioVerb, type Verb } from "../../engine/verb.ts";
import { isFrame } from "../../record/frames.ts";
import { quote } from "../../record/words.ts";
import { dial, establish } from "../../steps/connect.ts";
import { openLane } from "../../wire/http.ts";
import { signChannel } from "../../wire/signature.ts";
import { type Counter, openCounter } from "./counter.ts";
import { judgeDescriptors, judgeMemory, measureCycles, measuredIn } from "./samples.ts";
import { many } from "../../engine/demand.ts";

const depths = z.strictObject({ quick: z.number().int().min(8), full: z.number().int().min(8) });
const cycles = z.union([z.number().int().min(8), depths]).describe(
  "how often at least; the first three are not counted",
);
const connections = z.strictObject({
  connections: clientName("the group of clients that come and go"),
  cycles,
});
const events = z.strictObject({
  events: z.number().int().min(10).describe("how many in a cycle"),
  bytes: z.number().int().min(10).max(10_000).describe("of data in each event"),
  cycles,
});
const channels = z.strictObject({
  channels: z.number().int().min(10).describe("how many in a cycle"),
  cycles,
});
const keepsNothing = z.strictObject({
  of: z.enum(["memory", "descriptors"]).describe("of what is over"),
});

const AT_A_TIME = 50;
/** Events in one call. */
const BATCH = 10;
/** Bytes of text in the `user_info` of a member who comes and goes: within what P-131 allows. */
const INFO_BYTES = 900;

const resolved = (wish: z.infer<typeof cycles>, { depth }: Attempt): number =>
  typeof wish === "number" ? wish : wish[depth];

/** Comes, joins two channels and goes: every other client without a farewell. */
async function comeAndGo(client: Client, index: number, attempt: Attempt): Promise<void> {
  dial({}, client, attempt);
  if ((await establish(client, attempt)).outcome !== "done") return;
  const from = attempt.log.events.length;
  for (const name of ["churn", `churn-${index}`]) {
    subscribe(client, attempt.names.of(name));
  }
  await client.until(
    (event) =>
      event.kind === "closed" || isFrame(event, { channel: attempt.names.of(`churn-${index}`) }),
    attempt.deadlineMs,
    from,
  );
  if (index % 2 === 0) client.line?.reset();
  else client.line?.close(1000);
  await client.until(({ kind }) => kind === "closed", attempt.deadlineMs);
}

async function churnConnections(
  params: z.infer<typeof connections>,
  attempt: Attempt,
): Promise<Outcome> {
  const numbered = attempt.clients(params.connections).map((client, index) => ({ client, index }));
  const counted = { of: "connection", each: numbered.length, bytesEach: 0 };
  return await measureCycles(attempt, resolved(params.cycles, attempt), counted, async () => {
    const all = pooledMap(
      AT_A_TIME,
      numbered,
      ({ client, index }) => comeAndGo(client, index, attempt),
    );
    for await (const _ of all) continue;
  });
}

/** Publishes events to one subscriber, and waits each cycle until all have come. */
async function churnEvents(
  { events: each, bytes, cycles }: z.infer<typeof events>,
  attempt: Attempt,
  counter: Counter,
): Promise<Outcome> {
  const channel = attempt.names.of("growth");
  counter.send({ event: "pusher:subscribe", data: { channel } });
  await counter.came("pusher_internal:subscription_succeeded", 1);
  const dataOf = (number: number) => `${number} `.padEnd(bytes, "x");
  const named = (number: number) => ({ name: "Grown", channel, data: dataOf(number) });
  // The first of each kind is kept as evidence: a refusal has to be seen.
  const alone = await attempt.call({ method: "POST", path: "/events", body: named(-1) });
  if (!isAccepted(alone)) return broken(`publishing was answered with ${quote(alone)}`);
  const together = { batch: [named(-2), named(-3)] };
  const path = "/batch_events";
  const hasBatches = takesBatches(attempt) &&
    isAccepted(await attempt.call({ method: "POST", path, body: together }));
  const before = hasBatches ? 3 : 1;
  const lane = openLane(new URL(attempt.target.apiUrl), attempt.target.ways.api);
  const post = async (path: string, body: unknown) => {
    const request = signedRequest({ method: "POST", path, body }, attempt.app, attempt.target);
    const { status } = await lane.send(request, attempt.deadlineMs + attempt.log.patienceMs);
    if (status >= 300) throw new Error(`POST ${path} was answered with HTTP ${status}`);
  };
  const counted = { of: "event", each, bytesEach: bytes };
  try {
    return await measureCycles(attempt, resolved(cycles, attempt), counted, async (first) => {
      for (let at = 0; at < each; at += BATCH) {
        const batch = Array.from(
          { length: Math.min(BATCH, each - at) },
          (_, index) => named(first + at + index),
        );
        if (hasBatches) await post(path, { batch });
        else for (const event of batch) await post("/events", event);
      }
      await counter.came("Grown", before + first + each);
    });
  } finally {
    lane.close();
  }
}

/** Joins presence channels that nobody else knows, and leaves them again. */
async function churnChannels(
  { channels: each, cycles }: z.infer<typeof channels>,
  attempt: Attempt,
  counter: Counter,
): Promise<Outcome> {
  const { app, names } = attempt;
  const bio = "x".repeat(INFO_BYTES);
  const counted = { of: "channel", each, bytesEach: INFO_BYTES };
  return await measureCycles(attempt, resolved(cycles, attempt), counted, async (first) => {
    for (let at = 0; at < each; at += AT_A_TIME) {
      const some = Math.min(AT_A_TIME, each - at);
      const joined = Array.from(
        { length: some },
        (_, index) => names.of(`presence-growth-${first + at + index}`),
      );
      for (const channel of joined) {
        const channel_data = JSON.stringify({ user_id: channel, user_info: { bio } });
        const auth = signChannel(app, counter.socketId, channel, channel_data);
        counter.send({ event: "pusher:subscribe", data: { channel, auth, channel_data } });
      }
      await counter.came("pusher_internal:subscription_succeeded", first + at + some);
      for (const channel of joined) {
        counter.send({ event: "pusher:unsubscribe", data: { channel } });
      }
    }
  });
}

/** Runs cycles on a connection that is counted; where the server cannot be asked, says why. */
async function onCounter(
  attempt: Attempt,
  run: (counter: Counter) => Promise<Outcome>,
): Promise<Outcome> {
  let counter: Counter | undefined;
  try {
    counter = await openCounter(attempt);
    return await run(counter);
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error));
  } finally {
    counter?.close();
  }
}

export const GROWTH: readonly Verb[] = [
  scenarioVerb({
    name: "comeAndGo",
    form: "connections",
    summary:
      "Lets a group connect, subscribe and leave, cycle after cycle, and measures the server's process after each.",
    schema: connections,
    asks: ({ connections, cycles }, turn) => ({
      connections: turn.clients(connections) * many(cycles, turn),
    }),
    run: churnConnections,
  }),
  scenarioVerb({
    name: "comeAndGo",
    form: "events",
    summary:
      "Publishes events to one subscriber, cycle after cycle, and measures the server's process after each.",
    schema: events,
    asks: ({ events, cycles }, turn) => ({ messages: many(events, turn) * many(cycles, turn) }),
    premises: ({ bytes }) => publishing({ channels: [], event: "", data: "x".repeat(bytes) }),
    run: (params, attempt) =>
      onCounter(attempt, (counter) => churnEvents(params, attempt, counter)),
  }),
  scenarioVerb({
    name: "comeAndGo",
    form: "channels",
    summary:
      "Has one client join presence channels of its own and leave them, cycle after cycle, and measures the server's process after each.",
    schema: channels,
    premises: () => subscribing({ channel: "presence-growth", hasInfo: true }),
    run: (params, attempt) =>
      onCounter(attempt, (counter) => churnChannels(params, attempt, counter)),
  }),
  scenarioVerb({
    name: "footprint",
    form: "of",
    summary:
      "What the server held after the first cycles of comings and goings, it holds after the last.",
    schema: keepsNothing,
    run: () => done(),
    judge: ({ of: what }, view) => {
      const measured = measuredIn(view.events.slice(0, view.end));
      return what === "memory" ? judgeMemory(measured) : judgeDescriptors(measured);
    },
  }),
];
