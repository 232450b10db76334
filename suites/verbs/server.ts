/** The server process itself, where Plumbline started it. */
import { z } from "zod";
import { delay } from "@std/async";
import { broken, deadline, done, storyVerb, type Verb } from "../language/verb.ts";

const server = z.strictObject({
  server: z.enum(["stops"]).describe("stops: it is asked to end, with SIGTERM"),
});

export const SERVER: readonly Verb[] = [
  storyVerb({
    name: "server",
    summary: "Asks the story's own server to shut down, and waits until it has or will not.",
    schema: server,
    run: async (_told, { target, deadlineMs }) => {
      if (!target.server) return broken("Plumbline did not start this server");
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
