/**
 * One client that joins a channel and leaves it at once, many times over.
 *
 * A page that mounts and unmounts a component does so. What it leaves behind in the end (a member, a
 * count, an occupied channel) is for other steps to judge: this one only goes in and out, and makes
 * sure that the last going has been dealt with.
 */
import { z } from "zod";
import { isFrame } from "../record/frames.ts";
import { arrivals } from "../record/words.ts";
import { broken, clientVerb, done, type Verb } from "../engine/verb.ts";
import { subscribe } from "../client/subscribe.ts";
import { fenceSubscription } from "../engine/fence.ts";
import { channelDataOf } from "../steps/subscribe.ts";

const churns = z.strictObject({
  churns: z.string().describe("the channel"),
  times: z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) })
    .describe("how often"),
});

export const CHURN: readonly Verb[] = [
  clientVerb({
    name: "churns",
    summary:
      "Subscribes to a channel and unsubscribes at once, again and again, and ends outside it.",
    schema: churns,
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.churns);
      const asking = channel.startsWith("presence-")
        ? { channelData: channelDataOf(attempt, client) }
        : {};
      for (let round = 1; round <= params.times[attempt.depth]; round++) {
        const from = attempt.log.events.length;
        subscribe(client, channel, asking);
        const answer = await client.until(
          (event) =>
            event.kind === "closed" || isFrame(event, { event: "pusher:subscription_error" }) ||
            isFrame(event, { event: "pusher_internal:subscription_succeeded", channel }),
          attempt.deadlineMs,
          from,
        );
        if (!answer || !isFrame(answer, { event: "pusher_internal:subscription_succeeded" })) {
          const instead = arrivals(attempt.log.events, client.name, from);
          return broken(`${client.name} was not admitted the ${round}th time; ${instead}`);
        }
        client.send({ event: "pusher:unsubscribe", data: { channel } });
      }
      const fence = await fenceSubscription(attempt, client);
      return fence === "passed"
        ? done()
        : broken(`after unsubscribing from ${channel}, the fence was ${fence}`);
    },
  }),
];
