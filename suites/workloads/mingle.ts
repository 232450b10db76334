/**
 * A crowd that joins and leaves channels while each channel's own token is published on it: no
 * token may reach a socket that is not in its channel (P-303).
 */
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import { delivery, publishing } from "../client/premises.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  clientVerb,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  missed,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import type { Random } from "../engine/random.ts";
import { all, join, leave, openAll, unlessFailed } from "./presence/tab.ts";
import { isRecord } from "../wire/frame.ts";
import { fenceApi } from "../engine/fence.ts";

const mingle = z.strictObject({
  crowd: clientName("the group of clients"),
  channels: z.array(z.string()).min(2).describe("the channels they join and leave"),
  moves: z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) })
    .describe("how often each of them joins or leaves a channel"),
});
const hearsOnlyItsOwn = z.strictObject({
  hearsOnlyItsOwn: z.array(z.string()).min(1).describe("the channels whose tokens are looked for"),
});

/** What publishing anything stands on. */
const PUBLISHING = publishing({ channels: [], event: "Token", data: "{}" });

/** What is published on a channel, and nowhere else. */
const tokenOf = (channel: string) => `token of ${channel};`;

/** Joins and leaves one channel after the other, as chance has it, and is in one of them in the end. */
async function visit(
  client: Client,
  channels: readonly string[],
  moves: number,
  draw: Random,
  attempt: Attempt,
): Promise<void> {
  const inside = new Set<string>();
  for (let move = 0; move < moves; move++) {
    const channel = channels[draw(channels.length)];
    if (channel === undefined) return;
    if (inside.delete(channel)) leave(client, channel, "unsubscribes", attempt);
    else {
      await join(client, channel, attempt.names.of(client.name), attempt);
      inside.add(channel);
    }
  }
  const [first] = channels;
  if (inside.size === 0 && first) {
    await join(client, first, attempt.names.of(client.name), attempt);
  }
}

/** Publishes every channel's token. */
async function publishTokens(channels: readonly string[], attempt: Attempt): Promise<void> {
  for (const channel of channels) {
    const data = JSON.stringify({ token: tokenOf(channel) });
    await attempt.call({ method: "POST", path: "/events", body: { name: "Token", channel, data } });
  }
}

/** Whether one socket may still hear a channel. */
type Standing = "in" | "out" | { readonly leftAt: number };

/** Follows one socket's subscriptions, as far as the target must have noticed them. */
function standings() {
  const channels = new Map<string, Standing>();
  const askedAt = new Map<string, number>();
  return {
    may: (channel: string) => (channels.get(channel) ?? "out") !== "out",
    hear(event: Evidence) {
      const frame = frameOf(event);
      if (event.kind === "sent") {
        const channel = isRecord(frame?.data) ? frame.data.channel : undefined;
        if (typeof channel !== "string") return;
        if (frame?.event === "pusher:subscribe") {
          channels.set(channel, "in");
          askedAt.set(channel, event.seq);
        }
        if (frame?.event === "pusher:unsubscribe") channels.set(channel, { leftAt: event.seq });
        return;
      }
      if (!isFrame(event, { event: "pusher_internal:subscription_succeeded" })) return;
      // What was asked before this subscription has been dealt with, in order.
      const asked = askedAt.get(frame?.channel ?? "") ?? -Infinity;
      for (const [channel, standing] of channels) {
        if (typeof standing === "object" && standing.leftAt < asked) channels.set(channel, "out");
      }
    },
  };
}

function judgeTokens(view: View): Finding {
  const { channels } = factsOf<{ channels: readonly string[] }>(view);
  const sockets = new Map<string, ReturnType<typeof standings>>();
  let heard = 0;
  for (const event of view.events) {
    if ((event.kind !== "sent" && event.kind !== "received") || !isOf(view.who, event)) continue;
    const socket = sockets.get(event.socket) ?? standings();
    sockets.set(event.socket, socket);
    socket.hear(event);
    if (event.kind !== "received") continue;
    for (const channel of channels) {
      if (!event.text?.includes(tokenOf(channel))) continue;
      heard++;
      if (!socket.may(channel)) {
        return fails(`${event.socket} is not in ${channel}, yet received ${quote(event)}`, [
          event.seq,
        ]);
      }
    }
  }
  return heard > 0
    ? holds(`${heard} tokens came, each on a channel it was in`)
    : missed(`${view.who} heard no token at all`);
}

export const MINGLE: readonly Verb[] = [
  scenarioVerb({
    name: "mingle",
    summary:
      "A crowd joins and leaves channels at random, while every channel's own token is published on it.",
    schema: mingle,
    run: (params, attempt) =>
      unlessFailed(async () => {
        const channels = params.channels.map((channel) => attempt.names.of(channel));
        const crowd = attempt.clients(params.crowd);
        await openAll(crowd, attempt);
        let isOver = false;
        const published = (async () => {
          while (!isOver) await publishTokens(channels, attempt);
        })();
        try {
          await all(crowd.map((client, index) =>
            visit(
              client,
              channels,
              params.moves[attempt.depth],
              attempt.random(`${index}`),
              attempt,
            )
          ));
        } finally {
          isOver = true;
          await published;
        }
        // Whoever was always elsewhere until now hears one at least.
        await publishTokens(channels, attempt);
        return done();
      }),
  }),
  clientVerb({
    name: "hearsOnlyItsOwn",
    summary: "Every token it received was of a channel it was subscribed to at the time.",
    schema: hearsOnlyItsOwn,
    premises: () => [...PUBLISHING, ...delivery("Token")],
    run: async (params, client, attempt) => {
      const channels = params.hearsOnlyItsOwn.map((channel) => attempt.names.of(channel));
      await fenceApi(attempt, client);
      return done([], { channels });
    },
    judge: (_told, view) => judgeTokens(view),
  }),
];
