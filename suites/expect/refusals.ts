/** What a refused subscription does to the connection that asked for it (P-102). */
import { z } from "zod";
import type { Client } from "../client/client.ts";
import { subscribe } from "../client/subscribe.ts";
import type { Evidence } from "../record/evidence.ts";
import { isFrame, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { type Fence, fenceSubscription } from "../engine/fence.ts";

const refusalsEndAlike = z.strictObject({
  clients: z.array(z.string()).min(2).describe("clients who have just asked for what is refused"),
  again: z.string().describe("a channel each of them then asks for without a signature"),
  keeping: z.string().describe("a channel each of them is subscribed to"),
});

type Params = z.infer<typeof refusalsEndAlike>;

/** The event published on the kept channel, for those who are still there to hear it. */
const STILL_HERE = "StillHere";
const UNAUTHORIZED = 4009;

/** Has one client refused a second time, if the first refusal left it open. */
async function refuseAgain(client: Client, channel: string, attempt: Attempt): Promise<Fence[]> {
  const first = await fenceSubscription(attempt, client);
  if (first !== "passed") return [first];
  subscribe(client, channel, { auth: "none" });
  return [first, await fenceSubscription(attempt, client)];
}

/** Waits until the client was closed, or has heard the event on the channel it keeps. */
function settle(client: Client, channel: string, from: number, attempt: Attempt) {
  return client.until(
    (event) => event.kind === "closed" || isFrame(event, { event: STILL_HERE, channel }),
    attempt.deadlineMs,
    client.isOpen ? from : client.since,
  );
}

type Ending =
  | { readonly kind: "kept"; readonly event: Evidence }
  | { readonly kind: "closed"; readonly event: Evidence }
  | { readonly kind: "wrong"; readonly why: string; readonly quotes: readonly number[] };

function endingOf(who: string, fences: readonly Fence[], channel: string, view: View): Ending {
  const mine = view.events.slice(0, view.end).filter((event) => isOf(who, event));
  const closed = mine.find((event) => event.kind === "closed");
  const wrong = (why: string): Ending => ({
    kind: "wrong",
    why,
    quotes: closed ? [closed.seq] : [],
  });
  if (closed?.kind === "closed") {
    if (closed.by !== "target" || closed.code !== UNAUTHORIZED) {
      return wrong(`${who} was ${quote(closed)}, where only ${UNAUTHORIZED} says why`);
    }
    return fences[0] === "passed"
      ? wrong(`${who} was left open by one refusal and closed by the next`)
      : { kind: "closed", event: closed };
  }
  const heard = mine.find((event) => isFrame(event, { event: STILL_HERE, channel }));
  return heard
    ? { kind: "kept", event: heard }
    : wrong(`${who} stayed open, yet hears nothing on ${channel}`);
}

/** Every connection was kept whole through every refusal, or every one was closed with 4009. */
function judgeEndings(params: Params, view: View): Finding {
  const { channel, fences } = factsOf<
    { channel: string; fences: readonly (readonly Fence[])[] }
  >(view);
  const endings = params.clients.map((who, index) =>
    endingOf(who, fences[index] ?? [], channel, view)
  );
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
  scenarioVerb({
    name: "refusalsEndAlike",
    summary:
      "After one refusal and another, all connections live on with their other channels, or all were closed with 4009 at the first.",
    schema: refusalsEndAlike,
    run: async (params, attempt) => {
      const channel = attempt.names.of(params.keeping);
      const clients = params.clients.map((name) => attempt.client(name));
      const again = attempt.names.of(params.again);
      const fences = await Promise.all(
        clients.map((client) => refuseAgain(client, again, attempt)),
      );
      const from = attempt.log.events.length;
      await attempt.call({
        method: "POST",
        path: "/events",
        body: { name: STILL_HERE, channel, data: "{}" },
      });
      await Promise.all(clients.map((client) => settle(client, channel, from, attempt)));
      return done([], { channel, fences });
    },
    judge: judgeEndings,
  }),
];
