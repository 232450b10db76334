/** The server process itself, and the application's line to it, where Plumbline started them. */
import { z } from "zod";
import { delay } from "@std/async";
import { broken, done, scenarioVerb, type Verb } from "../engine/verb.ts";

const server = z.strictObject({
  is: z.enum(["stopped", "restarted", "down", "up"]).describe(
    "stopped: it is asked to end, with SIGTERM; restarted: it is killed, and started again at its " +
      "address; down: it is ended until it is up again",
  ),
  for: z.literal("application").optional().describe(
    "down or up to the application alone: what it sends is reset, and clients notice nothing",
  ),
});

export const SERVER: readonly Verb[] = [
  scenarioVerb({
    name: "server",
    bare: "is",
    summary: "Ends the scenario's own server, and waits until it has ended or is back.",
    schema: server,
    run: async ({ is, for: whom }, { target, log, deadlineMs }) => {
      if (whom === "application") {
        const line = target.application?.line;
        if (!line) return broken("Plumbline started no application for this scenario alone");
        if (is !== "down" && is !== "up") return broken("to the application it is down or up");
        if (is === "down") line.cut();
        else line.mend();
        log.add({ kind: "note", text: `to the application the server is ${is}` });
        return done();
      }
      if (!target.server) return broken("Plumbline did not start this server");
      if (is === "down" || is === "up") {
        if (is === "down") await target.server.stop();
        else await target.server.startAgain();
        const what = is === "down" ? "stopped" : "started";
        log.add({ kind: "server", what, detail: `process ${target.server.pid}` });
        return done();
      }
      if (is === "restarted") {
        await target.server.stop("SIGKILL");
        await target.server.startAgain();
        return done();
      }
      const how = await Promise.race([
        target.server.stop("SIGTERM").then(() => "ended" as const),
        delay(deadlineMs).then(() => "lingers" as const),
      ]);
      // What its clients saw is judged either way; a server that lingers is ended afterwards.
      if (how === "lingers") {
        log.add({
          kind: "note",
          text: `the server did not end on SIGTERM within ${deadlineMs} ms`,
        });
      }
      return done();
    },
  }),
];
