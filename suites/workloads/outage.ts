/**
 * A server that goes down and comes up again, and what its clients make of it (P-300, P-301).
 *
 *     - publishNumbers: { on: ticks, event: Tick, first: 1, last: 5 }
 *     - outage: begins
 *     - publishNumbers: { on: ticks, event: Tick, first: 6, last: 8 }
 *     - outage: ends
 *     - ana: { comesBack: ticks, checks: P-300 }
 */
import { z } from "zod";
import { delay } from "@std/async";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import type { Story } from "../engine/attempt.ts";
import {
  broken,
  clientVerb,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  storyVerb,
  untestable,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { ask } from "./presence/tab.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { dial, establish } from "../steps/connect.ts";
import { fenceApi } from "../steps/fence.ts";

const outage = z.strictObject({ outage: z.enum(["begins", "ends"]) });
const publishNumbers = z.strictObject({
  on: z.string(),
  event: z.string(),
  first: z.number().int().min(1),
  last: z.number().int().min(1),
});
const comesBack = z.strictObject({ comesBack: z.string().describe("the channel it joins again") });
const hearsNumbers = z.strictObject({
  hearsNumbers: z.string().describe("the channel"),
  event: z.string(),
  property: z.enum(["nothing lost since", "gap is the outage"]).describe(
    "nothing lost since: all that was published since it joined last has come; gap is the outage: what is missing is what was published while it was away, and nothing else",
  ),
});

/** How long pusher-js waits before it connects again, in milliseconds. */
const BACK_OFF_MS = 1000;

/** Connects again as pusher-js does, until it is established or the deadline has passed. */
async function comeBack(client: Client, channel: string, story: Story): Promise<boolean> {
  const began = performance.now();
  if (client.isOpen) {
    await client.until((event) => event.kind === "closed", story.deadlineMs);
  }
  while (performance.now() - began < story.deadlineMs) {
    await delay(BACK_OFF_MS);
    dial({}, client, story);
    const outcome = await establish(client, story);
    if (outcome.outcome !== "done") continue;
    ask(client, channel, story.names.of(client.name));
    const answer = await client.until(
      (event) =>
        event.kind === "closed" ||
        isFrame(event, { event: "pusher_internal:subscription_succeeded", channel }),
      story.deadlineMs,
    );
    if (answer?.kind === "received") return true;
  }
  return false;
}

interface Attempt {
  readonly n: number;
  readonly seq: number;
  readonly accepted: boolean;
}

/** Every attempt to publish a number on this channel, and whether the API accepted it. */
function attempts(events: readonly Evidence[], event: string, channel: string): Attempt[] {
  const accepted = new Set(
    events.flatMap((e) => (e.kind === "response" && e.status < 300 ? [e.exchange] : [])),
  );
  return events.flatMap((e): Attempt[] => {
    if (e.kind !== "request") return [];
    const body = readJson(e.body);
    if (!isRecord(body) || body.name !== event || body.channel !== channel) return [];
    const n = numberIn(typeof body.data === "string" ? readJson(body.data) : undefined);
    return n === undefined ? [] : [{ n, seq: e.seq, accepted: accepted.has(e.exchange) }];
  });
}

function numberIn(data: unknown): number | undefined {
  return isRecord(data) && typeof data.n === "number" ? data.n : undefined;
}

/** When the client was in the channel: from its admission to the end of that connection. */
function stays(view: View, channel: string): { readonly from: number; until: number }[] {
  const list: { from: number; until: number }[] = [];
  for (const event of view.events) {
    if (!isOf(view.who, event)) continue;
    if (isFrame(event, { event: "pusher_internal:subscription_succeeded", channel })) {
      list.push({ from: event.seq, until: Infinity });
    }
    const latest = list.at(-1);
    if (event.kind === "closed" && latest) latest.until = Math.min(latest.until, event.seq);
  }
  return list;
}

function judgeNumbers(told: z.infer<typeof hearsNumbers>, view: View): Finding {
  const channel = String(view.ended.facts?.channel);
  const all = attempts(view.events, told.event, channel);
  const heard = new Set(
    view.events.flatMap((event) =>
      isOf(view.who, event) && isFrame(event, { event: told.event, channel })
        ? [numberIn(frameOf(event)?.decoded)]
        : []
    ),
  );
  const times = stays(view, channel);
  const latest = times.at(-1);
  const first = times[0];
  if (!first || !latest || times.length < 2) return untestable(`${view.who} never came back`);
  if (told.property === "nothing lost since") {
    const since = all.filter(({ seq, accepted }) => accepted && seq > latest.from);
    if (since.length === 0) return untestable("nothing was published since it came back");
    const lost = since.filter(({ n }) => !heard.has(n));
    return lost.length === 0
      ? holds(`all of ${since.length} events published since it came back have come`)
      : fails(
        `${lost.length} of ${since.length} events published since it came back never came`,
        lost.slice(0, 3).map(({ seq }) => seq),
      );
  }
  const away = all.filter(({ seq }) => seq > first.until && seq < latest.from);
  if (away.length === 0) return untestable("nothing was published while it was away");
  const missing = all.filter(({ n }) => !heard.has(n)).map(({ n }) => n);
  const expected = away.map(({ n }) => n);
  return JSON.stringify(missing) === JSON.stringify(expected)
    ? holds(`missing are ${missing.join(", ")}: what was published while it was away`)
    : fails(
      `missing are ${missing.join(", ") || "none"}, where ${
        expected.join(", ")
      } were published while it was away`,
      away.map(({ seq }) => seq),
    );
}

export const OUTAGE: readonly Verb[] = [
  storyVerb({
    name: "outage",
    summary: "The story's own server is stopped, or started again at the same address.",
    schema: outage,
    run: async (told, { target, journal }) => {
      const { server } = target;
      if (!server) return broken("Plumbline did not start this server");
      if (told.outage === "begins") await server.stop();
      else await server.startAgain();
      const what = told.outage === "begins" ? "stopped" : "started";
      journal.add({ kind: "server", what, detail: `process ${server.pid}` });
      return done();
    },
  }),
  storyVerb({
    name: "publishNumbers",
    summary: "Publishes events numbered from first to last, whether they are accepted or not.",
    schema: publishNumbers,
    run: async (told, story) => {
      const channel = story.names.of(told.on);
      for (let n = told.first; n <= told.last; n++) {
        const data = JSON.stringify({ n });
        await story.call({
          method: "POST",
          path: "/events",
          body: { name: told.event, channel, data },
        });
      }
      return done();
    },
  }),
  clientVerb({
    name: "comesBack",
    summary:
      "Once its connection has ended, connects again with the back-off of pusher-js and joins the channel, within the deadline.",
    schema: comesBack,
    run: async (told, client, story) => {
      const channel = story.names.of(told.comesBack);
      return await comeBack(client, channel, story)
        ? done()
        : deadline(`it was not back in ${channel} within ${story.deadlineMs} ms`);
    },
    judge: (_told, view) =>
      view.ended.outcome === "done"
        ? holds("connected and joined again")
        : fails(view.ended.detail ?? "it did not come back"),
  }),
  clientVerb({
    name: "hearsNumbers",
    summary: "Which of the numbered events came, held against where the client was.",
    schema: hearsNumbers,
    run: async (told, client, story) => {
      const facts = { channel: story.names.of(told.hearsNumbers) };
      const fence = await fenceApi(story, client);
      return fence === "passed"
        ? done([], facts)
        : { ...deadline(`the fence behind them was ${fence}`), facts };
    },
    judge: judgeNumbers,
  }),
];
