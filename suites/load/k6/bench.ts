/**
 * How much of what k6 with the extension reports is its own weight: beside a bare receive loop in
 * Go, on the same servers, by turns; medians of several rounds.
 *
 *     deno task bench:k6 [connections] [rounds]
 */
import { fromFileUrl, join } from "@std/path";
import { TextLineStream } from "@std/streams";
import type { LoadMeasurements } from "../measurements.ts";
import type { LoadPlan } from "../plan.ts";

const [connections = 10_000, rounds = 3] = Deno.args.map(Number);
const RATE = 2;
const SECONDS = 10;
const WARM_UP = 2;

const here = fromFileUrl(new URL(".", import.meta.url));
const cache = join(here, "..", "..", "..", ".cache", "k6");
const folder = await Deno.makeTempDir({ prefix: "plumbline-bench-" });

/** One generator's figures; both count CPU from the first event after warm-up. */
interface Figures {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds. */
  readonly cpuPerDelivery: number;
  /** Megabytes. */
  readonly rss: number;
}

async function output(command: string, args: string[], env: Record<string, string> = {}) {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, env, cwd: here })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr) || `${command} failed`);
  return new TextDecoder().decode(stdout);
}

/** Starts a server that prints where it listens. */
async function serve(command: string, args: string[], env: Record<string, string> = {}) {
  const child = new Deno.Command(command, { args, env, cwd: here, stdout: "piped" }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines.values({ preventCancel: true })) {
    const { port } = JSON.parse(line).listening;
    return { child, address: `127.0.0.1:${port}` };
  }
  throw new Error(`${command} did not listen`);
}

async function floor(address: string): Promise<Figures> {
  return JSON.parse(
    await output(join(cache, "receive"), [
      `-url=ws://${address}`,
      `-connections=${connections}`,
      `-rate=${RATE}`,
      `-seconds=${SECONDS}`,
    ]),
  );
}

async function k6(address: string): Promise<Figures> {
  const plan: LoadPlan = {
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
      { name: "warm-up", seconds: WARM_UP, rate: 1, measured: false },
      { name: "measured", seconds: SECONDS, rate: 1, measured: true },
    ],
    settleMs: 10_000,
    // Only what has a threshold is in k6's summary.
    objectives: [
      { metric: "delivered", operation: "==", value: 1 },
      ...[0.5, 0.99].map((quantile) => ({
        metric: "delivery",
        quantile,
        operation: "<" as const,
        value: 60_000,
      })),
    ],
  };
  const [planFile, out, summary] = ["plan", "out", "summary"].map((name) =>
    join(folder, `${name}.json`)
  ) as [string, string, string]; // three names, three files
  await Deno.writeTextFile(planFile, JSON.stringify(plan));
  const script = join(here, "run.ts");
  await output(
    join(cache, "k6"),
    [
      "run",
      "--quiet",
      "--summary-export",
      summary,
      "-e",
      `PLAN=${planFile}`,
      "-e",
      `OUT=${out}`,
      script,
    ],
    { PLUMBLINE_SECRET: "app-secret", K6_NO_USAGE_REPORT: "true" },
  );
  const { metrics } = JSON.parse(await Deno.readTextFile(summary));
  const measured: LoadMeasurements = JSON.parse(await Deno.readTextFile(out));
  // Whole seconds of the phase: not those in which it began and ended.
  const seconds = measured.intervals.filter(({ phase }) => phase === "measured").slice(1, -1);
  const sum = (of: (second: typeof seconds[number]) => number) =>
    seconds.reduce((total, second) => total + of(second), 0);
  return {
    p50: metrics["pusher_delivery{scope:run,quantile:p50}"].value,
    p99: metrics["pusher_delivery{scope:run,quantile:p99}"].value,
    cpuPerDelivery: sum(({ cpu }) => cpu) * 1e6 / sum(({ delivered }) => delivered),
    rss: measured.generator.maxRss / 2 ** 20,
  };
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function show(name: string, all: readonly Figures[]): void {
  const of = (key: keyof Figures) => median(all.map((figures) => figures[key]));
  console.log(
    `  ${name.padEnd(18)} p50 ${of("p50").toFixed(0)} ms  p99 ${of("p99").toFixed(0)} ms  ` +
      `CPU ${of("cpuPerDelivery").toFixed(1)} µs a delivery  ${of("rss").toFixed(0)} MB`,
  );
}

await output("go", ["build", "-o", cache + "/", "./floor/..."]);
await output("go", ["build", "-trimpath", "-ldflags=-s -w", "-o", join(cache, "k6"), "."]);
console.log(
  `${connections} subscribers, ${RATE} events a second, ${SECONDS} s, medians of ${rounds} rounds by turns`,
);
for (
  const [name, command, args] of [
    ["reference server", Deno.execPath(), ["task", "--quiet", "serve"]],
    ["write(2) loop", join(cache, "broadcast"), []],
  ] as const
) {
  const { child, address } = await serve(command, [...args], { REVERB_SERVER_PORT: "0" });
  const floors: Figures[] = [], engines: Figures[] = [];
  for (let round = 0; round < rounds; round++) {
    floors.push(await floor(address));
    engines.push(await k6(address));
  }
  child.kill();
  await child.status;
  const p99 = (all: readonly Figures[]) => median(all.map((figures) => figures.p99));
  const ratio = p99(engines) / p99(floors);
  console.log(`${name}: p99 of k6 / of the bare loop ${ratio.toFixed(2)}`);
  show("bare receive loop", floors);
  show("k6, extension", engines);
}
await Deno.remove(folder, { recursive: true });
