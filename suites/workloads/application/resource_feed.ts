/**
 * Feeds of a declared resource: lists in which a page sees what has happened. Each operation adds one
 * entry, entries keep their order, and an event that tells of one finds it there.
 */
import { z } from "zod";
import { delay } from "@std/async";
import { valueAt } from "../../applications/answers.ts";
import type { Client } from "../../client/client.ts";
import type { Answer } from "../../language/application.ts";
import { type Feed, MAKING } from "../../language/resource.ts";
import type { Evidence } from "../../record/evidence.ts";
import { frameOf, isFrame } from "../../record/frames.ts";
import { arrivals, quote } from "../../record/words.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
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
import { turnsOf } from "../../engine/view.ts";
import { exchangeIn } from "../../steps/application/acting.ts";
import { why } from "../../steps/application/people.ts";
import { givenFor, resourceNamed } from "../../steps/application/resources.ts";
import { isRecord } from "../../wire/frame.ts";
import { transitionsOf } from "./resource_happened.ts";
import { type Facts as Heard, factsFor, heard, isToldOf, type Told } from "./resource_heard.ts";

const feed = z.string().describe("the feed: its resource, a dot, and its name there");
const reads = z.strictObject({
  feed,
  reads: z.string().describe("the id of the resource"),
  shows: z.enum(["all", "nothing"]).default("all").describe(
    "all: one entry for each operation, in order; nothing: it is refused, or has no entry of it",
  ),
  askedFor: z.string().optional().describe(
    "the id of another one, whose feed is asked for; its own without it",
  ),
});
const learns = z.strictObject({ feed, learns: z.string().describe("the id of the resource") });
const heardAll = z.strictObject({
  feed,
  heardAll: z.string().describe(
    "the id of the resource; followed by this client before it changed",
  ),
});

/** The entries of one resource, as they stand in the list, and how long the list was. */
interface Entries {
  readonly ids: readonly string[];
  readonly length: number;
}

/** What a step leaves for its judge. */
interface Facts {
  readonly declared: Feed;
  readonly answer: Answer<Entries>;
}

function feedNamed(name: string, attempt: Attempt): Feed {
  const [resource = "", own = ""] = name.split(".");
  const found = resourceNamed(resource, attempt).feeds[own];
  if (found === undefined) {
    throw new Error(`the application has no feed ${name}, yet it was planned`);
  }
  return found;
}

/** The entries of one resource in an answer, or what is not there. */
function entriesIn({ entries, entry }: Feed, body: unknown, id: string): Entries | string {
  const list = valueAt(body, entries);
  if (!Array.isArray(list)) return `the feed promises a list (at "${entries}"), but none is there`;
  const own = list.filter((one) => entry.of === undefined || String(valueAt(one, entry.of)) === id);
  const ids = own.map((one) => valueAt(one, entry.id));
  if (ids.some((one) => one === undefined || one === null)) {
    return `the feed promises an id of each entry (at "${entry.id}"), but one has none`;
  }
  return { ids: ids.map(String), length: list.length };
}

function ask(
  name: string,
  id: string,
  who: string,
  attempt: Attempt,
  askedFor = id,
): Promise<Answer<Entries>> {
  const declared = feedNamed(name, attempt);
  const given = givenFor(who, askedFor, attempt);
  return attempt.visitor(who).request(declared, given, (body) => entriesIn(declared, body, id));
}

/** The operations of this resource that add an entry; undefined where nobody can tell. */
function addedTo({ after }: Feed, id: string, events: readonly Evidence[]): number | undefined {
  const made = transitionsOf(id, events, 0)?.filter((one) => after.includes(one)).length;
  return made === undefined ? undefined : made + (after.includes(MAKING) ? 1 : 0);
}

const LONGEST_PAUSE_MS = 200;

