/**
 * Numbered events: what came of a whole sequence, told apart into loss, duplicates and disorder.
 *
 *     - publishSequence: { on: ticks, event: Tick, count: 1000 }
 *     - ana: { receivesSequence: ticks, event: Tick, count: 1000, property: complete, checks: P-080 }
 */
import { delivery } from "../client/premises.ts";
import { cameByBatch } from "../expect/came_how.ts";
import { z } from "zod";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import {
  blocked,
  broken,
  clientVerb,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  scenarioVerb,
  type Verb,
} from "../engine/verb.ts";
import type { Client } from "../client/client.ts";
import type { Attempt } from "../engine/attempt.ts";
import { isRecord } from "../wire/frame.ts";
import { fenceApi } from "../engine/fence.ts";
import { isAccepted, publishAll } from "../engine/publish.ts";
import { many } from "../engine/demand.ts";

const count = z.union([
  z.number().int().min(1),
  z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) }),
]).describe("how many events, numbered from 1");

const publishSequence = z.strictObject({
  on: z.string().describe("the channel"),
  event: z.string().describe("the event's name"),
  count,
  perCall: z.number().int().min(1).max(10).default(1).describe(
    "events in one API call, where the target has batch_events",
  ),
  batch: z.number().int().min(2).max(10).optional().describe(
    "events in one call of batch_events, where the batch itself is judged",
  ),
});
const receivesSequence = z.strictObject({
  receivesSequence: z.string().describe("the channel"),
  event: z.string().describe("the event's name"),
  count,
  property: z.enum(["complete", "once", "ordered"]).describe(
    "complete: none is lost; once: none comes twice, nor one never published; ordered: none overtakes another",
  ),
});

type Count = z.infer<typeof count>;
type Property = z.infer<typeof receivesSequence>["property"];

const resolved = (wish: Count, { depth }: Attempt): number =>
  typeof wish === "number" ? wish : wish[depth];

/** The number an event of a sequence carries. */
function numberOf(event: Evidence): number | undefined {
  const decoded = frameOf(event)?.decoded;
  return isRecord(decoded) && typeof decoded.n === "number" ? decoded.n : undefined;
}

/**
 * Waits until every number has come, or none has for as long as the scenario's deadline. Each
 * number with the event that first brought it.
 */
async function gather(
  client: Client,
  attempt: Attempt,
  pattern: { event: string; channel: string },
  wanted: number,
): Promise<ReadonlyMap<number, number>> {
  const seen = new Map<number, number>();
  const completes = (event: Evidence) => {
    if (event.kind === "closed") return true;
    const n = isFrame(event, pattern) ? numberOf(event) : undefined;
    if (n !== undefined && n >= 1 && n <= wanted && !seen.has(n)) seen.set(n, event.seq);
    return seen.size === wanted;
  };
  let from = client.since;
  for (let before = -1; seen.size > before;) {
    before = seen.size;
    if (await client.until(completes, attempt.deadlineMs, from)) break;
    from = attempt.log.events.length;
  }
  return seen;
}

/** `1-3, 7, 9 and 12 more`: which numbers, without filling the page. */
function listed(numbers: readonly number[]): string {
  const runs: string[] = [];
  let start = 0;
  for (let index = 1; index <= numbers.length; index++) {
    if (numbers[index] === (numbers[index - 1] ?? NaN) + 1) continue;
    runs.push(
      start === index - 1 ? `${numbers[start]}` : `${numbers[start]}-${numbers[index - 1]}`,
    );
    start = index;
  }
  return runs.length > 5 ? `${runs.slice(0, 5).join(", ")} and more` : runs.join(", ");
}

