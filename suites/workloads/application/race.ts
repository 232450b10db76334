/**
 * Many who ask one thing of the application at one instant, and what must come of it.
 *
 * An application that reads, decides and writes without a lock is right until two do so at once. Each
 * racer has a connection of his own that is open and warm before the start, and all write their
 * requests in one turn of the event loop. What must come of it is either counted (one winner) or
 * held against every order in which the requests could have been dealt with (`../races/`).
 */
import { z } from "zod";
import { clientName } from "../../language/client_name.ts";
import {
  type Given,
  type LotState,
  type OperationName,
  ORDER_STATUSES,
  type OrderState,
} from "../../language/operations.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  blocked,
  broken,
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
import { type Asked, type Operation, overlap, timeline } from "../races/history.ts";
import { judgeHistory, type Verdict } from "../races/linearizable.ts";
import { lotModel } from "../races/lot_model.ts";
import { orderModel } from "../races/order_model.ts";
import { isTurnedAway, raced, type RaceFacts, type Start } from "./happened.ts";
import { why } from "../../steps/application/people.ts";

const entrant = z.strictObject({
  who: clientName("a client or a group; each does this"),
  starts: z.literal(true).optional(),
  closes: z.literal(true).optional(),
  bids: z.union([
    z.number().int(),
    z.strictObject({ from: z.number().int(), step: z.number().int() }),
  ]).optional().describe("an amount, or one a step higher for each of the group"),
  moves: z.enum(ORDER_STATUSES).optional(),
  key: z.string().optional(),
  times: z.number().int().min(1).max(50).default(1).describe("each does it so many times at once"),
});
const races = z.strictObject({
  for: z.enum(["lot", "order"]).describe("what they race for"),
  of: z.string().describe("its id"),
  terms: z.strictObject({
    startingPrice: z.number().int().default(100),
    increment: z.number().int().min(0).default(10),
    reserve: z.number().int().default(100),
  }).default({ startingPrice: 100, increment: 10, reserve: 100 }).describe("the terms of the lot"),
  among: z.array(entrant).min(1).describe("who races, and with what"),
  overlap: z.number().int().min(1).default(1).describe(
    "pairs of requests that must be open at one moment, or the race proves nothing",
  ),
});
type Races = z.output<typeof races>;
type Entrant = Races["among"][number];

function startsOf(entrant: Entrant, attempt: Attempt): (Start & { readonly asked: Raced })[] {
  const { who, key, times } = entrant;
  const keyed = key === undefined ? {} : { key };
  return attempt.clients(who).flatMap(({ name }, at) => {
    const { bids, moves } = entrant;
    const asked: Raced[] = [];
    if (entrant.starts) asked.push({ kind: "start" });
    if (entrant.closes) asked.push({ kind: "close" });
    if (moves !== undefined) asked.push({ kind: "move", to: moves, ...keyed });
    if (bids !== undefined) {
      const amount = typeof bids === "number" ? bids : bids.from + at * bids.step;
      asked.push({ kind: "bid", amount, ...keyed });
    }
    return Array.from({ length: times }, () => asked).flat().map((one) => ({
      who: name,
      asked: one,
    }));
  });
}

type Raced = Exclude<Asked, { kind: "read" | "transition" }>;

function requestFor(asked: Raced, id: string): { name: OperationName; given: object } {
  const keyed = "key" in asked && asked.key !== undefined ? { idempotencyKey: asked.key } : {};
  switch (asked.kind) {
    case "start":
      return { name: "startLot", given: { lot: id } };
    case "close":
      return { name: "closeLot", given: { lot: id } };
    case "bid":
      return { name: "placeBid", given: { lot: id, amount: asked.amount, ...keyed } };
    case "move":
      return { name: "transitionOrder", given: { order: id, to: asked.to, ...keyed } };
  }
}

async function run(params: Races, attempt: Attempt): Promise<Outcome> {
  const starts = params.among.flatMap((entrant) => startsOf(entrant, attempt));
  const reader = starts[0]?.who ?? "";
  const readState = () =>
    params.for === "lot"
      ? attempt.visitor(reader).perform("readLot", { lot: params.of })
      : attempt.visitor(reader).perform("readOrder", { order: params.of });
  const read = await readState();
  if (read.outcome !== "accepted") return broken(`the state could not be read: ${why(read)}`);
  // Connections are opened beforehand: what is raced is the application, not the making of them.
  const lines = Map.groupBy(starts, ({ who }) => who);
  await Promise.all([...lines].map(([who, own]) => attempt.visitor(who).warmUp(own.length)));
  const answers = await Promise.all(starts.map(({ who, asked }) => {
    const { name, given } = requestFor(asked, params.of);
    // `requestFor` gives each operation what it takes.
    return attempt.visitor(who).perform(name, given as Given<OperationName>);
  }));
  const started = starts.map((start, at) => ({ ...start, answer: answers[at] }));
  return done([], { before: read.value, started, reader, after: await readState() });
}

function verdictOf(
  { for: kind, terms }: Races,
  { before }: RaceFacts,
  history: readonly Operation[],
): Verdict {
  // `run` has read a lot's state for a lot, and an order's for an order.
  return kind === "lot"
    ? judgeHistory(history, lotModel(terms, before as LotState, history))
    : judgeHistory(history, orderModel(before as OrderState, history));
}

function judge(params: Races, view: View): Finding {
  const facts = factsOf<RaceFacts>(view);
  const answers = facts.started.map(({ answer }) => answer);
  const malformed = [...answers, facts.after].find(({ outcome }) => outcome === "malformed");
  if (malformed?.outcome === "malformed") return fails(malformed.why);
  const history = raced(facts, view.events);
  const quotes = history.flatMap((operation) => operation.quotes);
  const reached = overlap(history);
  const unanswered = history.filter(({ answered }) => answered.kind === "unknown").length;
  const counted = `${answers.length} requests, ${reached} pairs of them open at one moment${
    unanswered === 0 ? "" : `, ${unanswered} without an answer`
  }`;
  const verdict = verdictOf(params, facts, history);
  if (verdict.linearizable === false) {
    return fails(
      `no order of what was asked explains what was answered (${counted}):\n${
        timeline(verdict.smallest)
      }`,
      verdict.smallest.flatMap((operation) => operation.quotes),
    );
  }
  const turnedAway = answers.flatMap((answer) =>
    answer.outcome === "refused" && isTurnedAway(answer) ? [answer.status] : []
  );
  if (turnedAway.length > 0) {
    const statuses = [...new Set(turnedAway)].join(" and ");
    return blocked(
      `${turnedAway.length} requests were turned away with ${statuses} before they could race; ${counted}`,
      quotes,
    );
  }
  if (unanswered === answers.length) return fails(`not one of ${counted} was answered`, quotes);
  if (facts.after.outcome !== "accepted") {
    return blocked(`the state could not be read after the race: ${why(facts.after)}`, quotes);
  }
  if (verdict.linearizable === "unknown") {
    return blocked(`the search was given up after ${verdict.steps} steps; ${counted}`, quotes);
  }
  return reached < params.overlap
    ? blocked(`the requests did not meet: ${counted}, and ${params.overlap} were wanted`, quotes)
    : holds(`one order explains every answer: ${counted}`, quotes);
}

export const RACE: readonly Verb[] = [
  scenarioVerb({
    name: "race",
    summary:
      "All of these ask at one instant; some order of what they asked, one at a time, must explain every answer, and the state that is read afterwards.",
    uses: ({ for: kind }) => [kind === "lot" ? "readLot" : "readOrder"],
    schema: races,
    run,
    judge,
  }),
];
