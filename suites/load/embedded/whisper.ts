/** Client events, each group's spread evenly over its clients. */
import { WHISPER } from "./streams.ts";
import { type Nanos, now } from "./clock.ts";
import { pace } from "./pace.ts";
import { payload } from "./payload.ts";
import type { Run } from "./run.ts";
import type { Subscriber } from "./subscriber.ts";

export async function whisper(
  run: Run,
  starts: readonly Nanos[],
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(run.plan.clients.map(async (group) => {
    const { whispers } = group;
    const clients = run.subscribers.filter((client) =>
      client.group === group && client.wantsAnything
    );
    if (!whispers || clients.length === 0) return;
    await pace(
      run.plan.phases,
      starts,
      whispers.perSecond * clients.length,
      signal,
      (turn, phase, intended) => {
        const client = clients[turn % clients.length];
        if (client) say(client, whispers.bytes, phase + 1, intended);
      },
    );
  }));
}

function say(client: Subscriber, bytes: number, phase: number, intended: Nanos): void {
  const { run, whispersTo: channel, line } = client;
  if (channel === undefined || !line) return;
  const stream = run.streams.whispered(client.index);
  const event = run.ledger.issue({ stream, channel, phase, intended, whisper: true });
  const name = JSON.stringify(run.plan.channels[channel]);
  line.send(`{"event":"${WHISPER}","channel":${name},"data":${payload(event, bytes)}}`);
  run.sendLag.record(now() - intended);
}
