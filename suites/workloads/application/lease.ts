/**
 * Leases: what somebody keeps alive, such as that he is online. He is there from the first time, for
 * as long as he goes on, and gone when its time is over; coming and going are told once each.
 *
 * Time is taken from when he asked to when others heard, so that a busy machine makes a lease look
 * longer and never shorter. What took so long that the lease was over meanwhile is not judged.
 */
import { z } from "zod";
import { delay } from "@std/async";
import { valueAt } from "../../applications/answers.ts";
import { subscribeTo } from "../../applications/subscribe.ts";
import type { Client } from "../../client/client.ts";
import type { Answer } from "../../language/application.ts";
import type { Lease } from "../../language/lease.ts";
import { fill } from "../../language/variables.ts";
import type { Evidence } from "../../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../../record/frames.ts";
import { arrivals, quote } from "../../record/words.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  blocked,
  broken,
  clientVerb,
  deadline,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Outcome,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import { exchangeIn } from "../../steps/application/acting.ts";
import { why } from "../../steps/application/people.ts";
import { givenFor } from "../../steps/application/resources.ts";
import { goneByMs, hasLingered, lastKept, sinceKeptMs, tooEarly } from "./lease_time.ts";

const lease = z.string().describe("the lease, by its name in the application file");
const of = z.string().optional().describe("the id of the resource, where it is about one");
const whose = z.string().describe("the client who keeps it alive");
const moves = z.strictObject({
  lease,
  moves: z.enum(["keep", "end"]).describe("keep: it is kept alive; end: it ends before its time"),
  of,
});
const reads = z.strictObject({
  lease,
  reads: z.enum(["there", "gone", "nothing"]).describe(
    "there: he is listed; gone: no more; nothing: it is refused, or he is not listed",
  ),
  whose,
  of,
});
const follows = z.strictObject({ lease, follows: z.null(), of });
const learns = z.strictObject({
  lease,
  learns: z.enum(["there", "gone"]).describe("what is told of him"),
  whose,
  of,
});
const heardAll = z.strictObject({ lease, heardAll: z.null(), whose, of });

/** Who is there. */
interface Holders {
  readonly ids: readonly string[];
}

/** What was read, and the exchange before in which it was not as wanted. */
interface Read {
  readonly declared: Lease;
  readonly answer: Answer<Holders>;
  readonly isThere: boolean;
  readonly lingered: number;
}

/** What a step leaves for its judge. */
interface Facts {
  readonly declared: Lease;
  readonly holder: string;
  readonly channel: string;
}

function leaseNamed(name: string, attempt: Attempt): Lease {
  const found = attempt.application.leases[name];
  if (found === undefined) {
    throw new Error(`the application has no lease ${name}, yet it was planned`);
  }
  return found;
}

function factsFor(
  { lease: name, whose, of: id }: {
    readonly lease: string;
    readonly whose: string;
    readonly of?: string | undefined;
  },
  attempt: Attempt,
): Facts {
  const declared = leaseNamed(name, attempt);
  const holder = String(attempt.lookup(`${whose}.userId`));
  const given = givenFor(whose, id, attempt);
  const channel = String(fill(declared.event?.channel ?? "", (one) => given[one]));
  return { declared, holder, channel };
}

async function read(
  { declared, holder }: Facts,
  { reads: wanted, whose, lease, of: id }: z.output<typeof reads>,
  { name: who }: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const { read } = declared;
  const overMs = attempt.deadlineMs +
    (wanted === "gone" ? goneByMs(declared, lease, whose, attempt.log.events) : 0);
  const until = performance.now() + overMs;
  let lingered = -1;
  for (let pauseMs = 10;; pauseMs = Math.min(2 * pauseMs, 100)) {
    const answer: Answer<Holders> = await attempt.visitor(who).request(
      read,
      givenFor(who, id, attempt),
      (body) => {
        const found = valueAt(body, read.holders);
        return Array.isArray(found)
          ? { ids: found.map(String) }
          : `${lease} promises ids (at "${read.holders}"), but no list of them is there`;
      },
    );
    const isThere = answer.outcome === "accepted" && answer.value.ids.includes(holder);
    const isRight = wanted === "nothing" || answer.outcome !== "accepted" ||
      isThere === (wanted === "there");
    if (isRight || performance.now() > until) {
      return done([], { declared, answer, isThere, lingered });
    }
    lingered = answer.exchange;
    await delay(pauseMs);
  }
}

function judgeRead({ lease, reads: wanted, whose }: z.output<typeof reads>, view: View): Finding {
  const { declared, answer, isThere, lingered } = factsOf<Read>(view);
  const exchange = exchangeIn(view.events, answer.exchange);
  const quotes = exchange.map(({ seq }) => seq);
  const seen = exchange.map(quote).join(" → ");
  if (wanted === "nothing") {
    if (answer.outcome === "unknown") return fails(`${lease}: ${answer.why}`, quotes);
    return isThere ? fails(`${view.who} is shown that ${whose} is there; ${seen}`, quotes) : holds(
      seen,
      quotes,
    );
  }
  if (answer.outcome !== "accepted") return fails(`${lease}: ${why(answer)}; ${seen}`, quotes);
  const kept = lastKept(lease, whose, view.events, exchange[0]?.seq ?? Infinity);
  const sinceMs = sinceKeptMs(kept, exchange.at(-1));
  if (wanted === "there") {
    if (isThere) return holds(seen, quotes);
    return sinceMs >= 1000 * declared.lasts
      ? blocked(`its time was over before it was read, after ${Math.round(sinceMs)} ms`, quotes)
      : fails(`${whose} keeps ${lease} alive, and is not there; ${seen}`, quotes);
  }
  if (isThere) return fails(`${whose} is still there, after ${Math.round(sinceMs)} ms`, quotes);
  if (hasLingered(kept, exchangeIn(view.events, lingered)[0])) {
    return fails(`${whose} was still there long after he had ended ${lease}`, quotes);
  }
  return tooEarly(declared, kept, exchange.at(-1)) ?? holds(seen, quotes);
}

