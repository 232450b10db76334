/** The server process itself, and the application's line to it, where Plumbline started them. */
import { z } from "zod";
import { deadline, delay } from "@std/async";
import { duration } from "../language/duration.ts";
import { broken, done, scenarioVerb, type Verb } from "../engine/verb.ts";
import { befall, FAULTS, isOfPart } from "./node_faults.ts";

const server = z.strictObject({
  is: z.enum(["stopped", "restarted", "down", "up", ...FAULTS]).describe(
    "stopped: it is asked to end, with SIGTERM; restarted: it is killed, and started again at its " +
      "address; down: it is ended until it is up again; the others are faults between nodes: frozen " +
      "and thawed, or the path from a node to the broker slow, half-open (what is sent on open lines " +
      "is swallowed) or partitioned (every line is reset), and healed",
  ),
  for: z.literal("application").optional().describe(
    "down or up to the application alone: what it sends is reset, and clients notice nothing",
  ),
  node: z.number().int().min(1).optional().describe(
    "down: this node alone is killed; frozen, thawed: this one; of the path to the broker: this " +
      "one's, and every node's without it",
  ),
  by: duration.optional().describe("slow: how much longer all takes, each way, such as 100ms"),
  service: z.string().min(1).optional().describe(
    "restarted: the container of this name that the server stands on, and not the server",
  ),
  triedInVain: z.number().int().min(1).optional().describe(
    "up to the application only once it has tried so often in vain, or the deadline is over",
  ),
});

async function refusals(line: { refusal(): Promise<void> }, times: number): Promise<void> {
  for (let left = times; left > 0; left--) await line.refusal();
}

export const SERVER: readonly Verb[] = [
  scenarioVerb({
    name: "server",
    bare: "is",
    summary: "Ends the scenario's own server, and waits until it has ended or is back.",
    schema: server,
    asks: ({ is, for: whom }) => ({ restarts: whom === undefined && is !== "up" ? 1 : 0 }),
    run: async (params, { target, log, deadlineMs }) => {
      const { is, for: whom, triedInVain } = params;
      if (isOfPart(params)) return await befall(params, target.server, log);
      if (whom === "application") {
        const line = target.application?.line;
        if (!line) return broken("Plumbline started no application for this scenario alone");
        if (is !== "down" && is !== "up") return broken("to the application it is down or up");
        // After the deadline it is up all the same: what was to be sent is then looked for.
        await deadline(refusals(line, triedInVain ?? 0), deadlineMs).catch(() => {});
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
