/** One connection of a user: it opens, joins a channel, and is gone in one of several ways. */
import type { Client } from "../../client/client.ts";
import { subscribe } from "../../client/subscribe.ts";
import { isFrame } from "../../record/frames.ts";
import { arrivals } from "../../record/words.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { broken, type Outcome } from "../../engine/verb.ts";
import { dial, establish } from "../../steps/connect.ts";

/** Connections dialled at the same time: within what any listener's backlog holds. */
const DIALLED_AT_ONCE = 50;

export const WAYS_OUT = ["unsubscribes", "closes", "breaks off"] as const;
export type WayOut = typeof WAYS_OUT[number];

/** The scenario cannot go on: what a tab had to do to begin with did not work. */
export class TabFailed extends Error {
  override name = "TabFailed";
}

/** Waits for all before it throws, so that nothing is still under way when the scenario ends. */
export async function all<T>(running: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(running);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** The outcome of `act`; a tab that failed breaks the scenario. */
export async function unlessFailed(act: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof TabFailed) return broken(error.message);
    throw error;
  }
}

/** Opens a connection and waits until it is established. Throws `TabFailed`. */
export async function open(client: Client, attempt: Attempt): Promise<void> {
  dial({}, client, attempt);
  const outcome = await establish(client, attempt);
  if (outcome.outcome !== "done") throw new TabFailed(outcome.detail ?? "it did not connect");
}

/** Opens the connections that are not open, a few at a time. Throws `TabFailed`. */
export async function openAll(clients: readonly Client[], attempt: Attempt): Promise<void> {
  const closed = clients.filter((client) => !client.isOpen);
  for (let first = 0; first < closed.length; first += DIALLED_AT_ONCE) {
    const some = closed.slice(first, first + DIALLED_AT_ONCE);
    await all(some.map((client) => open(client, attempt)));
  }
}

/** Asks to join as `user`, whose full id it is; a channel without members needs none. */
export function ask(client: Client, channel: string, user: string): void {
  const channelData = JSON.stringify({ user_id: user, user_info: { name: user } });
  subscribe(client, channel, channel.startsWith("presence-") ? { channelData } : {});
}

/** Waits for the answer to what was asked from index `from` on. Throws `TabFailed`. */
export async function admitted(
  client: Client,
  channel: string,
  from: number,
  attempt: Attempt,
): Promise<void> {
  const answer = await client.until(
    (event) =>
      event.kind === "closed" || isFrame(event, { event: "pusher:error" }) ||
      isFrame(event, { event: "pusher:subscription_error", channel }) ||
      isFrame(event, { event: "pusher_internal:subscription_succeeded", channel }),
    attempt.deadlineMs,
    from,
  );
  if (answer && isFrame(answer, { event: "pusher_internal:subscription_succeeded" })) return;
  const instead = arrivals(attempt.log.events, client.name, from);
  throw new TabFailed(`${client.name} was not admitted to ${channel}; ${instead}`);
}

/** Joins and waits until admitted. Throws `TabFailed`. */
export async function join(
  client: Client,
  channel: string,
  user: string,
  attempt: Attempt,
): Promise<void> {
  const from = attempt.log.events.length;
  ask(client, channel, user);
  await admitted(client, channel, from, attempt);
}

/** Is gone from the channel, waiting for nothing. */
export function leave(client: Client, channel: string, way: WayOut, attempt: Attempt): void {
  switch (way) {
    case "unsubscribes":
      client.send({ event: "pusher:unsubscribe", data: { channel } });
      return;
    case "closes":
      client.line?.close(1000);
      return;
    case "breaks off":
      attempt.log.add({
        kind: "fault",
        of: client.socket,
        what: `${client.socket} resets its connection`,
      });
      client.line?.reset();
  }
}

/** Waits until this end of the connection has closed too. */
export async function closed(client: Client, attempt: Attempt): Promise<void> {
  if (client.isOpen) await client.until((event) => event.kind === "closed", attempt.deadlineMs);
}
