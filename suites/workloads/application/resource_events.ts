/**
 * What people hear of a declared resource: each transition once, none that did not happen, with
 * rising versions, and not before it can be read.
 */
import { z } from "zod";
import { valueAt } from "../../applications/answers.ts";
import type { Client } from "../../client/client.ts";
import type { Answer, ResourceAnswer } from "../../language/application.ts";
import type { Evidence } from "../../record/evidence.ts";
import { MAKING } from "../../language/resource.ts";
import { frameOf, isFrame } from "../../record/frames.ts";
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
import {
  type AskedOf,
  failsUnread,
  givenFor,
  judgeAsked,
  resourceNamed,
} from "../../steps/application/resources.ts";
import { isRecord } from "../../wire/frame.ts";
import { why } from "../../steps/application/people.ts";
import { follow } from "./resource_following.ts";
import { differenceIn, type Telling } from "./event_values.ts";
import { transitionsOf } from "./resource_happened.ts";
import {
  type Facts,
  factsFor,
  heard,
  isToldOf,
  type Told,
  untilTheNext,
} from "./resource_heard.ts";

const resource = z.string().describe("the resource, by its name in the application file");
const follows = z.strictObject({ resource, follows: z.string().describe("its id") });
const learns = z.strictObject({
  resource,
  learns: z.string().describe("the event, by its name in the application file"),
  of: z.string().describe("its id"),
  by: z.string().describe("the transition that it tells of"),
});
type Learns = z.output<typeof learns>;
const heardAll = z.strictObject({
  resource,
  heardAll: z.string().describe("its id; followed by this client before it changed"),
  following: z.string().optional().describe(
    "an earlier one, followed by this client: on its channels, the making of this one was told once",
  ),
  judging: z.enum(["count", "versions"]).default("count").describe(
    "count: each transition was told once; versions: they arrived rising",
  ),
});

async function hearAll(
  { resource: name, heardAll: id, following }: z.output<typeof heardAll>,
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const all = factsFor(name, id, client, attempt, following);
  // What tells of nothing but the making of one is no matter of transitions, nor the other way round.
  const isOfThis = ({ after }: Told) =>
    following === undefined ? after.some((one) => one !== MAKING) : after.includes(MAKING);
  const facts: Facts = { ...all, told: all.told.filter(isOfThis) };
  if (facts.told.length === 0) return broken(`${client.name} follows no channel with an event`);
  const { log } = attempt;
  const making = following !== undefined;
  const happened = making ? [MAKING] : transitionsOf(id, log.events, facts.since) ?? [];
  const isComplete = () =>
    facts.told.every((told) =>
      heard(log.events, client.name, facts, told, making).length >=
        happened.filter((one) => told.after.includes(one)).length
    );
  if (!isComplete()) await client.until(isComplete, attempt.deadlineMs, log.events.length);
  return done([], { ...facts });
}

function judgeHeard({ judging, following }: z.output<typeof heardAll>, view: View): Finding {
  const facts = factsOf<Facts>(view);
  const events = untilTheNext(view);
  const making = following !== undefined;
  const transitions = making ? [MAKING] : transitionsOf(facts.id, events, facts.since);
  if (transitions === undefined) {
    return blocked("no order explains the answers of the race, so nobody can tell what happened");
  }
  if (transitions.length === 0) return blocked("no transition has happened since it was followed");
  const counted: string[] = [];
  const quotes: number[] = [];
  for (const told of facts.told) {
    const made = transitions.filter((one) => told.after.includes(one));
    const came = heard(events, view.who, facts, told, making);
    const own = came.map(({ seq }) => seq);
    quotes.push(...own);
    counted.push(`${told.name} ${came.length} of ${made.length}`);
    const wrong = judging === "count" ? countedWrong(told, made, came) : undefined;
    if (wrong !== undefined) return fails(`${wrong}; it was followed by ${view.who}`, own);
  }
  const discord = judging === "versions" ? versionsWrong(events, view.who, facts) : undefined;
  if (discord !== undefined) return discord;
  return holds(`${transitions.length} transitions, events: ${counted.join(", ")}`, quotes);
}

