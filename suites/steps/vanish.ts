/** Clients that vanish in the middle of something, with a TCP reset and no farewell. */
import { z } from "zod";
import { delay } from "@std/async";
import { clientVerb, deadline, done, type Verb } from "../engine/verb.ts";
import { arrivals } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import { dial, dialUntilGreeted } from "./connect.ts";
import { ask } from "./subscribe.ts";

const vanishes = z.strictObject({
  vanishes: z.enum(["handshake", "greeting", "subscribe"]).describe("in the middle of what"),
  on: z.string().describe("the channel it asks for, where it comes so far"),
});

/** A few milliseconds more every time, so that rounds cut at different points of the server's work. */
const spreadMs = (attempt: Attempt): number => attempt.nextNumber() % 4;

export const VANISH: readonly Verb[] = [
  clientVerb({
    name: "vanishes",
    summary:
      "Connects and is gone again in the middle of the handshake, the greeting or a subscribe.",
    schema: vanishes,
    asks: () => ({ connections: 1 }),
    run: async (params, client, attempt) => {
      if (params.vanishes === "subscribe") {
        // Those that vanished before may still be counted for a moment: it takes patience to get in.
        if (!(await dialUntilGreeted(client, attempt))) {
          return deadline(arrivals(attempt.log.events, client.name, client.since));
        }
        ask(params.on, {}, client, attempt);
      } else dial({}, client, attempt);
      if (params.vanishes === "greeting") {
        await client.until(({ kind }) => kind === "open" || kind === "closed", attempt.deadlineMs);
      }
      if (params.vanishes !== "greeting") await delay(spreadMs(attempt));
      attempt.log.add({
        kind: "fault",
        of: client.socket,
        what: `${client.socket} resets its connection`,
      });
      client.line?.reset();
      return done();
    },
  }),
];
