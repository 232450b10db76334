/** Endpoints that fail, and what the target then does. */
import { z } from "zod";
import { webhookAgain } from "../client/premises.ts";
import type { Attempt } from "../engine/attempt.ts";
import { duration, milliseconds } from "../language/duration.ts";
import { deadline, done, fails, holds, scenarioVerb, type Verb } from "../engine/verb.ts";
import { type About, eventsOf, isAbout, listed, params } from "./webhook_events.ts";

const webhooksAnswer = z.strictObject({
  with: z.array(z.union([z.number().int().min(200).max(599), z.literal("never")])).min(1)
    .describe("statuses, or never at all; after these 200 again"),
  event: z.string().optional().describe("only to webhooks that tell of such an event"),
  on: z.string().optional().describe("only to webhooks that tell of this channel"),
});
const webhook = z.strictObject({
  event: z.string().describe("the event it tells of"),
  on: z.string().describe("the channel it tells of"),
  attempts: z.union([
    z.number().int().min(2),
    z.strictObject({ quick: z.number().int().min(2), full: z.number().int().min(2) }),
  ]).describe("how many attempts must be made"),
  within: duration.default("10s").describe(
    "how long to wait for the second attempt; later ones may take longer by what they back off",
  ),
  backingOff: z.boolean().default(false).describe(
    "each attempt must wait longer than the one before, the last at least twice as long as the first",
  ),
  apart: duration.optional().describe("how far apart any two attempts must be at least"),
});

/** A target that backs off exponentially may wait this many times longer than the last time. */
const PATIENCE = 4;
/** With a factor of two and four gaps the last is eight times the first; noise never makes up for that. */
const LEAST_GROWTH = 2;
/** Attempts made at once lie fractions of a millisecond apart, of which one may well be twice another. */
const LEAST_GROWTH_MS = 20;

/** Waits for so many attempts, each as long as backing off allows. */
async function attemptsOf(
  attempt: Attempt,
  wish: About,
  count: number,
  firstWaitMs: number,
): Promise<number> {
  const arrivals: number[] = [];
  let from = 0;
  while (arrivals.length < count) {
    const gaps = arrivals.slice(1).map((at, i) => at - (arrivals[i] ?? at));
    const waitMs = Math.max(firstWaitMs, PATIENCE * Math.max(0, ...gaps));
    const request = await attempt.log.until(
      (event) => eventsOf(event).some((one) => isAbout(one, wish)),
      { from, deadlineMs: waitMs },
    );
    if (!request) break;
    arrivals.push(request.t);
    from = attempt.log.events.indexOf(request) + 1;
  }
  return arrivals.length;
}

const seconds = (gaps: readonly number[]) =>
  gaps.map((gap) => `${(gap / 1000).toFixed(2)} s`).join(", ");

export const WEBHOOK_RETRIES: readonly Verb[] = [
  scenarioVerb({
    name: "webhooksAnswer",
    summary: "Makes the webhook endpoint answer the scenario's next webhooks like this, one each.",
    schema: webhooksAnswer,
    run: ({ with: answers, event, on }, attempt) => {
      const channel = on === undefined ? undefined : attempt.names.of(on);
      attempt.target.webhooks?.answer(attempt.names.suffix, { event, channel, answers });
      const which = `${event ?? "webhooks"}${channel === undefined ? "" : ` about ${channel}`}`;
      attempt.log.add({
        kind: "fault",
        what: `the endpoint answers ${which} with ${answers.join(", ")}`,
      });
      return done();
    },
  }),
  scenarioVerb({
    name: "webhook",
    form: "attempts",
    summary: "The target tries so many times to tell of this event.",
    schema: webhook,
    premises: ({ event }) => webhookAgain(event),
    run: async (said, attempt) => {
      const channel = attempt.names.of(said.on);
      const count = typeof said.attempts === "number"
        ? said.attempts
        : said.attempts[attempt.depth];
      const facts = { channel, count };
      const made = await attemptsOf(
        attempt,
        { event: said.event, channel },
        count,
        milliseconds(said.within),
      );
      return made === count
        ? done([], facts)
        : { ...deadline(`${made} of ${count} attempts were made`), facts };
    },
    judge: (said, view) => {
      const { channel, count } = view.ended.facts ?? {};
      const wish = { event: said.event, channel: String(channel) };
      const made = params(view.events.slice(0, view.end), wish).slice(0, Number(count));
      const quotes = made.map(({ request }) => request.seq);
      if (made.length < Number(count)) {
        return fails(
          `expected ${count} attempts to tell of ${said.event} about ${channel}; came ${
            listed(made)
          }`,
          quotes,
        );
      }
      const gaps = made.slice(1).map(({ request }, i) => request.t - (made[i]?.request.t ?? 0));
      const apart = said.apart === undefined ? 0 : milliseconds(said.apart);
      const hasty = gaps.find((gap) => gap < apart);
      if (hasty !== undefined) {
        return fails(`an attempt came ${seconds([hasty])} after the one before`, quotes);
      }
      const [first = 0] = gaps;
      const last = gaps.at(-1) ?? 0;
      const grown = last >= first * LEAST_GROWTH && last - first >= LEAST_GROWTH_MS;
      return said.backingOff && !grown
        ? fails(`expected growing gaps between the attempts; they were ${seconds(gaps)}`, quotes)
        : holds(`${made.length} attempts, ${seconds(gaps)} apart`, quotes);
    },
  }),
];
