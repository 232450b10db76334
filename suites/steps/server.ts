/** The server process itself, where Plumbline started it. */
import { z } from "zod";
import { delay } from "@std/async";
import { broken, deadline, done, scenarioVerb, type Verb } from "../engine/verb.ts";

const server = z.strictObject({
  server: z.enum(["stops", "restarts"]).describe(
    "stops: it is asked to end, with SIGTERM; restarts: it is killed, and started again at its address",
  ),
});

export const SERVER: readonly Verb[] = [
  scenarioVerb({
    name: "server",
    summary: "Ends the scenario's own server, and waits until it has ended or is back.",
    schema: server,
    run: async ({ server }, { target, deadlineMs }) => {
      if (!target.server) return broken("Plumbline did not start this server");
      if (server === "restarts") {
        await target.server.stop("SIGKILL");
        await target.server.startAgain();
        return done();
      }
      const how = await Promise.race([
        target.server.stop("SIGTERM").then(() => "ended" as const),
        delay(deadlineMs).then(() => "lingers" as const),
      ]);
      // What its clients saw is judged either way; a server that lingers is ended afterwards.
      return how === "ended"
        ? done()
        : deadline(`it did not end on SIGTERM within ${deadlineMs} ms`);
    },
  }),
];
