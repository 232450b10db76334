/** What a refused subscription does to the connection that asked for it (P-102). */
import { z } from "zod";
import type { Client } from "../engine/client.ts";
import type { Evidence } from "../engine/evidence.ts";
import { isFrame, isOf, quote } from "../engine/frames.ts";
import type { Story } from "../engine/story.ts";
import {
  done,
  fails,
  type Finding,
  holds,
  storyVerb,
  type Verb,
  type View,
} from "../language/verb.ts";
import { fenceSubscription } from "./fence.ts";

const refusalsEndAlike = z.strictObject({
  clients: z.array(z.string()).min(2).describe("clients whose subscription was refused"),
  keeping: z.string().describe("a channel each of them is subscribed to"),
});

type Told = z.infer<typeof refusalsEndAlike>;

/** The event published on the kept channel, for those who are still there to hear it. */
const STILL_HERE = "StillHere";
const UNAUTHORIZED = 4009;

/** Waits until the client was closed, or has heard the event on the channel it keeps. */
function settle(client: Client, channel: string, from: number, story: Story) {
  return client.until(
    (event) => event.kind === "closed" || isFrame(event, { event: STILL_HERE, channel }),
    story.deadlineMs,
    client.isOpen ? from : client.since,
  );
}

type Ending =
  | { readonly kind: "kept"; readonly event: Evidence }
  | { readonly kind: "closed"; readonly event: Evidence }
  | { readonly kind: "wrong"; readonly why: string; readonly quotes: readonly number[] };

function endingOf(who: string, channel: string, view: View): Ending {
  const mine = view.events.slice(0, view.end).filter((event) => isOf(who, event));
  const closed = mine.find((event) => event.kind === "closed");
  if (closed?.kind === "closed") {
    return closed.by === "target" && closed.code === UNAUTHORIZED
      ? { kind: "closed", event: closed }
      : {
        kind: "wrong",
        why: `${who} was ${quote(closed)}, where only ${UNAUTHORIZED} says why`,
        quotes: [closed.seq],
      };
  }
  const heard = mine.find((event) => isFrame(event, { event: STILL_HERE, channel }));
  return heard
    ? { kind: "kept", event: heard }
    : { kind: "wrong", why: `${who} stayed open, yet hears nothing on ${channel}`, quotes: [] };
}

/** Every connection was kept whole, or every one was closed with 4009. */
export function judgeEndings(told: Told, view: View): Finding {
  const channel = String(view.ended.facts?.channel);
  const endings = told.clients.map((who) => endingOf(who, channel, view));
  const wrong = endings.find((ending) => ending.kind === "wrong");
  if (wrong?.kind === "wrong") return fails(wrong.why, wrong.quotes);
  const events = endings.flatMap((ending) => (ending.kind === "wrong" ? [] : [ending.event]));
  const quotes = events.map((event) => event.seq);
  const closed = endings.filter((ending) => ending.kind === "closed").length;
  if (closed === 0) return holds("a refusal leaves the connection and its channels alone", quotes);
  if (closed === endings.length) return holds(`a refusal closes with ${UNAUTHORIZED}`, quotes);
  return fails(
    `${closed} of ${endings.length} refused connections were closed, the others kept`,
    quotes,
  );
}

export const REFUSALS: readonly Verb[] = [
  storyVerb({
    name: "refusalsEndAlike",
    summary:
      "The connections of refused clients all live on with their other channels, or are all closed with 4009.",
    schema: refusalsEndAlike,
    run: async (told, story) => {
      const channel = story.names.of(told.keeping);
      const clients = told.clients.map((name) => story.client(name));
      await Promise.all(clients.map((client) => fenceSubscription(story, client)));
      const from = story.journal.events.length;
      await story.call({
        method: "POST",
        path: "/events",
        body: { name: STILL_HERE, channel, data: "{}" },
      });
      await Promise.all(clients.map((client) => settle(client, channel, from, story)));
      return done([], { channel });
    },
    judge: judgeEndings,
  }),
];
