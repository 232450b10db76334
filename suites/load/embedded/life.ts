/** How clients live: they connect, pause, visit, are cut off, and come back. */
import { ANSWER_MS } from "./application.ts";
import { MILLISECOND, type Nanos, now, sleepUntil } from "./clock.ts";
import { dial } from "./dial.ts";
import { Line } from "./line.ts";
import type { Subscriber } from "./subscriber.ts";

/** How long a client may take from its dial until all its subscriptions stand. */
const PATIENCE_MS = 10_000;

/**
 * Dials, and waits until all subscriptions stand. Rejects where they will not. A client that is
 * there already, or on its way, has nothing to do: a visitor who was cut off comes back for two
 * reasons.
 */
export async function connect(client: Subscriber, intended: Nanos): Promise<void> {
  if (client.coming || client.line?.open) return;
  const { run } = client;
  client.coming = true;
  const patience = new AbortController();
  const giveUp = (why: string) => patience.abort(new Error(why));
  const ended = () => giveUp("the run has ended");
  // An application that signs has as long again: it is told of by itself.
  const patienceMs = PATIENCE_MS + (client.group.authorize ? ANSWER_MS : 0);
  const timer = setTimeout(() => giveUp(`no answer in ${patienceMs / 1000} s`), patienceMs);
  run.over.addEventListener("abort", ended);
  try {
    const dialed = await dial(run.endpoint, client.index, patience.signal);
    await new Promise<void>((resolve, reject) => {
      client.settled = resolve;
      client.connectedAt = dialed.connectedAt;
      run.tallyAt(dialed.connectedAt).record("connect", dialed.connectedAt - intended);
      const line = client.line = new Line(dialed, client);
      patience.signal.addEventListener("abort", () => {
        if (client.standing) return;
        reject(patience.signal.reason);
        line.close();
      });
      line.start(dialed);
    });
  } finally {
    client.coming = false;
    clearTimeout(timer);
    run.over.removeEventListener("abort", ended);
  }
}

/** Does something after a while, unless the run is over by then. */
async function later({ run }: Subscriber, afterMs: number, act: () => void): Promise<void> {
  if (await sleepUntil(now() + afterMs * MILLISECOND, run.over)) act();
}

/** Connects again, as the plan says; without a word of the plan, the client stays away. */
export function comeBack(client: Subscriber): void {
  const { run } = client;
  if (!run.plan.reconnect) return;
  later(client, run.plan.reconnect.afterMs, () => {
    connect(client, now()).catch((error) => {
      if (run.over.aborted) return;
      run.troubles.note("reconnect", error);
      comeBack(client);
    });
  });
}

/** Cuts the client off and lets it come back, as a network that fails does. */
export function drop(client: Subscriber): void {
  if (!client.line?.open) return;
  client.leave();
  client.lostAt = now();
  comeBack(client);
}

/** Does what makes the client of its kind: pauses, or visits. */
export function live(client: Subscriber): void {
  if (client.group.slow) pause(client, client.group.slow);
  else if (client.group.visits) visit(client, client.group.visits);
}

function pause(client: Subscriber, slow: { pauseMs: number; everyMs: number }): void {
  later(client, slow.everyMs, () => {
    client.line?.pause();
    later(client, slow.pauseMs, () => {
      client.line?.resume();
      pause(client, slow);
    });
  });
}

function visit(client: Subscriber, visits: { stayMs: number; awayMs: number }): void {
  const { run } = client;
  later(client, visits.stayMs, () => {
    client.leave();
    later(client, visits.awayMs, () => {
      connect(client, now()).catch((error) => {
        if (!run.over.aborted) run.troubles.note("connect", error);
      }).then(() => visit(client, visits));
    });
  });
}