/** Reads until as many are there as there should be, or time is up. */
async function readAll(
  { feed, reads: id, shows, askedFor }: z.output<typeof reads>,
  who: string,
  attempt: Attempt,
): Promise<Outcome> {
  const declared = feedNamed(feed, attempt);
  const wanted = shows === "nothing" ? 0 : addedTo(declared, id, attempt.log.events) ?? 0;
  const until = performance.now() + attempt.deadlineMs;
  for (let pauseMs = 10;; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const answer = await ask(feed, id, who, attempt, askedFor);
    const isShort = answer.outcome === "accepted" && answer.value.ids.length < wanted &&
      answer.value.length < (declared.most ?? Infinity);
    if (!isShort || performance.now() > until) return done([], { declared, answer });
    await delay(pauseMs);
  }
}

/** The ids of entries, the oldest first. */
const chronological = ({ newest }: Feed, { ids }: Entries): readonly string[] =>
  newest === "first" ? ids.toReversed() : ids;

function judgeRead(params: z.output<typeof reads>, view: View): Finding {
  const { declared, answer } = factsOf<Facts>(view);
  const exchange = exchangeIn(view.events, answer.exchange);
  const quotes = exchange.map(({ seq }) => seq);
  const seen = exchange.map(quote).join(" → ");
  if (params.shows === "nothing") {
    if (answer.outcome === "unknown") return fails(`${params.feed}: ${answer.why}`, quotes);
    return answer.outcome === "accepted" && answer.value.ids.length > 0
      ? fails(`${view.who} is shown ${answer.value.ids.length} entries of it; ${seen}`, quotes)
      : holds(seen, quotes);
  }
  if (answer.outcome !== "accepted") {
    return fails(`${params.feed}: ${why(answer)}; ${seen}`, quotes);
  }
  const wrong = wrongIn(params, declared, answer.value, view);
  return wrong === undefined
    ? holds(`${answer.value.ids.length} entries, the oldest: ${answer.value.ids.at(-1)}`, quotes)
    : fails(`${wrong}; ${seen}`, quotes);
}

function wrongIn(
  { feed, reads: id }: z.output<typeof reads>,
  declared: Feed,
  entries: Entries,
  view: View,
): string | undefined {
  const now = chronological(declared, entries);
  if (new Set(now).size !== now.length) return "an entry stands there twice";
  const isFull = entries.length >= (declared.most ?? Infinity);
  const wanted = addedTo(declared, id, view.events.slice(0, view.end));
  if (wanted !== undefined && (now.length > wanted || (now.length < wanted && !isFull))) {
    return `expected ${wanted} entries, one for each of what was done, and there are ${now.length}`;
  }
  for (const earlier of readingsOf(feed, id, view)) {
    const kept = isFull ? earlier.filter((one) => now.includes(one)) : earlier;
    if (kept.some((one, at) => one !== now[at])) {
      return `entries were ${earlier.join(", ")}, and are ${now.join(", ")}, the oldest first`;
    }
  }
  return undefined;
}

/** What was read of the feed before, each the oldest first. */
function readingsOf(feed: string, id: string, { events, begin }: View): (readonly string[])[] {
  return [...turnsOf(events.slice(0, begin), 0).values()].flat().flatMap(({ params, view }) => {
    if (!isRecord(params) || params.feed !== feed || params.reads !== id) return [];
    const { declared, answer } = factsOf<Facts>(view);
    return answer.outcome === "accepted" ? [chronological(declared, answer.value)] : [];
  });
}

/** The feed's event as this client follows it; undefined where he does not. */
function followed(feed: string, id: string, client: Client, attempt: Attempt) {
  const [resource = ""] = feed.split(".");
  const { event } = feedNamed(feed, attempt);
  const facts = factsFor(resource, id, client, attempt);
  const told = facts.told.find((one) => one.event === event?.is);
  return told && { told, facts };
}

