/**
 * Nodes that are restarted one after the other, as a deployment does, while events are published and
 * every client that is sent away comes back to another node.
 *
 *     - server: { rolling: restart, on: ticks, event: Tick, to: [crowd] }
 *     - crowd: { receivesSequence: ticks, event: Tick, outage: once while there, checks: P-336 }
 */
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import { delay } from "@std/async";
import { CannotStart } from "../../targets/start.ts";
import type { Client } from "../client/client.ts";
import type { Attempt } from "../engine/attempt.ts";
import { isAccepted } from "../engine/publish.ts";
import { broken, deadline, done, scenarioVerb, type Verb } from "../engine/verb.ts";
import { comeBack } from "./outage.ts";

const rolling = z.strictObject({
  rolling: z.literal("restart"),
  on: z.string().describe("the channel that the clients are in"),
  event: z.string().describe("what is published meanwhile, with numbers from 1"),
  to: z.array(clientName("a client")).min(1).describe(
    "the clients, who come back whenever they are sent away",
  ),
});

/** Between the answer to one event and the next: a load that any server carries. */
const PACE_MS = 20;
/** Events that are accepted before a node is told to end, and after the last has come back. */
const BETWEEN = 20;

/** Clients that come back until `stop`; `areIn` settles once all are there, or false at the deadline. */
function keepIn(clients: readonly Client[], channel: string, attempt: Attempt) {
  const { log, deadlineMs } = attempt;
  const away = new Set<Client>();
  let isOver = false;
  const lives = clients.map(async (client) => {
    while (!isOver) {
      // Whatever happens wakes it, and it looks again.
      await log.until(() => isOver || !client.isOpen, {
        from: Infinity,
        deadlineMs: 2 * deadlineMs,
      });
      if (isOver || client.isOpen) continue;
      away.add(client);
      if (!await comeBack(client, channel, attempt)) return;
      away.delete(client);
      log.add({ kind: "note", text: `${client.name} is back` });
    }
  });
  const nobodyIsAway = () => clients.every((client) => client.isOpen && !away.has(client));
  return {
    async areIn(): Promise<boolean> {
      if (nobodyIsAway()) return true;
      await log.until(nobodyIsAway, { from: Infinity, deadlineMs: 2 * deadlineMs });
      return nobodyIsAway();
    },
    async stop(): Promise<void> {
      isOver = true;
      log.add({ kind: "note", text: "all nodes were restarted" });
      await Promise.all(lives);
    },
  };
}

/** Publishes numbered events, one after the other, until `stop`. */
function keepPublishing(event: string, channel: string, attempt: Attempt) {
  let accepted = 0;
  let isOver = false;
  const publishing = (async () => {
    for (let n = 1; !isOver; n++) {
      const body = { name: event, channel, data: JSON.stringify({ n }) };
      if (isAccepted(await attempt.call({ method: "POST", path: "/events", body }))) accepted += 1;
      await delay(PACE_MS);
    }
  })();
  return {
    /** Settles when so many more were accepted, or never will be; false then. */
    async more(count: number): Promise<boolean> {
      const wanted = accepted + count;
      const { log, deadlineMs } = attempt;
      await log.until(() => accepted >= wanted, { from: Infinity, deadlineMs: 2 * deadlineMs });
      return accepted >= wanted;
    },
    async stop(): Promise<void> {
      isOver = true;
      await publishing;
    },
  };
}

export const ROLLING_RESTART: readonly Verb[] = [
  scenarioVerb({
    name: "server",
    form: "rolling",
    summary:
      "Restarts the nodes of the scenario's own server one after the other, with SIGTERM, while events are published; goes on with the next when everybody is back.",
    schema: rolling,
    asks: ({ to }) => ({ messages: 100, connections: Array.isArray(to) ? to.length : 1 }),
    run: async ({ on, event, to }, attempt) => {
      const { server } = attempt.target;
      const nodes = server?.nodes ?? [];
      if (nodes.length < 2) return broken("Plumbline started no server of several nodes");
      const channel = attempt.names.of(on);
      const clients = to.flatMap((name) => attempt.clients(name));
      const crowd = keepIn(clients, channel, attempt);
      const load = keepPublishing(event, channel, attempt);
      const areIn = async () => await crowd.areIn() && await load.more(BETWEEN);
      const restartAll = async () => {
        for (const [n, node] of nodes.entries()) {
          if (!await areIn()) return deadline(`not all were back before node ${n + 1} was to end`);
          const detail = `node ${n + 1}: asked to end`;
          attempt.log.add({ kind: "server", what: "faulted", detail });
          await node.restart();
        }
        return await areIn() ? done() : deadline("not all came back after the last node");
      };
      try {
        return await restartAll();
      } catch (error) {
        if (error instanceof CannotStart) return broken(error.message);
        throw error;
      } finally {
        await Promise.all([crowd.stop(), load.stop()]);
      }
    },
  }),
];
