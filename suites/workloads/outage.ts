/**
 * A server that goes down and comes up again, and what its clients make of it (P-300, P-301).
 *
 *     - publishSequence: { on: ticks, event: Tick, first: 1, last: 5 }
 *     - server: down
 *     - publishSequence: { on: ticks, event: Tick, first: 6, last: 8 }
 *     - server: up
 *     - ana: { comesBack: ticks, checks: P-300 }
 */
import { z } from "zod";
import { delay } from "@std/async";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  blocked,
  clientVerb,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  missed,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { ask } from "./presence/tab.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { dial, establish } from "../steps/connect.ts";
import { fenceApi } from "../engine/fence.ts";
import { many } from "../engine/demand.ts";

const publishNumbers = z.strictObject({
  on: z.string().describe("the channel"),
  event: z.string().describe("the event's name"),
  first: z.number().int().min(1).describe("the first number"),
  last: z.number().int().min(1).describe("the last number"),
});
const comesBack = z.strictObject({ comesBack: z.string().describe("the channel it joins again") });
const hearsNumbers = z.strictObject({
  receivesSequence: z.string().describe("the channel"),
  event: z.string().describe("the event's name"),
  outage: z.enum(["nothing lost since", "gap is the outage", "once while there"]).describe(
    "nothing lost since: all that was published since it joined last has come; gap is the outage: what is missing is what was published while it was away, and nothing else; once while there: each of its stays has all that was published in it, until a node was told to end, and nothing twice",
  ),
});

/** How long pusher-js waits before it connects again, in milliseconds. */
const BACK_OFF_MS = 1000;

/** Connects again as pusher-js does, until it is established or the deadline has passed. */
export async function comeBack(
  client: Client,
  channel: string,
  attempt: Attempt,
): Promise<boolean> {
  const began = performance.now();
  if (client.isOpen) {
    await client.until((event) => event.kind === "closed", attempt.deadlineMs);
  }
  while (performance.now() - began < attempt.deadlineMs) {
    await delay(BACK_OFF_MS);
    dial({}, client, attempt);
    const outcome = await establish(client, attempt);
    if (outcome.outcome !== "done") continue;
    ask(client, channel, attempt.names.of(client.name));
    const answer = await client.until(
      (event) =>
        event.kind === "closed" ||
        isFrame(event, { event: "pusher_internal:subscription_succeeded", channel }),
      attempt.deadlineMs,
    );
    if (answer?.kind === "received") return true;
  }
  return false;
}

interface Publication {
  readonly n: number;
  readonly seq: number;
  readonly accepted: boolean;
  /** When it was answered; never, where it was not accepted. */
  readonly answered: number;
}