/** Whether an event tells that somebody is there, or gone. */
function saysOf(
  { declared: { event }, holder, channel }: Facts,
  what: "there" | "gone",
  one: Evidence,
): boolean {
  if (event === undefined || !isFrame(one, { event: event[what].name, channel })) return false;
  const data = frameOf(one)?.decoded;
  return String(valueAt(data, event.holder)) === holder &&
    Object.entries(event[what].where).every(([path, value]) => valueAt(data, path) === value);
}

async function learn(
  params: z.output<typeof learns>,
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const facts = factsFor(params, attempt);
  const { declared } = facts;
  const { lease, learns: what, whose } = params;
  const from = attempt.log.events.length;
  const overMs = what === "gone" ? goneByMs(declared, lease, whose, attempt.log.events) : 0;
  const frame = await client.until(
    (one) => saysOf(facts, what, one) && !attempt.taken.has(one.seq),
    attempt.deadlineMs + overMs,
  );
  return frame === undefined
    ? deadline(arrivals(attempt.log.events, client.name, from))
    : done([frame.seq], { declared });
}

function judgeLearnt({ lease, learns: what, whose }: z.output<typeof learns>, view: View): Finding {
  const frame = view.events.find(({ seq }) => seq === view.ended.took[0]);
  if (frame === undefined) {
    return fails(
      `expected to hear that ${whose} is ${what}; ${view.ended.detail ?? "nothing arrived"}`,
    );
  }
  const { declared } = factsOf<{ declared: Lease }>(view);
  const kept = lastKept(lease, whose, view.events, frame.seq);
  const early = what === "gone" ? tooEarly(declared, kept, frame) : undefined;
  return early ?? holds(quote(frame), [frame.seq]);
}

/** Coming and going, one after the other, with rising versions. */
function judgeHeard({ whose }: z.output<typeof heardAll>, view: View): Finding {
  const facts = factsOf<Facts>(view);
  const { version = "" } = facts.declared.event ?? {};
  const came = view.events.flatMap((one) => {
    const what = (["there", "gone"] as const).find((what) => saysOf(facts, what, one));
    if (what === undefined || !isOf(view.who, one)) return [];
    return [{ what, seq: one.seq, version: Number(valueAt(frameOf(one)?.decoded, version)) }];
  });
  if (came.length === 0) return blocked(`${view.who} was told nothing of ${whose}`);
  const told = came.map(({ what }) => what).join(", ");
  for (const [at, { what, seq, version }] of came.entries()) {
    const before = came[at - 1];
    if (what === (before?.what ?? "gone")) {
      return fails(`that ${whose} is ${what} was told when he was already: ${told}`, [seq]);
    }
    if (before !== undefined && version <= before.version) {
      return fails(`version ${version} came after version ${before.version}`, [before.seq, seq]);
    }
  }
  return holds(`told of ${whose}: ${told}`, came.map(({ seq }) => seq));
}

export const LEASE: readonly Verb[] = [
  clientVerb({
    name: "moves",
    form: "lease",
    summary: "Keeps something alive that the application file declares as a lease, or ends it.",
    schema: moves,
    run: async ({ lease, moves: what, of: id }, { name: who }, attempt) => {
      const said = leaseNamed(lease, attempt)[what];
      if (said === undefined) return broken(`the application file says no ${what} of ${lease}`);
      const given = givenFor(who, id, attempt);
      return done([], { answer: await attempt.visitor(who).request(said, given, () => ({})) });
    },
    judge: ({ lease, moves: what }, view) => {
      const { answer } = factsOf<{ answer: Answer<object> }>(view);
      const exchange = exchangeIn(view.events, answer.exchange);
      const quotes = exchange.map(({ seq }) => seq);
      const seen = exchange.map(quote).join(" → ");
      return answer.outcome === "accepted"
        ? holds(seen, quotes)
        : fails(`${lease}.${what}: ${why(answer)}; ${seen}`, quotes);
    },
  }),
  clientVerb({
    name: "reads",
    form: "lease",
    summary: "Reads who is there, of a lease: this client is, or is no more once its time is over.",
    schema: reads,
    run: (params, client, attempt) => read(factsFor(params, attempt), params, client, attempt),
    judge: judgeRead,
  }),
  clientVerb({
    name: "follows",
    form: "lease",
    summary: "Subscribes to the channel on which a lease is told.",
    schema: follows,
    run: async ({ lease, of }, client, attempt) => {
      const { channel } = factsFor({ lease, whose: client.name, of }, attempt);
      const refused = await subscribeTo(channel, client, attempt);
      return refused === undefined ? done([], { channel }) : broken(refused);
    },
  }),
  clientVerb({
    name: "learns",
    form: "lease",
    summary: "Hears that somebody is there, or gone, by a lease; gone not before its time is over.",
    schema: learns,
    run: learn,
    judge: judgeLearnt,
  }),
  clientVerb({
    name: "heardAll",
    form: "lease",
    summary: "Has heard of somebody's coming and going, by a lease, once each and in turn.",
    schema: heardAll,
    run: (params, _client, attempt) => done([], { ...factsFor(params, attempt) }),
    judge: judgeHeard,
  }),
];
