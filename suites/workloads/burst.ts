/**
 * Subscribing and unsubscribing in one breath: frames of one connection are obeyed in their order.
 *
 * A server that works on two requests of one connection side by side, because one of them waits for
 * something, may end with the wrong one. So both are written before anything is read, and a fence
 * behind them tells when both have been dealt with.
 */
import { z } from "zod";
import { isFrame, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import {
  broken,
  clientVerb,
  deadline,
  done,
  fails,
  holds,
  missed,
  type Verb,
} from "../engine/verb.ts";
import { fenceApi, fenceSubscription } from "../engine/fence.ts";

const bursts = z.strictObject({
  bursts: z.array(z.enum(["subscribe", "unsubscribe"])).min(2).describe(
    "what it asks for, all at once",
  ),
  on: z.string().describe("the channel"),
});

export const BURST: readonly Verb[] = [
  clientVerb({
    name: "bursts",
    summary:
      "Sends subscribe and unsubscribe frames in one breath; an event published afterwards is received exactly if the last of them was a subscribe. Leaves the channel in the end.",
    schema: bursts,
    asks: () => ({ messages: 1 }),
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.on);
      const event = `Burst-${attempt.nextNumber()}`;
      const facts = { channel, event };
      for (const ask of params.bursts) client.send({ event: `pusher:${ask}`, data: { channel } });
      if (await fenceSubscription(attempt, client) !== "passed") {
        return { ...deadline("the fence behind the burst did not come back"), facts };
      }
      const published = await attempt.call({
        method: "POST",
        path: "/events",
        body: { name: event, channel, data: "{}" },
        app: client.app,
      });
      if (published.kind !== "response" || published.status >= 300) {
        return broken(`the event behind the burst was answered with ${quote(published)}`);
      }
      if (await fenceApi(attempt, client) !== "passed") {
        return { ...deadline("the fence behind the event did not come back"), facts };
      }
      client.send({ event: "pusher:unsubscribe", data: { channel } });
      return done([], facts);
    },
    judge: (params, view) => {
      const { channel, event } = view.ended.facts ?? {};
      if (typeof channel !== "string" || typeof event !== "string") {
        return fails(view.ended.detail ?? "the burst could not be tried");
      }
      // Rounds are many: each looks at its own turn alone.
      const came = view.events.slice(view.begin, view.end).filter((e) =>
        isOf(view.who, e) && isFrame(e, { event, channel })
      );
      const quotes = came.map(({ seq }) => seq);
      const burst = params.bursts.join(", ");
      if (view.ended.outcome !== "done") return fails(`after ${burst}: ${view.ended.detail}`);
      const wanted = params.bursts.at(-1) === "subscribe" ? 1 : 0;
      return came.length === wanted
        ? holds(`after ${burst}, an event came ${came.length} times`, quotes)
        : (came.length < wanted ? missed : fails)(
          `after ${burst}, an event was expected ${wanted} times and came ${came.length} times`,
          quotes,
        );
    },
  }),
];
