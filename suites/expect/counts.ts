/** Subscription counts on channels with many subscribers: told now and then, not every time (P-179). */
import { z } from "zod";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, quote } from "../record/frames.ts";
import { duration, milliseconds } from "../language/duration.ts";
import { clientVerb, deadline, done, fails, holds, type Verb } from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";

const countsNowAndThen = z.strictObject({
  countsNowAndThen: z.string().describe("the channel"),
  over: z.number().int().describe("only counts above this"),
  times: z.union([
    z.number().int().min(1),
    z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) }),
  ]).describe("how many of them to wait for"),
  within: duration.describe("how long the next may take"),
  apart: duration.describe("how far apart two of them must be at least"),
});

const EVENT = "pusher_internal:subscription_count";

/** The number a subscription_count event of this channel and socket tells. */
function countIn(event: Evidence, socket: string, channel: string): number | undefined {
  if (!("socket" in event) || event.socket !== socket) return undefined;
  if (!isFrame(event, { event: EVENT, channel })) return undefined;
  const data = frameOf(event)?.decoded;
  return isRecord(data) && typeof data.subscription_count === "number"
    ? data.subscription_count
    : undefined;
}

export const COUNTS: readonly Verb[] = [
  clientVerb({
    name: "countsNowAndThen",
    summary: "Counts above a number are told again and again, but never one soon after another.",
    schema: countsNowAndThen,
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.countsNowAndThen);
      const { socket } = client;
      const times = typeof params.times === "number" ? params.times : params.times[attempt.depth];
      const facts = { socket, channel };
      let from = client.since;
      for (let seen = 0; seen < times; seen++) {
        const next = await client.until(
          (event) => (countIn(event, socket, channel) ?? 0) > params.over,
          milliseconds(params.within),
          from,
        );
        if (!next) return { ...deadline(`${seen} of ${times} counts came`), facts };
        from = attempt.log.events.indexOf(next) + 1;
      }
      return done([], facts);
    },
    judge: (params, view) => {
      const socket = String(view.ended.facts?.socket);
      const channel = String(view.ended.facts?.channel);
      const counts = view.events.filter((event) =>
        (countIn(event, socket, channel) ?? 0) > params.over
      );
      const apart = milliseconds(params.apart);
      const hasty = counts.find((event, i) => i > 0 && event.t - (counts[i - 1]?.t ?? 0) < apart);
      if (hasty) {
        return fails(
          `expected counts above ${params.over} at least ${params.apart} apart; ${
            quote(hasty)
          } came sooner after another`,
          [hasty.seq],
        );
      }
      return view.ended.outcome === "done"
        ? holds(`${counts.length} counts above ${params.over} came`, counts.map(({ seq }) => seq))
        : fails(
          `expected a count above ${params.over} on ${channel} every ${params.within} at most; ${view.ended.detail}`,
        );
    },
  }),
];
