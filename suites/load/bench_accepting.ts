/**
 * How many connections a second a server takes, and what CPU each costs it until it is greeted and
 * until it has gone: ten thousand are opened as fast as they are taken, then all leave at once. One
 * server after the other, in several rounds.
 *
 *     deno task bench:accepting [rounds]
 */
import { median } from "simple-statistics";
import { install } from "../../targets/install.ts";
import { startServer } from "../../targets/start.ts";
import type { Target } from "../../targets/target.ts";
import { allProcesses, units } from "../resources/proc.ts";
import { ticksBetween, treeOf } from "../resources/process_tree.ts";
import { buildPrograms, output, programPath } from "./bench_programs.ts";
import { FLOOR, servers, SOKETI } from "./bench_targets.ts";

/** Opened one after the other, 64 at a time. */
export const CONNECTIONS = 10_000;

interface Accepting {
  /** Connections greeted a second. */
  readonly perSecond: number;
  /** Microseconds of CPU of the server, from a connection's beginning to its end. */
  readonly cpu: number;
}

/** Starts the server, opens and closes all connections twice, and tells of the second time. */
export async function accepting(target: Target): Promise<Accepting> {
  const server = await startServer(target, "http://127.0.0.1:9/nobody");
  const { host, port } = server.endpoints.websocket;
  const connect = () =>
    output(programPath("connect"), [
      `-url=ws://${host}:${port}`,
      `-key=${target.apps.main.key}`,
      `-connections=${CONNECTIONS}`,
    ]);
  const used = async () => {
    const all = await allProcesses();
    return treeOf(all, server.pid, new Map());
  };
  await connect(); // the first time, code is compiled
  const before = await used();
  const { perSecond } = JSON.parse(await connect());
  const { ticks } = await units();
  const cpu = ticksBetween(before, await used()) / ticks / CONNECTIONS * 1e6;
  await server.stop();
  return { perSecond, cpu };
}

if (import.meta.main) {
  const [rounds = "3"] = Deno.args;
  await buildPrograms();
  const figures = new Map<string, Accepting[]>();
  for (const [name, target] of Object.entries(servers)) {
    await install(target);
    figures.set(name, []);
  }
  for (let round = 1; round <= Number(rounds); round++) {
    for (const [name, target] of Object.entries(servers)) {
      figures.get(name)?.push(await accepting(target));
    }
    console.error(`round ${round} of ${rounds}`);
  }

  const of = (name: string, key: keyof Accepting) =>
    (figures.get(name) ?? []).map((round) => round[key]);
  /** The median of each round's ratio: what else the machine did weighs on both. */
  const ratio = (name: string, to: string, key: keyof Accepting) => {
    const others = of(to, key);
    return median(of(name, key).map((value, round) => value / (others[round] ?? NaN))).toFixed(2);
  };
  console.log(
    `${CONNECTIONS} connections as fast as they are taken; medians of ${rounds} rounds by turns, ` +
      `${navigator.hardwareConcurrency} cores, load ${Deno.loadavg()[0]?.toFixed(1)} at the end`,
  );
  for (const name of figures.keys()) {
    console.log([
      name.padEnd(20),
      `${median(of(name, "perSecond")).toFixed(0)} a second`,
      `(×${ratio(name, SOKETI, "perSecond")} of soketi's)`,
      `${median(of(name, "cpu")).toFixed(0)} µs of CPU each, to its end`,
      `(×${ratio(name, FLOOR, "cpu")} of the loop's)`,
    ].join("  "));
  }
}