/** What was told too often or too seldom: of which transitions it was, and the states that were told. */
function countedWrong(
  { name, channel, state }: Told,
  made: readonly string[],
  came: readonly Evidence[],
): string | undefined {
  if (came.length === made.length) return undefined;
  const states = state === undefined
    ? ""
    : ` (${came.map((event) => valueAt(frameOf(event)?.decoded, state)).join(", ") || "none"})`;
  return `expected ${name} ${made.length} times on ${channel}, once for each ${
    made.join(" and ")
  }, and it came ${came.length} times${states}`;
}

/** On each channel versions rise, whichever events tell them; those of a feed are its own. */
function versionsWrong(
  events: readonly Evidence[],
  who: string,
  facts: Facts,
): Finding | undefined {
  const versions = facts.told.flatMap((told) => {
    const { version } = told;
    if (version === undefined) return [];
    return heard(events, who, facts, told).map((event) => ({
      ...told,
      found: valueAt(frameOf(event)?.decoded, version),
      seq: event.seq,
    }));
  }).sort((a, b) => a.seq - b.seq);
  for (const [at, { name, channel, feed, version, found, seq }] of versions.entries()) {
    if (typeof found !== "number" && typeof found !== "string") {
      return fails(`${name} promises a version (at "${version}"), but nothing is there`, [seq]);
    }
    const before = versions.slice(0, at).findLast((one) =>
      one.channel === channel && one.feed === feed
    );
    if (before !== undefined && !isAbove(found, before.found)) {
      return fails(
        `${name} of version ${found} came on ${channel} after ${before.name} of ${before.found}`,
        [before.seq, seq],
      );
    }
  }
  return undefined;
}

/** A version is a number, or a text that sorts, such as a time. */
function isAbove(found: unknown, before: unknown): boolean {
  const numbers = [Number(found), Number(before)] as const;
  return numbers.every((one) => !Number.isNaN(one))
    ? numbers[0] > numbers[1]
    : String(found) > String(before);
}

/**
 * Waits for an event and reads the resource at once. One that tells of several transitions and not of
 * which may be an earlier one's, late: where what is read is of an earlier one, another is waited for.
 */
async function learn(
  { resource: name, learns: event, of: id, by }: Learns,
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const facts = factsFor(name, id, client, attempt);
  const told = facts.told.find((one) => one.event === event);
  if (told === undefined) return broken(`${client.name} does not follow where ${event} is told`);
  const from = attempt.log.events.length;
  const declared = resourceNamed(name, attempt);
  const { state, values = {}, version } = declared.events[event] ?? {};
  const { to } = declared.transitions[by] ?? {};
  // One event may tell of several transitions, and of an earlier one late.
  const isOfIt = (one: Evidence) =>
    isToldOf(frameOf(one)?.decoded, told, facts) &&
    (state === undefined || to === undefined || valueAt(frameOf(one)?.decoded, state) === to);
  const passed = new Set<number>();
  const isTold = (one: Evidence) =>
    isFrame(one, { event: told.name, channel: told.channel }) && isOfIt(one) &&
    !attempt.taken.has(one.seq) && !passed.has(one.seq);
  const since = attempt.log.events.at(-1)?.seq ?? -1;
  const isOwn = (one: Evidence) => "socket" in one && one.socket === client.socket;
  const over = performance.now() + attempt.deadlineMs;
  const mayBeEarlier = state === undefined && told.after.some((one) => one !== by);
  const telling: Telling = { values, version };
  let last: Outcome | undefined;
  for (;;) {
    const found = await attempt.log.until(
      (one) =>
        isOwn(one) && (isTold(one) || one.kind === "closed") ||
        one.seq > since && isRefusal(one, `${name}.${by}`, id),
      { deadlineMs: Math.max(0, over - performance.now()) },
    );
    if (found?.kind === "step-end") return deadline(`${name}.${by} was refused`);
    const frame = found?.kind === "received" ? found : undefined;
    if (frame === undefined) {
      return last ?? deadline(arrivals(attempt.log.events, client.name, from));
    }
    const given = givenFor(client.name, id, attempt);
    const read = await attempt.visitor(client.name).ask({ resource: name, part: "read" }, given);
    last = done([frame.seq], { read, to, telling });
    const isEarlier = mayBeEarlier && to !== undefined && read.outcome === "accepted" &&
      read.value.state !== to;
    if (!isEarlier) return last;
    passed.add(frame.seq);
  }
}

