/** Runs a load plan with k6 and this project's extension, which `deno task k6:build` builds. */
import { join } from "@std/path";
import { TextLineStream } from "@std/streams";
import { isRecord, readJson } from "../../wire/frame.ts";
import { CannotRun, type Engine, type EngineRun, requireClients } from "../engine.ts";
import { merge } from "../merge.ts";
import { type LoadMeasurements, measurementsSchema } from "../../record/load/measurements.ts";
import type { LoadPlan } from "../../record/load/plan.ts";

const script = new URL("run.ts", import.meta.url);
const binary = new URL("../../../.cache/k6/k6", import.meta.url);

/** The last of k6's own messages that are kept. */
const MESSAGES = 20;

/** What k6 puts around the reason for which a script has stopped it. */
const ABORTED = /^test aborted:\s*|\s+at \S+ \(file:.*$/g;

/** Beyond the plan's own ramp, until processes that begin together begin: k6 has to start, too. */
const HEAD_START = { factor: 1.25, ms: 3000 };

/** `k6 run`, its plan and its measurements in the run's folder; several share the plan between them. */
export const k6: Engine = async (plan, run) => {
  await built();
  await Deno.mkdir(run.out, { recursive: true });
  const planFile = join(run.out, "plan.json");
  await Deno.writeTextFile(planFile, JSON.stringify(plan));
  const { processes = 1 } = run;
  // One that fails ends the others: what they measure is no run.
  const failed = new AbortController();
  const signal = AbortSignal.any([run.signal, failed.signal]);
  const start = processes === 1 ? undefined : Date.now() + headStartMs(plan);
  const ends = await Promise.allSettled(
    segments(processes).map((segment, index) =>
      part({ ...run, signal, planFile, segment, start, index }).catch((error) => {
        failed.abort();
        throw error;
      })
    ),
  );
  const parts = ends.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
  const [only] = parts;
  const measurements = parts.length === 1 && only ? only : merge(parts);
  requireClients(measurements, run.signal);
  return measurements;
};

/** How long after now the first phase begins in every process: their ramps are over by then. */
function headStartMs({ clients }: LoadPlan): number {
  const ramp = Math.max(0, ...clients.map(({ count, perSecond }) => count / perSecond));
  return ramp * 1000 * HEAD_START.factor + HEAD_START.ms;
}

/** What tells each process which of so many it is. */
function segments(processes: number): string[][] {
  if (processes === 1) return [[]];
  const ends = Array.from(
    { length: processes + 1 },
    (_, n) => n === 0 || n === processes ? String(n / processes) : `${n}/${processes}`,
  );
  return Array.from({ length: processes }, (_, n) => [
    ...["--execution-segment", `${ends[n]}:${ends[n + 1]}`],
    ...["--execution-segment-sequence", ends.join(), "-e", `SEGMENTS=${processes}`],
  ]);
}

interface Part extends EngineRun {
  readonly planFile: string;
  readonly segment: readonly string[];
  readonly index: number;
  /** When the first phase begins, in milliseconds since 1970; as soon as all are there without it. */
  readonly start: number | undefined;
}

/** One process, to its end. Throws `CannotRun` where it has measured nothing. */
async function part(
  { planFile, segment, index, start, secret, session, signal, out }: Part,
): Promise<LoadMeasurements> {
  const name = segment.length === 0 ? "measurements.json" : `measurements-${index + 1}.json`;
  const measured = join(await Deno.realPath(out), name);
  // What an earlier run left must not pass for this one's.
  await Deno.remove(measured).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const child = new Deno.Command(binary.pathname, {
    args: [
      ...["run", "--quiet", "--log-format", "json", "--summary-mode=disabled", ...segment],
      ...["-e", `PLAN=${await Deno.realPath(planFile)}`, "-e", `OUT=${measured}`],
      ...(start === undefined ? [] : ["-e", `START=${start}`]),
      script.pathname,
    ],
    env: {
      PLUMBLINE_SECRET: secret,
      ...(session ? { PLUMBLINE_SESSION: JSON.stringify(session) } : {}),
      K6_NO_USAGE_REPORT: "true",
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    // A terminal's Ctrl-C goes to the whole group, and the second signal makes k6 drop everything.
    detached: true,
  }).spawn();
  const interrupt = () => child.kill("SIGINT");
  signal.addEventListener("abort", interrupt);
  if (signal.aborted) interrupt();
  const said = await messages(child.stderr);
  const { code } = await child.status;
  signal.removeEventListener("abort", interrupt);

  const measurements = await read(measured);
  // With measurements, the objectives are Plumbline's to judge: k6 has said the same by its 99.
  if (!measurements) {
    throw new CannotRun(said.at(-1) ?? `k6 ended with status ${code} and said nothing`);
  }
  return measurements;
}

/** `k6 1.8.1`, as it says itself. Throws `CannotRun` where it was not built. */
export async function k6Version(): Promise<string> {
  await built();
  const { stdout } = await new Deno.Command(binary.pathname, { args: ["version"] }).output();
  return /^k6 v?(\S+)/.exec(new TextDecoder().decode(stdout))?.[0].replace("k6 v", "k6 ") ?? "k6";
}

async function built(): Promise<void> {
  try {
    await Deno.stat(binary);
  } catch (cause) {
    throw new CannotRun(
      "there is no k6 with Plumbline's extension yet: run `deno task k6:build` (it needs Go), or leave out --engine k6",
      { cause },
    );
  }
}

/** What k6 has to say, one line of JSON each; only errors. */
async function messages(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string[]> {
  const said: string[] = [];
  const lines = stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const entry = readJson(line);
    if (!isRecord(entry)) {
      if (line.trim() !== "") said.push(line);
    } else if (entry.level === "error" && typeof entry.msg === "string") {
      said.push(entry.msg.replaceAll(ABORTED, ""));
    }
    if (said.length > MESSAGES) said.shift();
  }
  return said;
}

/** Throws `CannotRun` where a k6 of another version of Plumbline has written it. */
async function read(file: string): Promise<LoadMeasurements | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const { data, error: cause } = measurementsSchema.safeParse(readJson(text));
  if (data) return data;
  throw new CannotRun(
    "k6 has measured what this version of Plumbline does not read: run `deno task k6:build` again",
    { cause },
  );
}
