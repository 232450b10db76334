/**
 * How much of what the engines report is their own weight: k6 with the extension and the embedded
 * engine beside a bare receive loop in Go, on the same servers, by turns; medians of several rounds.
 *
 * Server and generator have cores of their own. Where they share all, which of them the kernel lets
 * run when both could makes up to a third of every figure, and differs from one run to the next.
 *
 *     deno task bench:load [connections,…] [rounds]
 */
import { median } from "simple-statistics";
import { fromFileUrl } from "@std/path";
import { TextLineStream } from "@std/streams";
import { buildPrograms, output, programPath } from "./bench_programs.ts";
import { beyondBound } from "./embedded/bound.ts";
import { embedded } from "./embedded/embedded_engine.ts";
import type { Engine } from "./engine.ts";
import { decodeHistogram, quantileOf } from "../record/load/histogram.ts";
import { k6 } from "./k6/k6_engine.ts";
import type { LoadPlan } from "../record/load/plan.ts";

const [sizes = "2000,10000", rounds = "3"] = Deno.args;
const RATE = 2;
const SECONDS = 10;

const root = fromFileUrl(new URL("../../", import.meta.url));

/** The machine's cores in two halves, as `taskset` wants them; alike where there is but one. */
const { hardwareConcurrency: cores } = navigator;
const half = Math.max(1, Math.floor(cores / 2));
const SERVER = `0-${half - 1}`, GENERATOR = `${Math.min(half, cores - 1)}-${cores - 1}`;

/** One generator's figures; all count CPU from the first event after warm-up. */
interface Figures {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds. */
  readonly cpuPerDelivery: number;
  /** Megabytes. */
  readonly rss: number;
}

type Generator = (address: string, connections: number) => Promise<Figures>;

/** Starts a server that prints where it listens. */
async function serve(command: string, args: readonly string[]) {
  const env = { REVERB_SERVER_PORT: "0" };
  const child = new Deno.Command("taskset", {
    args: ["-c", SERVER, command, ...args],
    cwd: root,
    env,
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines.values({ preventCancel: true })) {
    const { port } = JSON.parse(line).listening;
    return { child, address: `127.0.0.1:${port}` };
  }
  throw new Error(`${command} did not listen`);
}

const floor: Generator = async (address, connections) =>
  JSON.parse(
    await output(programPath("receive"), [
      `-url=ws://${address}`,
      `-connections=${connections}`,
      `-rate=${RATE}`,
      `-seconds=${SECONDS}`,
    ]),
  );

function planOf(address: string, connections: number): LoadPlan {
  return {
    version: 1,
    target: {
      websocket: `ws://${address}`,
      api: `http://${address}`,
      appId: "app-id",
      key: "app-key",
    },
    channels: ["private-floor"],
    clients: [{ name: "subscribers", count: connections, perSecond: 2000, channels: [[0]] }],
    publishers: [{ event: "tick", perSecond: RATE, channels: [0], bytes: 200 }],
    phases: [
      { name: "warm-up", seconds: 2, rate: 1, measured: false },
      { name: "measured", seconds: SECONDS, rate: 1, measured: true },
    ],
    settleMs: 10_000,
  };
}

const by = (engine: Engine): Generator => async (address, connections) => {
  const out = await Deno.makeTempDir({ prefix: "plumbline-bench-" });
  const { signal } = new AbortController();
  const measured = await engine(planOf(address, connections), {
    secret: "app-secret",
    signal,
    out,
  });
  await Deno.remove(out, { recursive: true });
  const { counts, latencies } = measured.phases.at(-1) ?? { counts: undefined, latencies: {} };
  if (!counts || counts.delivered < counts.expected) {
    throw new Error(`${counts?.delivered} of ${counts?.expected} deliveries came`);
  }
  const delivery = decodeHistogram(latencies.delivery ?? "");
  // Whole seconds of the phase: not those in which it began and ended.
  const seconds = measured.intervals.filter(({ phase }) => phase === "measured").slice(1, -1);
  const sum = (of: (second: typeof seconds[number]) => number) =>
    seconds.reduce((total, second) => total + of(second), 0);
  return {
    p50: quantileOf(delivery, 0.5) / 1000,
    p99: quantileOf(delivery, 0.99) / 1000,
    cpuPerDelivery: sum(({ cpu }) => cpu) * 1e6 / sum(({ delivered }) => delivered),
    rss: measured.generator.maxRss / 2 ** 20,
  };
};

const GENERATORS: Readonly<Record<string, Generator>> = {
  "bare receive loop": floor,
  "k6, extension": by(k6),
  "embedded": by(embedded),
};

function show(name: string, all: readonly Figures[], floors: readonly Figures[]): void {
  const of = (key: keyof Figures) => median(all.map((figures) => figures[key]));
  // Each round's own floor: what else the machine does weighs on both.
  const ratio = (key: "p50" | "p99") =>
    median(all.map((figures, round) => figures[key] / (floors[round]?.[key] ?? NaN))).toFixed(2);
  console.log(
    `  ${name.padEnd(18)} p50 ${of("p50").toFixed(0)} ms (×${ratio("p50")})  ` +
      `p99 ${of("p99").toFixed(0)} ms (×${ratio("p99")})  ` +
      `CPU ${of("cpuPerDelivery").toFixed(1)} µs a delivery  ${of("rss").toFixed(0)} MB`,
  );
}

await buildPrograms();
// What this process starts, all generators among it, inherits its cores.
await output("taskset", ["-a", "-c", "-p", GENERATOR, String(Deno.pid)]);
console.log(
  `${RATE} events a second for ${SECONDS} s, medians of ${rounds} rounds by turns, ` +
    `the server on cores ${SERVER}, the generator on ${GENERATOR} of ${cores}; ` +
    "× is to the bare loop's of the same round",
);
for (
  const [name, command, args] of [
    ["reference server", Deno.execPath(), ["task", "--quiet", "serve"]],
    ["write(2) loop", programPath("broadcast"), []],
  ] as const
) {
  for (const connections of sizes.split(",").map(Number)) {
    const { child, address } = await serve(command, args);
    const figures = new Map(Object.keys(GENERATORS).map((name) => [name, [] as Figures[]]));
    for (let round = 0; round < Number(rounds); round++) {
      for (const [name, generate] of Object.entries(GENERATORS)) {
        figures.get(name)?.push(await generate(address, connections));
      }
    }
    child.kill();
    await child.status;
    const bound = beyondBound(planOf(address, connections)) ? ", past the embedded bound" : "";
    console.log(`${connections} subscribers on the ${name}${bound}`);
    const [floors = []] = figures.values();
    for (const [name, all] of figures) show(name, all, floors);
  }
}
