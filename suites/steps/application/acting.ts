/** What people ask of the application, and whether it agrees. */
import { z } from "zod";
import {
  type Answer,
  type Given,
  type OperationName,
  ORDER_STATUSES,
  REQUEST_SPOILINGS,
  type RequestSpoiling,
} from "../../language/application.ts";
import type { Client } from "../../client/client.ts";
import type { Evidence } from "../../record/evidence.ts";
import { quote } from "../../record/words.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { fill } from "../../language/variables.ts";
import { mismatch } from "../../language/matcher.ts";
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
const expecting = {
  is: z.enum(["agreed", "refused", "either"]).default("agreed").describe("the answer"),
  because: z.string().optional().describe("the reason a refusal must give"),
};
const key = z.string().optional().describe("makes it the same request as another with this key");

const startsLot = z.strictObject({ startsLot: z.string().describe("the lot"), ...expecting });
const spoilt = z.enum(REQUEST_SPOILINGS).optional().describe("what is wrong about the request");
const bids = z.strictObject({
  bids: z.number().int().describe("the amount, in the smallest unit"),
  on: z.string().describe("the lot"),
  key,
  spoilt,
  ...expecting,
});
const closes = z.strictObject({ closes: z.string().describe("the lot"), ...expecting });
const moves = z.strictObject({
  moves: z.string().describe("the order"),
  to: z.enum(ORDER_STATUSES).describe("the status it is to have"),
  key,
  spoilt,
  ...expecting,
});
const asksToHear = z.strictObject({
  asksToHear: z.string().describe(
    "a channel, or lot, sale, order or encrypted; everything: each of the application file's hearers",
  ),
  of: z.string().optional().describe("the id of the lot, sale or order, or of somebody else"),
  socketId: z.string().optional().describe("for another socket than the client's own"),
  answers: z.record(z.string(), z.unknown()).optional().describe(
    "matchers on auth, channelData and sharedSecret",
  ),
  status: z.unknown().optional().describe("a matcher on the HTTP status"),
  as: z.string().optional().describe("keeps the shared secret of the answer under this name"),
  ...expecting,
});

