/**
 * The embedded engine: runs a load plan in a Deno process of its own, with nothing to install.
 *
 * A process, and not a worker of this one: in a worker, by turns with a process's main thread, it
 * took 12.6 µs of CPU a delivery against 11.6, and its timers woke it 8 ms late against 2.5 (medians
 * of four rounds, 10,000 subscribers, two busy cores). Its CPU and memory are then its own, too.
 */
import { fromFileUrl, join } from "@std/path";
import { TextLineStream } from "@std/streams";
import { CannotRun, type Engine, type EngineRun, requireClients } from "../engine.ts";
import type { LoadMeasurements } from "../../record/load/measurements.ts";
import type { LoadPlan } from "../../record/load/plan.ts";
import type { Interval } from "./collect.ts";
import { obstacle } from "./limits.ts";

/** What is to be run: the first line that the process reads. The end of its input interrupts it. */
export interface Order extends Pick<EngineRun, "secret" | "session"> {
  readonly plan: LoadPlan;
}

/** What the process writes, a line each. */
export type Message =
  | { readonly kind: "interval"; readonly interval: Interval }
  | { readonly kind: "measured"; readonly measurements: LoadMeasurements };

const root = fromFileUrl(new URL("../../..", import.meta.url));
const LAST_WORDS = 2000;

export const embedded: Engine = async (plan, { secret, session, signal, onInterval }) => {
  const problem = await obstacle(plan);
  if (problem) throw new CannotRun(problem);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      // Deno looks for none by itself below node_modules, where the npm package lies.
      `--config=${join(root, "deno.json")}`,
      "--allow-net",
      "--allow-env",
      fromFileUrl(new URL("process.ts", import.meta.url)),
    ],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  const interrupt = () => void input.close().catch(() => {}); // it may have ended already
  const order: Order = { plan, secret, ...(session ? { session } : {}) };
  const stderr = new Response(child.stderr).text();
  signal.addEventListener("abort", interrupt);
  try {
    const line = new TextEncoder().encode(`${JSON.stringify(order)}\n`);
    await input.write(line).catch(() => {}); // one that has died says why on its way out
    if (signal.aborted) interrupt();
    const measurements = await read(child.stdout, onInterval);
    if (!measurements) {
      throw new Error(`the load process has failed: ${(await stderr).slice(-LAST_WORDS).trim()}`);
    }
    requireClients(measurements, signal);
    return measurements;
  } finally {
    signal.removeEventListener("abort", interrupt);
    if (!signal.aborted) interrupt();
    await child.status;
    await stderr;
  }
};

async function read(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
  onInterval: EngineRun["onInterval"],
): Promise<LoadMeasurements | undefined> {
  let measured: LoadMeasurements | undefined;
  const lines = stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const message: Message = JSON.parse(line); // our own process's
    if (message.kind === "interval") onInterval?.(message.interval);
    else measured = message.measurements;
  }
  return measured;
}
