/** Subscribing to a channel the way a page does: with the application's signature where it takes one. */
import type { Client } from "../client/client.ts";
import { type Asking, needsSignature, subscribe } from "../client/subscribe.ts";
import { isFrame } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";

/** Resolves with why it did not work, or with nothing once the server has confirmed it. */
export async function subscribeTo(
  channel: string,
  client: Client,
  attempt: Attempt,
): Promise<string | undefined> {
  const signature = await signatureFor(channel, client, attempt);
  if ("refused" in signature) return signature.refused;
  const from = attempt.log.events.length;
  subscribe(client, channel, signature.asking);
  const answer = await client.until(
    (event) =>
      isFrame(event, { event: "pusher_internal:subscription_succeeded", channel }) ||
      isFrame(event, { event: "pusher:subscription_error", channel }) ||
      isFrame(event, { event: "pusher:error" }) || event.kind === "closed",
    attempt.deadlineMs,
    from,
  );
  if (
    answer !== undefined && isFrame(answer, { event: "pusher_internal:subscription_succeeded" })
  ) {
    attempt.taken.add(answer.seq);
    return undefined;
  }
  return `${client.name} was not admitted to ${channel}: ${
    answer ? quote(answer) : "no answer came"
  }`;
}

async function signatureFor(
  channel: string,
  client: Client,
  attempt: Attempt,
): Promise<{ readonly asking: Asking } | { readonly refused: string }> {
  if (!needsSignature(channel)) return { asking: {} };
  const socketId = client.socketId ?? "";
  const answer = await attempt.visitor(client.name).perform("authorizeChannel", {
    socketId,
    channel,
  });
  if (answer.outcome !== "accepted") {
    const reason = answer.outcome === "refused" ? answer.reason : answer.why;
    return { refused: `the application did not sign for ${channel}: ${reason}` };
  }
  const { auth, channelData } = answer.value;
  return { asking: { auth, channelData } };
}