/** Waits for the feed's event and reads the feed at once. */
async function learn(
  { feed, learns: id }: z.output<typeof learns>,
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const own = followed(feed, id, client, attempt);
  if (own === undefined) return broken(`${client.name} does not follow where ${feed} is told`);
  const { told, facts } = own;
  const from = attempt.log.events.length;
  const frame = await client.until(
    (one) =>
      isFrame(one, { event: told.name, channel: told.channel }) &&
      isToldOf(frameOf(one)?.decoded, told, facts) && !attempt.taken.has(one.seq),
    attempt.deadlineMs,
  );
  if (frame === undefined) return deadline(arrivals(attempt.log.events, client.name, from));
  const answer = await ask(feed, id, client.name, attempt);
  return done([frame.seq], { declared: feedNamed(feed, attempt), answer });
}

function judgeLearnt({ feed }: z.output<typeof learns>, view: View): Finding {
  const frame = view.events.find(({ seq }) => seq === view.ended.took[0]);
  if (frame === undefined) {
    return fails(`expected an event of ${feed}; ${view.ended.detail ?? "nothing arrived"}`);
  }
  const { declared, answer } = factsOf<Facts>(view);
  if (answer.outcome !== "accepted") {
    return {
      ...fails(`${feed} could not be read after its event: ${why(answer)}`, [frame.seq]),
      ...(answer.outcome === "unknown" ? { accuses: "APP-413" } : {}),
    };
  }
  const at = declared.event?.entry ?? "";
  const entry = valueAt(frameOf(frame)?.decoded, at);
  if (entry === undefined) {
    return fails(`${feed} promises the id of an entry in its event (at "${at}"); ${quote(frame)}`, [
      frame.seq,
    ]);
  }
  return answer.value.ids.includes(String(entry))
    ? holds(`${quote(frame)}, and its entry was read after it`, [frame.seq])
    : fails(`${quote(frame)}, and its entry ${entry} was not in the feed after it`, [frame.seq]);
}

function judgeHeard({ feed, heardAll: id }: z.output<typeof heardAll>, view: View): Finding {
  const { told, facts, declared } = factsOf<{ told: Told; facts: Heard; declared: Feed }>(view);
  const came = heard(view.events, view.who, facts, told);
  const quotes = came.map(({ seq }) => seq);
  const entries = came.map((event) =>
    String(valueAt(frameOf(event)?.decoded, declared.event?.entry ?? ""))
  );
  const last = readingsOf(feed, id, view).at(-1) ?? [];
  const owed = transitionsOf(id, view.events, facts.since)
    ?.filter((one) => declared.after.includes(one) && told.after.includes(one)).length ?? 0;
  const wanted = last.slice(last.length - owed);
  return entries.join() === wanted.join()
    ? holds(`${entries.length} entries were told once each, as the feed has them`, quotes)
    : fails(
      `the feed has the entries ${wanted.join(", ")}, and those told are ${entries.join(", ")}`,
      quotes,
    );
}

export const RESOURCE_FEED: readonly Verb[] = [
  clientVerb({
    name: "reads",
    form: "feed",
    summary: "Reads a feed of a declared resource, and finds in it what has been done.",
    schema: reads,
    run: (params, { name }, attempt) => readAll(params, name, attempt),
    judge: judgeRead,
  }),
  clientVerb({
    name: "learns",
    form: "feed",
    summary: "Hears of an entry of a feed, reads the feed, and finds it there.",
    schema: learns,
    run: learn,
    judge: judgeLearnt,
  }),
  clientVerb({
    name: "heardAll",
    form: "feed",
    summary: "Has heard of each entry of a feed once, in the order in which the feed has them.",
    schema: heardAll,
    run: ({ feed, heardAll: id }, client, attempt) => {
      const own = followed(feed, id, client, attempt);
      if (own === undefined) return broken(`${client.name} does not follow where ${feed} is told`);
      return done([], { ...own, declared: feedNamed(feed, attempt) });
    },
    judge: judgeHeard,
  }),
];
