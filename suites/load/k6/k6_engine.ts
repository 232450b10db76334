/** Runs a load plan with k6 and this project's extension, which `deno task k6:build` builds. */
import { join } from "@std/path";
import { TextLineStream } from "@std/streams";
import { isRecord, readJson } from "../../wire/frame.ts";
import { CannotRun, type Engine, requireClients } from "../engine.ts";
import { type LoadMeasurements, measurementsSchema } from "../../record/load/measurements.ts";

const script = new URL("run.ts", import.meta.url);
const binary = new URL("../../../.cache/k6/k6", import.meta.url);

/** The last of k6's own messages that are kept. */
const MESSAGES = 20;

/** What k6 puts around the reason for which a script has stopped it. */
const ABORTED = /^test aborted:\s*|\s+at \S+ \(file:.*$/g;

/** `k6 run`, its plan and its measurements in the run's folder. */
export const k6: Engine = async (plan, { secret, session, signal, out }) => {
  await built();
  await Deno.mkdir(out, { recursive: true });
  const planFile = join(out, "plan.json");
  const measured = join(out, "measurements.json");
  await Deno.writeTextFile(planFile, JSON.stringify(plan));
  // What an earlier run left must not pass for this one's.
  await Deno.remove(measured).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const child = new Deno.Command(binary.pathname, {
    args: [
      ...["run", "--quiet", "--log-format", "json", "--summary-mode=disabled"],
      ...["-e", `PLAN=${await Deno.realPath(planFile)}`],
      ...["-e", `OUT=${join(await Deno.realPath(out), "measurements.json")}`],
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
  requireClients(measurements);
  return measurements;
};

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

async function read(file: string): Promise<LoadMeasurements | undefined> {
  try {
    return measurementsSchema.parse(JSON.parse(await Deno.readTextFile(file)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
