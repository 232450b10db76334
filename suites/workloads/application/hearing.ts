/** What people hear of a lot, a sale or an order over the WebSocket, and what they read of it. */
import { z } from "zod";
import type { OperationName } from "../../language/operations.ts";
import { EVENT_NAMES } from "../../language/application_event.ts";
import { subscribeTo } from "../../applications/subscribe.ts";
import { frameOf, isFrame } from "../../record/frames.ts";
import { arrivals, quote } from "../../record/words.ts";
import { mismatch } from "../../language/matcher.ts";
import {
  broken,
  clientVerb,
  deadline,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import { exchangeIn, judgeAnswer, perform } from "../../steps/application/acting.ts";

const kind = z.enum(["lot", "sale", "order"]).describe("what it is");
const follows = z.strictObject({
  follows: z.enum(["lot", "sale", "order", "presence"]).describe(
    "what it is; presence: the presence channel of the application file",
  ),
  of: z.string().default("").describe("its id; a presence channel has none"),
});
const learns = z.strictObject({
  learns: z.enum(EVENT_NAMES).describe("the event of the application"),
  of: z.string().describe("the id of the lot, sale or order"),
  with: z.record(z.string(), z.unknown()).default({}).describe(
    "matchers on what the application file reads: amount, bidCount, reserveMet, status, price, lot, version",
  ),
});
const reads = z.strictObject({
  reads: kind,
  of: z.string().describe("its id"),
  with: z.record(z.string(), z.unknown()).default({}).describe("matchers on its state"),
  is: z.enum(["agreed", "refused"]).default("agreed").describe("the answer"),
});

const catchesUp = z.strictObject({
  catchesUp: kind,
  of: z.string().describe("its id"),
  since: z.union([z.number().int().min(0), z.string()]).describe(
    "the version the client has seen; a text that is none has to be refused",
  ),
  with: z.record(z.string(), z.unknown()).default({}).describe(
    "matchers on its state, and on the versions of what has happened since",
  ),
  is: z.enum(["agreed", "refused"]).default("agreed").describe("the answer"),
});

/** How each is read, in the words of the application file. */
const READ: Readonly<Record<string, OperationName>> = {
  lot: "readLot",
  sale: "readSale",
  order: "readOrder",
};

function judgeRead(
  params: Pick<z.output<typeof reads>, "with" | "is"> & { readonly reads: string },
  view: View,
): Finding {
  const answered = judgeAnswer({ is: params.is, because: undefined, explained: false }, view);
  if (answered.holds !== true || params.is === "refused") return answered;
  const { answer } = factsOf<{ answer: { exchange: number; value: unknown } }>(view);
  const wrong = mismatch(answer.value, params.with, params.reads);
  const quotes = exchangeIn(view.events, answer.exchange).map((event) => event.seq);
  return wrong === undefined ? answered : fails(`${wrong}; ${answered.message}`, quotes);
}

export const HEARING: readonly Verb[] = [
  clientVerb({
    name: "follows",
    summary:
      "Subscribes to the channel that tells of a lot, a sale or an order, or in which people see each other, with the application's signature where it takes one.",
    uses: ({ follows: kind }) => [`channels.${kind}`],
    schema: follows,
    run: async ({ follows: kind, of }, client, attempt) => {
      const { broadcasts } = attempt.application;
      const channel = kind === "presence" ? broadcasts.presence : broadcasts.channelOf(kind, of);
      if (channel === undefined) return broken("the application file names no presence channel");
      const refused = await subscribeTo(channel, client, attempt);
      return refused === undefined ? done([], { channel }) : broken(refused);
    },
  }),
  clientVerb({
    name: "learns",
    summary: "Hears of this event of the application, the next one of it.",
    uses: ({ learns: event }) => [`events.${event}`],
    schema: learns,
    run: async ({ learns: name, of }, client, attempt) => {
      const { broadcasts } = attempt.application;
      const shape = broadcasts.events[name];
      if (shape === undefined) return broken(`the application file does not describe ${name}`);
      const channel = broadcasts.channelOf(shape.of, of);
      const from = attempt.log.events.length;
      const facts = { channel, event: shape.name };
      const event = await client.until(
        (event) => isFrame(event, { event: shape.name, channel }) && !attempt.taken.has(event.seq),
        attempt.deadlineMs,
      );
      if (event === undefined) {
        return { ...deadline(arrivals(attempt.log.events, client.name, from)), facts };
      }
      attempt.taken.add(event.seq);
      const values = broadcasts.read(name, frameOf(event)?.decoded);
      return done([event.seq], { ...facts, values });
    },
    judge: (params, view) => {
      const { channel, event: wire, values } = view.ended.facts ?? {};
      const event = view.events.find(({ seq }) => seq === view.ended.took[0]);
      if (event === undefined) {
        return fails(`expected ${wire} on ${channel}; ${view.ended.detail ?? "nothing arrived"}`);
      }
      const wrong = mismatch(values, params.with, params.learns);
      return wrong === undefined
        ? holds(quote(event), [event.seq])
        : fails(`${wrong}; ${quote(event)}`, [event.seq]);
    },
  }),
  clientVerb({
    name: "reads",
    summary: "Reads the state of a lot, a sale or an order from the application.",
    uses: ({ reads: kind }) => [READ[String(kind)] ?? ""],
    schema: reads,
    run: ({ reads: kind, of }, client, attempt) =>
      kind === "lot"
        ? perform("readLot", { lot: of }, client, attempt)
        : kind === "sale"
        ? perform("readSale", { sale: of }, client, attempt)
        : perform("readOrder", { order: of }, client, attempt),
    judge: (params, view) => judgeRead(params, view),
  }),
  clientVerb({
    name: "catchesUp",
    summary: "Asks the application what has changed since a version.",
    uses: ({ catchesUp: kind }) => [`${kind}Changes`],
    schema: catchesUp,
    run: ({ catchesUp: kind, of, since }, client, attempt) =>
      kind === "lot"
        ? perform("lotChanges", { lot: of, since }, client, attempt)
        : kind === "sale"
        ? perform("saleChanges", { sale: of, since }, client, attempt)
        : perform("orderChanges", { order: of, since }, client, attempt),
    judge: (params, view) =>
      judgeRead({ reads: params.catchesUp, with: params.with, is: params.is }, view),
  }),
];