/** The end of a step whose request for a transition was not agreed to. */
function isRefusal(one: Evidence, asked: string, id: string): boolean {
  return one.kind === "step-end" && one.facts?.asked === asked && one.facts.of === id &&
    isRecord(one.facts.answer) && one.facts.answer.outcome !== "accepted";
}

/** Nothing came: the transition was refused, or it was made and nobody is told. */
function judgeUntold({ resource: name, learns: event, of: id, by }: Learns, view: View): Finding {
  const asked = `${name}.${by}`;
  const refusal = view.events.slice(view.begin).find((one) => isRefusal(one, asked, id));
  if (refusal?.kind === "step-end") {
    const { answer } = refusal.facts as unknown as AskedOf; // as the verb `moves` wrote it
    const finding = judgeAsked("agreed", { asked, answer }, view);
    return answer.outcome === "refused" ? { ...finding, accuses: "APP-402" } : finding;
  }
  return {
    ...fails(`${asked} was agreed to, and ${event} was not heard; ${view.ended.detail ?? ""}`),
    observation: "nothing came",
    accuses: "APP-406",
  };
}

function judgeLearnt(params: Learns, view: View): Finding {
  const { learns: name } = params;
  const frame = view.events.find(({ seq }) => seq === view.ended.took[0]);
  if (frame === undefined) return judgeUntold(params, view);
  const { read, to, telling } = factsOf<{
    read: Answer<ResourceAnswer>;
    to?: string;
    telling: Telling;
  }>(view);
  const quotes = [frame.seq];
  if (read.outcome !== "accepted") {
    const message = `it could not be read after ${name}: ${why(read)}`;
    // What is not there yet was told too early.
    return read.outcome === "unknown"
      ? failsUnread(message, quotes, params.resource, read)
      : fails(message, quotes);
  }
  const { state } = read.value;
  if (to !== undefined && state !== to) {
    return fails(`${name} came, and ${state} was read after it instead of ${to}`, quotes);
  }
  const difference = differenceIn(frameOf(frame)?.decoded, telling, read.value);
  return difference === undefined
    ? holds(`${quote(frame)}, and ${state} was read after it`, quotes)
    // However it was looked for, what is told is no other matter than this.
    : { ...fails(`${name} ${difference}; ${quote(frame)}`, quotes), accuses: "APP-407" };
}

export const RESOURCE_EVENTS: readonly Verb[] = [
  clientVerb({
    name: "follows",
    form: "resource",
    summary: "Subscribes to every channel of a declared resource that this client may hear.",
    schema: follows,
    run: ({ resource, follows: id }, client, attempt) => follow(resource, id, client, attempt),
  }),
  clientVerb({
    name: "learns",
    form: "resource",
    summary:
      "Hears of this event of a declared resource, reads the resource, and finds what the event says.",
    schema: learns,
    run: learn,
    judge: judgeLearnt,
  }),
  clientVerb({
    name: "heardAll",
    form: "resource",
    summary: "Has heard of every transition of a declared resource once, since it was followed.",
    schema: heardAll,
    run: hearAll,
    judge: judgeHeard,
  }),
];