const asksWhoHeIs = z.strictObject({
  asksWhoHeIs: z.null(),
  answers: z.record(z.string(), z.unknown()).optional().describe("matchers on auth and userData"),
  ...expecting,
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

/** The two halves of an exchange, by its number. */
export function exchangeIn(events: readonly Evidence[], exchange: number): Evidence[] {
  return events.filter((event) => "exchange" in event && event.exchange === exchange);
}

/** Holds the answer of an operation against what was expected of it. */
export function judgeAnswer({ is, because }: Expecting, view: View): Finding {
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
  return holds(seen, quotes);
}

function judgeSigned(
  { answers, status, ...expecting }: Expecting & {
    readonly answers?: Record<string, unknown> | undefined;
    readonly status?: unknown;
  },
  view: View,
): Finding {
  const answered = judgeAnswer(expecting, view);
  if (answered.holds !== true) return answered;
  if (status !== undefined) {
    const { answer } = factsOf<{ answer: Answer<unknown> }>(view);
    const response = exchangeIn(view.events, answer.exchange).find(({ kind }) =>
      kind === "response"
    );
    const wrong = mismatch(response?.kind === "response" ? response.status : 0, status, "status");
    if (wrong !== undefined) return fails(`${wrong}; ${answered.message}`, answered.quotes);
  }
  if (answers === undefined) return answered;
  const { answer } = factsOf<{ answer: { value: unknown } }>(view);
  const wrong = mismatch(answer.value, answers, "the answer");
  return wrong === undefined ? answered : fails(`${wrong}; ${answered.message}`, answered.quotes);
}

/** Asks for every channel that the application file names hearers of. */
async function askForEverything(
  other: string,
  { name, socketId = "1.1" }: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const { hearers } = attempt.application.broadcasts;
  const ids: Record<string, unknown> = { self: attempt.lookup(`${name}.userId`), other };
  const role = attempt.lookup(`${name}.role`);
  const asked: Asked[] = [];
  for (const [pattern, roles] of Object.entries(hearers)) {
    const channel = String(fill(pattern, (id) => ids[id]));
    const { exchange, outcome } = await attempt.visitor(name).perform("authorizeChannel", {
      socketId,
      channel,
    });
    asked.push({ channel, may: roles.some((one) => one === role), exchange, outcome });
  }
  return done([], { asked, role });
}

interface Asked {
  readonly channel: string;
  readonly may: boolean;
  readonly exchange: number;
  readonly outcome: Answer<unknown>["outcome"];
}

function judgeEverything(view: View): Finding {
  const { asked, role } = factsOf<{ asked: Asked[]; role: string }>(view);
  const wrong = asked.find(({ may, outcome }) => outcome !== (may ? "accepted" : "refused"));
  if (!wrong) {
    return holds(`${asked.length} channels were signed for a ${role}, or refused, as they should`);
  }
  const exchange = exchangeIn(view.events, wrong.exchange);
  return fails(
    `by the hearers of the application file, ${wrong.channel} is to be ${
      wrong.may ? `signed for a ${role}` : `refused to a ${role}`
    }; ${exchange.map(quote).join(" → ")}`,
    exchange.map(({ seq }) => seq),
  );
}

export const ACTING: readonly Verb[] = [
  clientVerb({
    name: "startsLot",
    summary: "Asks the application to start a lot.",
    schema: startsLot,
    run: ({ startsLot: lot }, client, attempt) => perform("startLot", { lot }, client, attempt),
    judge: (params, view) => judgeAnswer(params, view),
  }),
  clientVerb({
    name: "bids",
    summary: "Bids on a lot.",
    schema: bids,
    run: ({ bids: amount, on: lot, key, spoilt }, client, attempt) =>
      perform(
        "placeBid",
        { lot, amount, ...(key === undefined ? {} : { idempotencyKey: key }) },
        client,
        attempt,
        spoilt,
      ),
    judge: (params, view) => judgeAnswer(params, view),
  }),
  clientVerb({
    name: "closes",
    summary: "Proposes that a lot be closed.",
    schema: closes,
    run: ({ closes: lot }, client, attempt) => perform("closeLot", { lot }, client, attempt),
    judge: (params, view) => judgeAnswer(params, view),
  }),
  clientVerb({
    name: "moves",
    summary: "Asks the application to move an order on.",
    schema: moves,
    run: ({ moves: order, to, key, spoilt }, client, attempt) =>
      perform(
        "transitionOrder",
        { order, to, ...(key === undefined ? {} : { idempotencyKey: key }) },
        client,
        attempt,
        spoilt,
      ),
    judge: (params, view) => judgeAnswer(params, view),
  }),
  clientVerb({
    name: "asksToHear",
    summary: "Asks the application to sign for a channel.",
    schema: asksToHear,
    run: async ({ asksToHear: what, of, socketId: other, as }, client, attempt) => {
      const { broadcasts } = attempt.application;
      if (what === "everything") return await askForEverything(of ?? "", client, attempt);
      const channel = of !== undefined &&
          (what === "lot" || what === "sale" || what === "order" || what === "encrypted")
        ? broadcasts.channelOf(what, of)
        : what;
      const socketId = other ?? client.socketId ?? "1.1";
      const given = { socketId, channel };
      const answer = await attempt.visitor(client.name).perform("authorizeChannel", given);
      const secret = answer.outcome === "accepted" ? answer.value.sharedSecret : undefined;
      if (as !== undefined && secret !== undefined) attempt.variables.set(as, secret);
      return done([], { operation: "authorizeChannel", answer });
    },
    judge: (params, view) =>
      params.asksToHear === "everything" ? judgeEverything(view) : judgeSigned(params, view),
  }),
  clientVerb({
    name: "asksWhoHeIs",
    summary: "Asks the application to sign for the user himself.",
    schema: asksWhoHeIs,
    run: (_told, client, attempt) =>
      perform("authenticateUser", { socketId: client.socketId ?? "1.1" }, client, attempt),
    judge: (params, view) => judgeSigned(params, view),
  }),
];
