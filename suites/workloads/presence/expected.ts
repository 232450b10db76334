/** Who should be in a channel by what a scenario did, and waiting until a watcher knows of them. */
import type { Client } from "../../client/client.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { follow } from "./replay.ts";

/** The user a tab belongs to: tabs are dealt out to users in turn. */
export function userOf(
  { users }: { readonly users: number },
  index: number,
  attempt: Attempt,
): string {
  return attempt.names.of(`user-${index % users}`);
}

const present = new WeakMap<Attempt, Map<string, ReadonlySet<string>>>();

/** Notes who is there now, for the verbs that come after this one. */
export function remember(attempt: Attempt, channel: string, users: ReadonlySet<string>): void {
  present.set(attempt, new Map(present.get(attempt)).set(channel, users));
}

/** Who was there by the last note. */
export function remembered(attempt: Attempt, channel: string): ReadonlySet<string> {
  return present.get(attempt)?.get(channel) ?? new Set();
}

/**
 * Waits until the watcher knows of exactly these members; false when it has had time enough. What it
 * knew at some time before does not count: the same users may have been there then, and since gone.
 */
export async function settled(
  watcher: Pick<Client, "socket" | "until">,
  channel: string,
  members: ReadonlySet<string>,
  attempt: Pick<Attempt, "log" | "deadlineMs">,
): Promise<boolean> {
  const follower = follow({ socket: watcher.socket, channel });
  const { events } = attempt.log;
  const now = events.length;
  for (const event of events) follower.hear(event);
  if (same(follower.replay.members, members)) return true;
  const settling = await watcher.until(
    (event) => {
      follower.hear(event);
      return same(follower.replay.members, members);
    },
    attempt.deadlineMs,
    now,
  );
  return settling !== undefined;
}

function same(a: ReadonlySet<string> | undefined, b: ReadonlySet<string>): boolean {
  return a !== undefined && a.size === b.size && [...a].every((id) => b.has(id));
}
