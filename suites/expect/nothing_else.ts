/** The quantifier "only": nothing came but what steps have received, on a channel or at all. */
import { z } from "zod";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import type { Evidence } from "../record/evidence.ts";
import {
  blocked,
  clientVerb,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { fenceApi } from "../engine/fence.ts";

const nothingElse = z.strictObject({
  receivesNothingElse: z.string().nullable().describe(
    "the channel; without it, nothing came on any channel or none",
  ),
});

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

/** Frames that keep the line alive; they answer nothing a scenario did. */
const isHeartbeat = (event: Evidence) => isFrame(event, { event: "pusher:ping" });

/** What a vendor says of its own, about no channel: the documents leave that open. */
function isVendors(event: Evidence): boolean {
  const frame = frameOf(event);
  return frame !== undefined && frame.channel === undefined &&
    /^(?!pusher(_internal)?:)[\w-]+:/.test(frame.event);
}

const isFence = (event: Evidence) => /^(private-)?fence-/.test(frameOf(event)?.channel ?? "");

/** What is no message at all is that, and no answer to what a scenario did. */
const surplusOf = (surplus: Evidence, message: string): Finding => ({
  ...fails(message, [surplus.seq]),
  ...(frameOf(surplus) === undefined ? { accuses: "P-027" } : {}),
});

/** Of a channel: something must have come on it, to show that it could. */
function judgeChannel(channel: unknown, view: View): Finding {
  const heard = view.events.filter((event) =>
    isOf(view.who, event) && channelOf(event) === channel && !isOfTheProtocol(event)
  );
  const surplus = heard.find((event) => !view.taken.has(event.seq));
  if (surplus) {
    return surplusOf(
      surplus,
      `expected nothing else on ${channel}; ${view.who} received ${quote(surplus)}`,
    );
  }
  if (view.ended.outcome !== "done") {
    return blocked(`whether more came cannot be told: ${view.ended.detail}`);
  }
  const witness = heard.at(-1);
  return witness
    ? holds("a later event on the same path came, and nothing else did", [witness.seq])
    : blocked(
      `${view.who} never received a published event on ${channel}, so silence proves nothing; publish one before that comes`,
    );
}

/** Of the whole connection, pings, fences and what vendors add aside. */
function judgeConnection(view: View): Finding {
  const surplus = view.events.find((event) =>
    event.kind === "received" && event.socket === view.ended.facts?.socket &&
    event.opcode === "text" && !view.taken.has(event.seq) && !isFence(event) &&
    !isHeartbeat(event) && !isVendors(event)
  );
  return surplus
    ? surplusOf(surplus, `expected no answer; ${view.who} received ${quote(surplus)}`)
    : holds("nothing came that no step waited for");
}

export const NOTHING_ELSE: readonly Verb[] = [
  clientVerb({
    name: "receivesNothingElse",
    summary:
      "Nothing came but what earlier steps received: on a channel, proved by a fence, or on the whole connection.",
    schema: nothingElse,
    run: async ({ receivesNothingElse: on }, client, attempt) => {
      if (on === null) return done([], { socket: client.socket });
      const facts = { channel: attempt.names.of(on) };
      const fence = await fenceApi(attempt, client);
      return fence === "passed"
        ? done([], facts)
        : { ...deadline(`the fence was ${fence}`), facts };
    },
    judge: ({ receivesNothingElse: on }, view) =>
      on === null ? judgeConnection(view) : judgeChannel(view.ended.facts?.channel, view),
  }),
];
