/**
 * Proving that something was not sent: send something else after it on the same path, and wait for
 * that. What has not come before the fence was not sent before it.
 *
 * A fence proves absence only where the target keeps the order of the two; elsewhere a settle time
 * taken from the target's own latency is added.
 */
import { delay } from "@std/async";
import type { Client } from "../client/client.ts";
import { subscribe } from "../client/subscribe.ts";
import { isFrame } from "../record/frames.ts";
import type { Attempt } from "./attempt.ts";

/** `passed`: it came. `closed`: the observer's connection is gone, so nothing more can come. `lost`: neither. */
export type Fence = "passed" | "closed" | "lost";

/** Times the slowest fence so far, in milliseconds, that a target without order is given to settle. */
const SETTLE_FACTOR = 5;
const SHORTEST_SETTLE_MS = 250;

/** Does something, and waits for what the observer gets of it. */
async function awaited(
  attempt: Attempt,
  observer: Client,
  pattern: { event?: string; channel: string },
  act: () => Promise<unknown> | void,
): Promise<Fence> {
  if (!observer.isOpen) return "closed";
  const from = attempt.log.events.length;
  await act();
  const event = await observer.until(
    (event) => event.kind === "closed" || isFrame(event, pattern),
    attempt.deadlineMs,
    from,
  );
  if (!event) return "lost";
  if (event.kind === "closed") return "closed";
  attempt.taken.add(event.seq);
  return "passed";
}

/** A fence, and the time that a target without order is given for what it overtook. */
async function settled(attempt: Attempt, passes: () => Promise<Fence>): Promise<Fence> {
  const began = performance.now();
  const fence = await passes();
  if (fence === "passed") await settle(attempt, performance.now() - began);
  return fence;
}

/** After a fence that took `tookMs`: gives a target that keeps no order time for what it overtook. */
export async function settle(attempt: Attempt, tookMs: number): Promise<void> {
  if (attempt.target.target.ordering === "kept") return;
  await delay(Math.max(SHORTEST_SETTLE_MS, SETTLE_FACTOR * tookMs));
}

/**
 * A later subscription on the same socket: nothing it asked for before is still to be answered.
 * It is given up again at once, so that long scenarios do not pile up channels.
 */
export async function fenceSubscription(attempt: Attempt, observer: Client): Promise<Fence> {
  const channel = attempt.names.of(`private-fence-${observer.name}-${attempt.nextNumber()}`);
  const fence = await settled(attempt, () =>
    awaited(
      attempt,
      observer,
      { event: "pusher_internal:subscription_succeeded", channel },
      () => subscribe(observer, channel),
    ));
  if (fence === "passed") observer.send({ event: "pusher:unsubscribe", data: { channel } });
  return fence;
}

const apiFences = new WeakMap<Attempt, Map<string, string>>();

/** A later event on the scenario's own API connection. */
export function fenceApi(attempt: Attempt, observer: Client): Promise<Fence> {
  return settled(attempt, () => reachedByApi(attempt, observer));
}

/** Whether an event of the API reaches somebody: it proves the absence of nothing. */
export async function reachedByApi(attempt: Attempt, observer: Client): Promise<Fence> {
  const channels = apiFences.get(attempt) ?? new Map<string, string>();
  apiFences.set(attempt, channels);
  let channel = channels.get(observer.socket);
  if (!channel) {
    channel = attempt.names.of(`fence-${observer.name}`);
    const name = channel;
    const joined = await awaited(
      attempt,
      observer,
      { event: "pusher_internal:subscription_succeeded", channel },
      () => subscribe(observer, name),
    );
    if (joined !== "passed") return joined;
    channels.set(observer.socket, channel);
  }
  const event = `fence-${attempt.nextNumber()}`;
  const name = channel;
  return awaited(
    attempt,
    observer,
    { event, channel },
    () =>
      attempt.call({
        method: "POST",
        path: "/events",
        body: { name: event, channel: name, data: "{}" },
        app: observer.app,
      }),
  );
}

const whisperFences = new WeakMap<Attempt, Set<string>>();

/** A later client event of the same sender, on a private channel both are in. */
export async function fenceWhisper(
  attempt: Attempt,
  sender: Client,
  observer: Client,
): Promise<Fence> {
  const channel = attempt.names.of("private-whisper-fence");
  const joined = whisperFences.get(attempt) ?? new Set<string>();
  whisperFences.set(attempt, joined);
  for (const client of [sender, observer]) {
    if (joined.has(client.socket)) continue;
    const answer = await awaited(
      attempt,
      client,
      { event: "pusher_internal:subscription_succeeded", channel },
      () => subscribe(client, channel),
    );
    if (answer !== "passed") return client === observer ? answer : "lost";
    joined.add(client.socket);
  }
  const event = `client-fence-${attempt.nextNumber()}`;
  return settled(attempt, () =>
    awaited(
      attempt,
      observer,
      { event, channel },
      () => sender.send({ event, channel, data: {} }),
    ));
}
