/** Following a declared resource: the channels of its file that a client may hear. */
import { subscribeTo } from "../../applications/subscribe.ts";
import type { Client } from "../../client/client.ts";
import { OWNER } from "../../language/resource.ts";
import { fill } from "../../language/variables.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { broken, done } from "../../engine/verb.ts";
import { resourceNamed } from "../../steps/application/resources.ts";

/** A channel of the file for one resource: its id and its owner's are filled in. */
export function channelOf(pattern: string, id: string, attempt: Attempt): string {
  const owner = attempt.lookup(`owners.${id}`);
  const ids: Record<string, unknown> = { id, owner: attempt.lookup(`${owner}.userId`) };
  return String(fill(pattern, (name) => ids[name]));
}

/** Whether the client is one of those who may hear a channel. */
function mayHear(hearers: readonly string[], who: string, id: string, attempt: Attempt): boolean {
  return hearers.includes(String(attempt.lookup(`${who}.role`))) ||
    (hearers.includes(OWNER) && attempt.lookup(`owners.${id}`) === who);
}

const isPublic = (channel: string) => !/^(private|presence)-/.test(channel);

/** Subscribes to every channel of the resource that the client may hear. */
export async function follow(name: string, id: string, client: Client, attempt: Attempt) {
  const { channels, events } = resourceNamed(name, attempt);
  const patterns = new Set([
    ...Object.entries(channels).filter(([, hearers]) => mayHear(hearers, client.name, id, attempt))
      .map(([pattern]) => pattern),
    ...Object.values(events).map(({ channel }) => channel).filter(isPublic),
  ]);
  const followed: string[] = [];
  for (const pattern of patterns) {
    const channel = channelOf(pattern, id, attempt);
    const refused = await subscribeTo(channel, client, attempt);
    if (refused !== undefined) return broken(refused);
    followed.push(channel);
  }
  attempt.variables.set(`followed.${client.name}.${id}`, {
    channels: followed,
    since: attempt.log.events.length,
  });
  return done([], { channels: followed });
}
