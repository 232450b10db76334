/**
 * Proving that something was not sent: send something else after it on the same path, and wait for
 * that. What has not come before the fence was not sent before it.
 *
 * A fence proves absence only where the target keeps the order of the two; elsewhere a settle time
 * taken from the target's own latency is added.
 */
import { delay } from "@std/async";
import { signChannel } from "../wire/signature.ts";
import type { Client } from "../client/client.ts";
import { isFrame } from "../record/frames.ts";
import type { Story } from "../engine/attempt.ts";

/** `passed`: it came. `closed`: the observer's connection is gone, so nothing more can come. `lost`: neither. */
export type Fence = "passed" | "closed" | "lost";

/** Times the slowest fence so far, in milliseconds, that a target without order is given to settle. */
const SETTLE_FACTOR = 5;
const SHORTEST_SETTLE_MS = 250;

async function awaited(
  story: Story,
  observer: Client,
  pattern: { event?: string; channel: string },
  act: () => Promise<unknown> | void,
): Promise<Fence> {
  if (!observer.isOpen) return "closed";
  const from = story.journal.events.length;
  const began = performance.now();
  await act();
  const event = await observer.until(
    (event) => event.kind === "closed" || isFrame(event, pattern),
    story.deadlineMs,
    from,
  );
  if (!event) return "lost";
  if (event.kind === "closed") return "closed";
  story.taken.add(event.seq);
  await settle(story, performance.now() - began);
  return "passed";
}

/** After a fence that took `tookMs`: gives a target that keeps no order time for what it overtook. */
export async function settle(story: Story, tookMs: number): Promise<void> {
  if (story.target.target.ordering === "kept") return;
  await delay(Math.max(SHORTEST_SETTLE_MS, SETTLE_FACTOR * tookMs));
}

/**
 * A later subscription on the same socket: nothing it asked for before is still to be answered.
 * It is given up again at once, so that long stories do not pile up channels.
 */
export async function fenceSubscription(story: Story, observer: Client): Promise<Fence> {
  const channel = story.names.of(`private-fence-${observer.name}-${story.nextNumber()}`);
  const fence = await awaited(
    story,
    observer,
    { event: "pusher_internal:subscription_succeeded", channel },
    () => {
      const auth = signChannel(observer.app, observer.socketId ?? "", channel);
      observer.send({ event: "pusher:subscribe", data: { channel, auth } });
    },
  );
  if (fence === "passed") observer.send({ event: "pusher:unsubscribe", data: { channel } });
  return fence;
}

const apiFences = new WeakMap<Story, Map<string, string>>();

/** A later event on the story's own API connection. */
export async function fenceApi(story: Story, observer: Client): Promise<Fence> {
  const channels = apiFences.get(story) ?? new Map<string, string>();
  apiFences.set(story, channels);
  let channel = channels.get(observer.socket);
  if (!channel) {
    channel = story.names.of(`fence-${observer.name}`);
    const name = channel;
    const joined = await awaited(
      story,
      observer,
      { event: "pusher_internal:subscription_succeeded", channel },
      () => observer.send({ event: "pusher:subscribe", data: { channel: name } }),
    );
    if (joined !== "passed") return joined;
    channels.set(observer.socket, channel);
  }
  const event = `fence-${story.nextNumber()}`;
  const name = channel;
  return awaited(
    story,
    observer,
    { event, channel },
    () =>
      story.call({
        method: "POST",
        path: "/events",
        body: { name: event, channel: name, data: "{}" },
        app: observer.app,
      }),
  );
}

const whisperFences = new WeakMap<Story, Set<string>>();

/** A later client event of the same sender, on a private channel both are in. */
export async function fenceWhisper(story: Story, sender: Client, observer: Client): Promise<Fence> {
  const channel = story.names.of("private-whisper-fence");
  const joined = whisperFences.get(story) ?? new Set<string>();
  whisperFences.set(story, joined);
  for (const client of [sender, observer]) {
    if (joined.has(client.socket)) continue;
    const auth = signChannel(client.app, client.socketId ?? "", channel);
    const answer = await awaited(
      story,
      client,
      { event: "pusher_internal:subscription_succeeded", channel },
      () => client.send({ event: "pusher:subscribe", data: { channel, auth } }),
    );
    if (answer !== "passed") return client === observer ? answer : "lost";
    joined.add(client.socket);
  }
  const event = `client-fence-${story.nextNumber()}`;
  return awaited(
    story,
    observer,
    { event, channel },
    () => sender.send({ event, channel, data: {} }),
  );
}
