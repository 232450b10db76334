/** Bringing the clients up at the plan's pace, each group at its own. */
import { type Nanos, now, SECOND, sleepUntil } from "./clock.ts";
import { connect, live } from "./life.ts";
import type { Run } from "./run.ts";
import type { Group, Subscriber } from "./subscriber.ts";

/** Bounds the connections that are on their way at once; the plan's own pace comes first. */
const DIALING = 256;

/** Resolves when each client stands or has failed, or `signal` has aborted. */
export async function rampUp(run: Run, signal: AbortSignal): Promise<void> {
  const onTheirWay = new Set<Promise<void>>();
  const interrupted = aborted(signal);
  const coming: Promise<void>[] = [];
  for (const { client, intended } of turns(run.subscribers, now())) {
    if (intended > now()) await sleepUntil(intended, signal);
    while (onTheirWay.size >= DIALING && !signal.aborted) {
      await Promise.race([interrupted, ...onTheirWay]);
    }
    if (signal.aborted) break;
    const greeted = new Promise<void>((resolve) => client.greeted = resolve);
    const up = comeUp(client, intended, signal);
    coming.push(up);
    // An application that signs slowly must not keep others from being dialed.
    const dialed: Promise<void> = (client.group.authorize ? Promise.race([greeted, up]) : up)
      .finally(() => onTheirWay.delete(dialed));
    onTheirWay.add(dialed);
  }
  await Promise.race([interrupted, Promise.all(coming)]);
}

/** When each client should be dialed, in that order: the groups come up side by side. */
function turns(clients: readonly Subscriber[], began: Nanos) {
  const waiting = new Map<Group, number>();
  return clients.map((client) => {
    const turn = waiting.get(client.group) ?? 0;
    waiting.set(client.group, turn + 1);
    return { client, intended: began + Math.floor(turn / client.group.perSecond * SECOND) };
  }).sort((a, b) => a.intended - b.intended);
}

async function comeUp(client: Subscriber, intended: Nanos, signal: AbortSignal): Promise<void> {
  try {
    await connect(client, intended);
    live(client);
  } catch (error) {
    if (!signal.aborted && !client.run.over.aborted) client.run.troubles.note("connect", error);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