/** Every attempt to publish a number on this channel, and whether the API accepted it. */
function publications(events: readonly Evidence[], event: string, channel: string): Publication[] {
  const accepted = new Map(
    events.flatMap((e) => e.kind === "response" && e.status < 300 ? [[e.exchange, e.seq]] : []),
  );
  return events.flatMap((e): Publication[] => {
    if (e.kind !== "request") return [];
    const body = readJson(e.body);
    if (!isRecord(body) || body.name !== event || body.channel !== channel) return [];
    const n = numberIn(typeof body.data === "string" ? readJson(body.data) : undefined);
    const answered = accepted.get(e.exchange);
    return n === undefined
      ? []
      : [{ n, seq: e.seq, accepted: answered !== undefined, answered: answered ?? Infinity }];
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

/** Each stay by itself: all that was published in it came, once. */
function judgeStays(
  all: readonly Publication[],
  event: string,
  channel: string,
  view: View,
): Finding {
  const times = stays(view, channel);
  if (times.length < 2) return blocked(`${view.who} never came back`);
  let expected = 0;
  for (const { from, until } of times) {
    const came = view.events.flatMap((one) => {
      if (one.seq < from || one.seq > until || !isOf(view.who, one)) return [];
      const n = isFrame(one, { event, channel }) ? numberIn(frameOf(one)?.decoded) : undefined;
      return n === undefined ? [] : [{ n, seq: one.seq }];
    });
    const [again] = came.filter(({ n }, at) => came.findIndex((one) => one.n === n) < at);
    if (again) return fails(`event ${again.n} came twice in one stay`, [again.seq]);
    // Told to end, a node sends its clients away in its own time; what came is a sequence all the same.
    const toldToEnd = until === Infinity
      ? Infinity
      : view.events.findLast((one) =>
        one.seq < until && one.kind === "server" && one.what === "faulted"
      )?.seq ?? until;
    const last = Math.max(0, ...came.map(({ n }) => n));
    const mustCome = all.filter(({ n, seq, accepted, answered }) =>
      accepted && seq > from && (answered < toldToEnd || n < last)
    ).filter(({ seq }) => seq < until);
    expected += mustCome.length;
    const heard = new Set(came.map(({ n }) => n));
    const lost = mustCome.filter(({ n }) => !heard.has(n));
    if (lost.length > 0) {
      return missed(
        `${lost.length} of ${mustCome.length} events published during one stay never came: ${
          lost.slice(0, 5).map(({ n }) => n).join(", ")
        }`,
        lost.slice(0, 3).map(({ seq }) => seq),
      );
    }
  }
  return expected === 0
    ? blocked("nothing was published while it was there")
    : holds(`all of ${expected} events published during ${times.length} stays came, each once`);
}

function judgeNumbers(params: z.infer<typeof hearsNumbers>, view: View): Finding {
  const channel = String(view.ended.facts?.channel);
  const all = publications(view.events, params.event, channel);
  if (params.outage === "once while there") return judgeStays(all, params.event, channel, view);
  const heard = new Set(
    view.events.flatMap((event) =>
      isOf(view.who, event) && isFrame(event, { event: params.event, channel })
        ? [numberIn(frameOf(event)?.decoded)]
        : []
    ),
  );
  const times = stays(view, channel);
  const latest = times.at(-1);
  const first = times[0];
  if (!first || !latest || times.length < 2) return blocked(`${view.who} never came back`);
  if (params.outage === "nothing lost since") {
    const since = all.filter(({ seq, accepted }) => accepted && seq > latest.from);
    if (since.length === 0) return blocked("nothing was published since it came back");
    const lost = since.filter(({ n }) => !heard.has(n));
    return lost.length === 0
      ? holds(`all of ${since.length} events published since it came back have come`)
      : missed(
        `${lost.length} of ${since.length} events published since it came back never came`,
        lost.slice(0, 3).map(({ seq }) => seq),
      );
  }
  const away = all.filter(({ seq }) => seq > first.until && seq < latest.from);
  if (away.length === 0) return blocked("nothing was published while it was away");
  const missing = all.filter(({ n }) => !heard.has(n)).map(({ n }) => n);
  const expected = away.map(({ n }) => n);
  return JSON.stringify(missing) === JSON.stringify(expected)
    ? holds(`missing are ${missing.join(", ")}: what was published while it was away`)
    : (missing.length > expected.length ? missed : fails)(
      `missing are ${missing.join(", ") || "none"}, where ${
        expected.join(", ")
      } were published while it was away`,
      away.map(({ seq }) => seq),
    );
}

export const OUTAGE: readonly Verb[] = [
  scenarioVerb({
    name: "publishSequence",
    form: "last",
    summary: "Publishes events numbered from first to last, whether they are accepted or not.",
    schema: publishNumbers,
    asks: ({ first, last }, turn) => ({
      messages: many(last, turn) - many(first, turn) + 1,
    }),
    run: async (params, attempt) => {
      const channel = attempt.names.of(params.on);
      for (let n = params.first; n <= params.last; n++) {
        const data = JSON.stringify({ n });
        await attempt.call({
          method: "POST",
          path: "/events",
          body: { name: params.event, channel, data },
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
    asks: () => ({ connections: 1 }),
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.comesBack);
      return await comeBack(client, channel, attempt)
        ? done()
        : deadline(`it was not back in ${channel} within ${attempt.deadlineMs} ms`);
    },
    judge: (_told, view) =>
      view.ended.outcome === "done"
        ? holds("connected and joined again")
        : fails(view.ended.detail ?? "it did not come back"),
  }),
  clientVerb({
    name: "receivesSequence",
    form: "outage",
    summary: "Which of the numbered events came, held against where the client was.",
    schema: hearsNumbers,
    run: async (params, client, attempt) => {
      const facts = { channel: attempt.names.of(params.receivesSequence) };
      const fence = await fenceApi(attempt, client);
      return fence === "passed"
        ? done([], facts)
        : { ...deadline(`the fence behind them was ${fence}`), facts };
    },
    judge: judgeNumbers,
  }),
];