/** Judges one property of the numbers as they came, each with the event that brought it. */
function judgeSequence(
  property: Property,
  wanted: number,
  came: readonly { readonly n: number; readonly seq: number }[],
): Finding {
  const all = `${came.length} of ${wanted} events`;
  switch (property) {
    case "complete": {
      const seen = new Set(came.map(({ n }) => n));
      const lost = Array.from({ length: wanted }, (_, index) => index + 1).filter((n) =>
        !seen.has(n)
      );
      return lost.length === 0
        ? holds(`every one of ${wanted} events came`)
        : fails(`${lost.length} of ${wanted} events never came: ${listed(lost)}`);
    }
    case "once": {
      const seen = new Set<number>();
      const extra = came.filter(({ n }) => {
        const known = n >= 1 && n <= wanted && !seen.has(n);
        seen.add(n);
        return !known;
      });
      return extra.length === 0 ? holds(`${all} came, none twice`) : fails(
        `${extra.length} events came that had come before or were never published: ${
          listed([...new Set(extra.map(({ n }) => n))].sort((a, b) => a - b))
        }`,
        extra.slice(0, 3).map(({ seq }) => seq),
      );
    }
    case "ordered": {
      // Duplicates are another property's matter: only first arrivals count.
      const seen = new Set<number>();
      const firsts = came.filter(({ n }) => !seen.has(n) && seen.add(n));
      const overtaken = firsts.findIndex(({ n }, index) => n < (firsts[index - 1]?.n ?? -Infinity));
      const late = firsts[overtaken];
      const early = firsts[overtaken - 1];
      return late && early
        ? fails(`event ${late.n} came after event ${early.n}`, [early.seq, late.seq])
        : holds(`${all} came in the order they were published`);
    }
  }
}

export const SEQUENCE: readonly Verb[] = [
  scenarioVerb({
    name: "publishSequence",
    summary:
      "Publishes events numbered from 1, one call after the other on one keep-alive connection; each must be accepted.",
    schema: publishSequence,
    asks: ({ count }, turn) => ({ messages: many(count, turn) }),
    run: async (params, attempt) => {
      const channel = attempt.names.of(params.on);
      const total = resolved(params.count, attempt);
      const most = params.batch ?? params.perCall;
      for (let first = 1; first <= total; first += most) {
        const size = Math.min(most, total - first + 1);
        const batch = Array.from({ length: size }, (_, index) => ({
          name: params.event,
          channel,
          data: JSON.stringify({ n: first + index }),
        }));
        const answer = params.batch === undefined
          ? await publishAll(batch, attempt)
          : await attempt.call({ method: "POST", path: "/batch_events", body: { batch } });
        if (!isAccepted(answer)) {
          const how = answer.kind === "response"
            ? `HTTP ${answer.status} ${answer.body}`
            : answer.reason;
          return broken(`event ${first} of the sequence was not accepted: ${how}`);
        }
      }
      return done([], { count: total });
    },
  }),
  clientVerb({
    name: "receivesSequence",
    summary:
      "Waits for a whole sequence, then for a fence behind it, and judges one property of what came.",
    schema: receivesSequence,
    premises: ({ event }, view) => {
      const own = delivery(event);
      return own[0] === "P-080" && view && cameByBatch(view) ? [...own, "P-252"] : own;
    },
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.receivesSequence);
      const wanted = resolved(params.count, attempt);
      const facts = { channel, count: wanted, socket: client.socket };
      const seen = await gather(client, attempt, { event: params.event, channel }, wanted);
      // Behind the fence no duplicate is still under way.
      const fence = await fenceApi(attempt, client);
      if (fence === "lost") {
        return { ...deadline("the fence behind it did not come back"), facts: { ...facts, fence } };
      }
      const took = [...seen.values()];
      return seen.size === wanted
        ? done(took, facts)
        : { ...deadline(`${seen.size} of ${wanted} events came`, took), facts };
    },
    judge: (params, view) => {
      const { channel, count: wanted, socket } = view.ended.facts ?? {};
      if (typeof channel !== "string" || typeof wanted !== "number") {
        return blocked("the sequence was never awaited");
      }
      const came = view.events.flatMap((event) => {
        if (!isOf(view.who, event) || !isFrame(event, { event: params.event, channel })) return [];
        if (!("socket" in event) || event.socket !== socket) return [];
        return [{ n: numberOf(event) ?? 0, seq: event.seq }];
      });
      if (view.ended.facts?.fence === "lost" && params.property !== "complete") {
        return blocked(
          "the fence behind the sequence did not come back, so more may be under way",
        );
      }
      if (came.length === 0 && params.property !== "complete") {
        return blocked(
          `no event of the sequence came, so none shows whether they are ${params.property}`,
        );
      }
      return judgeSequence(params.property, wanted, came);
    },
  }),
];
