/** What people ask of the application, and whether it agrees. */
import { z } from "zod";
import {
  type Answer,
  REQUEST_SPOILINGS,
  type RequestSpoiling,
} from "../../language/application.ts";
import { type Given, type OperationName, ORDER_STATUSES } from "../../language/operations.ts";
import type { Client } from "../../client/client.ts";
import { NEAR_MISS_WORDS, nearly } from "../../wire/near_miss.ts";
import type { Evidence } from "../../record/evidence.ts";
import { quote } from "../../record/words.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  broken,
  clientVerb,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Outcome,
  type Verb,
  type View,
} from "../../engine/verb.ts";

/** Every verb here says what is expected of the answer. */
export const expecting = {
  is: z.enum(["agreed", "refused", "either"]).default("agreed").describe("the answer"),
  because: z.string().optional().describe("the reason a refusal must give"),
  explained: z.boolean().default(false).describe("true: a refusal must give some reason"),
};
const key = z.string().optional().describe("makes it the same request as another with this key");

const startsLot = z.strictObject({ startsLot: z.string().describe("the lot"), ...expecting });
const toOthers = z.boolean().default(false).describe(
  "true: the client's own socket is not to be told",
);
const spoilt = z.enum(REQUEST_SPOILINGS).optional().describe("what is wrong about the request");
const bids = z.strictObject({
  bids: z.number().int().describe("the amount, in the smallest unit"),
  on: z.string().describe("the lot"),
  key,
  toOthers,
  spoilt,
  ...expecting,
});
const closes = z.strictObject({ closes: z.string().describe("the lot"), ...expecting });
const moves = z.strictObject({
  moves: z.string().describe("the order"),
  to: z.enum(ORDER_STATUSES).describe("the status it is to have"),
  key,
  toOthers,
  spoilt,
  ...expecting,
});
const logsIn = z.strictObject({
  logsIn: z.null(),
  spoil: z.enum(NEAR_MISS_WORDS).optional().describe("what is wrong about the password"),
  ...expecting,
  is: expecting.is.unwrap().describe("the answer"),
});

export type Expecting = z.output<z.ZodObject<typeof expecting>>;

/** Performs an operation as the client and remembers what came of it. */
export async function perform<O extends OperationName>(
  operation: O,
  given: Given<O>,
  { name }: Client,
  attempt: Attempt,
  spoil?: RequestSpoiling,
): Promise<Outcome> {
  const visitor = attempt.visitor(name);
  if (spoil?.startsWith("token") && !visitor.hasToken) {
    return broken("no header of the application file holds $csrf");
  }
  const answer = await visitor.perform(operation, given, spoil ? { spoil } : {});
  return done([], { operation, answer });
}

/** What a change says of how it is made. */
const mannerOf = (
  { key, toOthers }: { readonly key?: string | undefined; readonly toOthers: boolean },
  { socketId }: Client,
) => ({
  ...(key === undefined ? {} : { idempotencyKey: key }),
  ...(toOthers && socketId !== undefined ? { exceptSocket: socketId } : {}),
});

/** The two halves of an exchange, by its number. */
export function exchangeIn(events: readonly Evidence[], exchange: number): Evidence[] {
  return events.filter((event) => "exchange" in event && event.exchange === exchange);
}

/** Holds the answer of an operation against what was expected of it. */
export function judgeAnswer({ is, because, explained }: Expecting, view: View): Finding {
  const { operation, answer } = factsOf<{
    operation: OperationName;
    answer: Answer<unknown>;
  }>(view);
  const exchange = exchangeIn(view.events, answer.exchange);
  const quotes = exchange.map((event) => event.seq);
  const seen = exchange.map(quote).join(" → ");
  if (answer.outcome === "unknown") return fails(`${operation}: ${answer.why}; ${seen}`, quotes);
  if (answer.outcome === "malformed") return fails(`${answer.why}; ${seen}`, quotes);
  if (is === "either") return holds(seen, quotes);
  const wanted = is === "agreed" ? "accepted" : "refused";
  if (answer.outcome !== wanted) return fails(`expected ${operation} to be ${is}; ${seen}`, quotes);
  if (because !== undefined && answer.outcome === "refused" && answer.reason !== because) {
    return fails(`expected ${operation} to be refused because of ${because}; ${seen}`, quotes);
  }
  return explained && answer.outcome === "refused" && answer.reason === ""
    ? fails(`expected ${operation} to be refused with a reason; ${seen}`, quotes)
    : holds(seen, quotes);
}

export const ACTING: readonly Verb[] = [
  clientVerb({
    name: "startsLot",
    summary: "Asks the application to start a lot.",
    uses: () => ["startLot"],
    schema: startsLot,
    run: ({ startsLot: lot }, client, attempt) => perform("startLot", { lot }, client, attempt),
    judge: (params, view) => judgeAnswer(params, view),
  }),
  clientVerb({
    name: "bids",
    summary: "Bids on a lot.",
    uses: () => ["placeBid"],
    schema: bids,
    run: ({ bids: amount, on: lot, spoilt, ...how }, client, attempt) =>
      perform(
        "placeBid",
        { lot, amount, ...mannerOf(how, client) },
        client,
        attempt,
        spoilt,
      ),
    judge: (params, view) => judgeAnswer(params, view),
  }),
  clientVerb({
    name: "closes",
    summary: "Proposes that a lot be closed.",
    uses: () => ["closeLot"],
    schema: closes,
    run: ({ closes: lot }, client, attempt) => perform("closeLot", { lot }, client, attempt),
    judge: (params, view) => judgeAnswer(params, view),
  }),
  clientVerb({
    name: "moves",
    summary: "Asks the application to move an order on.",
    uses: () => ["transitionOrder"],
    schema: moves,
    run: ({ moves: order, to, spoilt, ...how }, client, attempt) =>
      perform(
        "transitionOrder",
        { order, to, ...mannerOf(how, client) },
        client,
        attempt,
        spoilt,
      ),
    judge: (params, view) => judgeAnswer(params, view),
  }),
  clientVerb({
    name: "logsIn",
    form: "is",
    summary:
      "Logs in to the application with the password of the client's account, or with one that is nearly right.",
    uses: () => ["logIn"],
    schema: logsIn,
    run: ({ spoil }, client, attempt) => {
      const email = String(attempt.lookup(`${client.name}.email`));
      const right = String(attempt.lookup(`${client.name}.password`));
      const password = spoil === undefined ? right : nearly(right, spoil);
      return perform("logIn", { email, password }, client, attempt);
    },
    judge: (params, view) => judgeAnswer(params, view),
  }),
];
