/**
 * What the reference server costs beside others, and beside the least that a server can do: ten
 * thousand connections are opened as fast as it takes them, then ten thousand subscribers of one
 * channel hear two events a second, by k6. One server after the other, in several rounds.
 *
 *     deno task bench:servers [rounds]
 */
import { fromFileUrl, join } from "@std/path";
import { median } from "simple-statistics";
import { install } from "../../targets/install.ts";
import type { Target } from "../../targets/target.ts";
import { accepting, CONNECTIONS } from "./bench_accepting.ts";
import { buildPrograms } from "./bench_programs.ts";
import { FLOOR, servers, SOKETI } from "./bench_targets.ts";
import { cpuPerDelivery } from "../record/load/cpu.ts";
import { quantileOf } from "../record/load/histogram.ts";
import { runLoad } from "./load.ts";
import { loadScenario } from "./scenarios.ts";
import { countsOf, latencyOf, measuredPhases } from "../record/load/phases.ts";

const [rounds = "3"] = Deno.args;

const root = fromFileUrl(new URL("../../", import.meta.url));

/** One server's figures of one round. */
interface Figures {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds. */
  readonly cpu: number;
  /** Bytes. */
  readonly perConnection: number;
  /** Connections a second. */
  readonly accepted: number;
}

async function load(target: Target): Promise<Omit<Figures, "accepted">> {
  const out = await Deno.makeTempDir({ prefix: "plumbline-bench-" });
  const { load, resources } = await runLoad({
    root,
    scenario: await loadScenario("auction-10k", join(root, "scenarios", "load"), []),
    scale: 1,
    target,
    start: true,
    engine: "k6",
    out,
    allowGeneratorBound: true,
    signal: new AbortController().signal,
  });
  await Deno.remove(out, { recursive: true });
  const phases = measuredPhases(load.measurements);
  const { delivered, expected } = countsOf(phases);
  const delivery = latencyOf(phases, "delivery");
  if (!delivery || delivered < expected) {
    throw new Error(`${target.title}: ${delivered} of ${expected} deliveries came`);
  }
  return {
    p50: quantileOf(delivery, 0.5) / 1000,
    p99: quantileOf(delivery, 0.99) / 1000,
    cpu: (resources && cpuPerDelivery(resources, load.measurements)) ?? NaN,
    perConnection: resources?.memory.perConnection?.bytes ?? NaN,
  };
}

await buildPrograms();
for (const target of Object.values(servers)) await install(target);

const figures = new Map(Object.keys(servers).map((name) => [name, [] as Figures[]]));
for (let round = 1; round <= Number(rounds); round++) {
  for (const [name, target] of Object.entries(servers)) {
    const { perSecond } = await accepting(target);
    figures.get(name)?.push({ ...await load(target), accepted: perSecond });
    console.error(`round ${round} of ${rounds}: ${name}`);
  }
}

const middle = (name: string, key: keyof Figures) =>
  median((figures.get(name) ?? []).map((round) => round[key]));

/** The median of each round's ratio to another server's: what else the machine did weighs on both. */
const ratio = (name: string, to: string, key: keyof Figures) =>
  median(
    (figures.get(name) ?? []).map((round, index) =>
      round[key] / (figures.get(to)?.[index]?.[key] ?? NaN)
    ),
  ).toFixed(2);

console.log(
  `${CONNECTIONS} connections as fast as they are taken; 10,000 subscribers, two events a second; ` +
    `medians of ${rounds} rounds by turns, ${navigator.hardwareConcurrency} cores`,
);
for (const name of figures.keys()) {
  console.log(
    [
      name.padEnd(20),
      `p50 ${middle(name, "p50").toFixed(0)} ms`,
      `p99 ${middle(name, "p99").toFixed(0)} ms (×${ratio(name, SOKETI, "p99")} of soketi's)`,
      `${middle(name, "cpu").toFixed(1)} µs a delivery (×${
        ratio(name, FLOOR, "cpu")
      } of the loop's)`,
      `${(middle(name, "perConnection") / 1000).toFixed(1)} KB a connection`,
      `${middle(name, "accepted").toFixed(0)} accepted a second`,
    ].join("  "),
  );
}
