/** Clients that vanish in the middle of something, with a TCP reset and no farewell. */
import { z } from "zod";
import { delay } from "@std/async";
import { clientVerb, deadline, done, type Verb } from "../engine/verb.ts";
import { arrivals } from "../record/frames.ts";
import type { Story } from "../engine/attempt.ts";
import { dial } from "./connect.ts";
import { dialUntilGreeted } from "../workloads/quota.ts";
import { ask } from "./subscribe.ts";

const vanishes = z.strictObject({
  vanishes: z.enum(["handshake", "greeting", "subscribe"]).describe("in the middle of what"),
  on: z.string().describe("the channel it asks for, where it comes so far"),
});

/** A few milliseconds more every time, so that rounds cut at different points of the server's work. */
const spreadMs = (story: Story): number => story.nextNumber() % 4;

export const VANISH: readonly Verb[] = [
  clientVerb({
    name: "vanishes",
    summary:
      "Connects and is gone again in the middle of the handshake, the greeting or a subscribe.",
    schema: vanishes,
    run: async (told, client, story) => {
      if (told.vanishes === "subscribe") {
        // Those that vanished before may still be counted for a moment: it takes patience to get in.
        if (!(await dialUntilGreeted(client, story))) {
          return deadline(arrivals(story.journal.events, client.name, client.since));
        }
        ask(told.on, {}, client, story);
      } else dial({}, client, story);
      if (told.vanishes === "greeting") {
        await client.until(({ kind }) => kind === "open" || kind === "closed", story.deadlineMs);
      }
      if (told.vanishes !== "greeting") await delay(spreadMs(story));
      story.journal.add({ kind: "fault", what: `${client.socket} resets its connection` });
      client.line?.reset();
      return done();
    },
  }),
];
