/** The quantifier "so many, one after the other": each within a time of the last, and not sooner. */
import { z } from "zod";
import { delivery } from "../client/premises.ts";
import { clientVerb, deadline, done, fails, holds, type Verb } from "../engine/verb.ts";
import { duration, milliseconds } from "../language/duration.ts";
import type { Evidence } from "../record/evidence.ts";
import { isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import { described, FRAMES, isAs, type Pattern } from "./source.ts";
import { looking } from "./receives.ts";

const again = z.strictObject({
  receives: z.string().describe("the event's name"),
  on: z.string().describe("the channel"),
  data: looking.data,
  times: z.union([
    z.number().int().min(1),
    z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) }),
  ]).describe("how many of them to wait for"),
  within: duration.describe("how long the next may take"),
  apart: duration.describe("how far apart two of them must be at least"),
});

const isOne = (event: Evidence, pattern: Pattern): boolean => {
  const seen = FRAMES.see(event);
  return seen !== undefined && isAs(seen, pattern);
};

export const AGAIN: readonly Verb[] = [
  clientVerb({
    name: "receives",
    form: "times",
    summary: "Receives such an event again and again, but never one soon after another.",
    schema: again,
    premises: ({ receives: event }) => delivery(event),
    run: async ({ receives: event, on, data, within, ...params }, client, attempt) => {
      const pattern = { event, channel: attempt.names.of(on), data };
      const times = typeof params.times === "number" ? params.times : params.times[attempt.depth];
      const facts = { socket: client.socket, channel: pattern.channel };
      let from = client.since;
      for (let seen = 0; seen < times; seen++) {
        const next = await client.until((one) => isOne(one, pattern), milliseconds(within), from);
        if (!next) return { ...deadline(`${seen} of ${times} came`), facts };
        from = attempt.log.events.indexOf(next) + 1;
      }
      return done([], facts);
    },
    judge: ({ receives: event, data, within, apart }, view) => {
      const { socket, channel } = view.ended.facts ?? {};
      const pattern = { event, channel: String(channel), data };
      const what = described(pattern);
      const came = view.events.filter((one) =>
        isOf(view.who, one) && "socket" in one && one.socket === socket && isOne(one, pattern)
      );
      const apartMs = milliseconds(apart);
      const hasty = came.find((one, i) => i > 0 && one.t - (came[i - 1]?.t ?? 0) < apartMs);
      if (hasty) {
        return fails(
          `expected any two ${what} at least ${apart} apart; ${quote(hasty)} came sooner`,
          [hasty.seq],
        );
      }
      return view.ended.outcome === "done"
        ? holds(`${came.length} ${what}, ${apart} apart at least`, came.map(({ seq }) => seq))
        : fails(`expected ${what} every ${within} at most; ${view.ended.detail}`);
    },
  }),
];
