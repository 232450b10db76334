/** That a channel stayed silent, whatever the event might have been called. */
import { z } from "zod";
import { frameOf, isOf, quote } from "../record/frames.ts";
import type { Evidence } from "../record/evidence.ts";
import { clientVerb, deadline, done, fails, holds, untestable, type Verb } from "../engine/verb.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { fenceApi } from "../engine/fence.ts";

const nothingElse = z.strictObject({ nothingElse: z.string().describe("the channel") });

/** The channel of a message, even of one that lacks the name an event must have. */
function channelOf(event: Evidence): string | undefined {
  if (event.kind !== "received" || event.opcode !== "text") return undefined;
  const message = readJson(event.text ?? "");
  return isRecord(message) && typeof message.channel === "string" ? message.channel : undefined;
}

/** What the protocol itself says on a channel, such as that the subscription succeeded. */
function isOfTheProtocol(event: Evidence): boolean {
  return frameOf(event)?.event.startsWith("pusher_internal:") ?? false;
}

export const NOTHING_ELSE: readonly Verb[] = [
  clientVerb({
    name: "nothingElse",
    summary:
      "On this channel nothing came but what earlier steps received, proved by an API fence; something must have come, to show that it could.",
    schema: nothingElse,
    run: async (params, client, attempt) => {
      const facts = { channel: attempt.names.of(params.nothingElse) };
      const fence = await fenceApi(attempt, client);
      return fence === "passed"
        ? done([], facts)
        : { ...deadline(`the fence was ${fence}`), facts };
    },
    judge: (_told, view) => {
      const channel = view.ended.facts?.channel;
      const heard = view.events.filter((event) =>
        isOf(view.who, event) && channelOf(event) === channel && !isOfTheProtocol(event)
      );
      const surplus = heard.find((event) => !view.taken.has(event.seq));
      if (surplus) {
        return fails(
          `expected nothing else on ${channel}; ${view.who} received ${quote(surplus)}`,
          [surplus.seq],
        );
      }
      if (view.ended.outcome !== "done") {
        return untestable(`whether more came cannot be told: ${view.ended.detail}`);
      }
      const witness = heard.at(-1);
      return witness
        ? holds("a later event on the same path came, and nothing else did", [witness.seq])
        : untestable(
          `${view.who} never received anything on ${channel}, so silence proves nothing`,
        );
    },
  }),
];
