/** Clients that vanish in the middle of something, with a TCP reset and no farewell. */
import { z } from "zod";
import { delay } from "@std/async";
import { broken, clientVerb, done, type Verb } from "../language/verb.ts";
import type { Client } from "../engine/client.ts";
import type { Story } from "../engine/story.ts";
import { signChannel } from "../wire/signature.ts";
import { dial, establish } from "./connect.ts";
import { channelDataOf } from "./subscribe.ts";

const vanishes = z.strictObject({
  vanishes: z.enum(["handshake", "greeting", "subscribe"]).describe("in the middle of what"),
  on: z.string().optional().describe("the channel, where it vanishes while it subscribes"),
});

/** A few milliseconds more every time, so that rounds cut at different points of the server's work. */
const spreadMs = (story: Story): number => story.nextNumber() % 4;

function ask(channel: string, client: Client, story: Story): void {
  const isPresence = channel.startsWith("presence-");
  const channel_data = isPresence ? channelDataOf(story, client) : undefined;
  const isGuarded = isPresence || channel.startsWith("private-");
  client.send({
    event: "pusher:subscribe",
    data: {
      channel,
      ...(isGuarded
        ? { auth: signChannel(client.app, client.socketId ?? "", channel, channel_data) }
        : {}),
      ...(channel_data === undefined ? {} : { channel_data }),
    },
  });
}

export const VANISH: readonly Verb[] = [
  clientVerb({
    name: "vanishes",
    summary:
      "Connects and is gone again in the middle of the handshake, the greeting or a subscribe.",
    schema: vanishes,
    run: async (told, client, story) => {
      dial({}, client, story);
      if (told.vanishes === "greeting") {
        await client.until(({ kind }) => kind === "open" || kind === "closed", story.deadlineMs);
      }
      if (told.vanishes === "subscribe") {
        const outcome = await establish(client, story);
        if (outcome.outcome !== "done") return outcome;
        if (told.on === undefined) return broken("no channel was named to vanish from");
        ask(story.names.of(told.on), client, story);
      }
      if (told.vanishes !== "greeting") await delay(spreadMs(story));
      story.journal.add({ kind: "fault", what: `${client.socket} resets its connection` });
      client.line?.reset();
      return done();
    },
  }),
];
