/** Plumbline for Node: a check as a function, for a test runner of one's own. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "./deno.mjs";

/** A check that came to no report. */
export class CheckFailed extends Error {
  name = "CheckFailed";
  constructor(exitCode, message) {
    super(message);
    this.exitCode = exitCode;
  }
}

const OPTIONS = {
  target: "--target",
  application: "--application",
  start: "--start",
  clients: "--clients",
  suites: "--suite",
  scenarios: "--scenario",
  requirements: "--requirement",
  exclude: "--exclude",
  depth: "--depth",
  seed: "--seed",
  expected: "--expected",
  failOn: "--fail-on",
  requireAll: "--require-all",
  failOnRetry: "--fail-on-retry",
  catalogue: "--catalogue",
  bail: "--bail",
  budget: "--budget",
  allowDisruption: "--allow-disruption",
  spread: "--spread",
  out: "--out",
  junit: "--junit",
  markdown: "--markdown",
  annotations: "--annotations",
};

/** `{ target: "soketi", start: true }` as `--target soketi --start`. */
function argumentsOf(options) {
  return Object.entries(options).flatMap(([key, value]) => {
    const option = OPTIONS[key];
    if (option === undefined) throw new TypeError(`check() has no option "${key}"`);
    if (value === undefined || value === false) return [];
    if (value === true) return [option];
    return [value].flat().flatMap((one) => [option, String(one)]);
  });
}

export async function check({ env, cwd, signal, onOutput, ...options } = {}) {
  const folder = options.out === undefined
    ? await mkdtemp(join(tmpdir(), "plumbline-"))
    : undefined;
  try {
    const json = join(folder ?? join(cwd ?? ".", options.out), "report.json");
    // What an earlier check left is no report of this one.
    if (folder === undefined) await rm(json, { force: true });
    const { exitCode, output } = await run(
      ["check", ...argumentsOf({ ...options, out: options.out ?? folder })],
      { env: { NO_COLOR: "1", ...process.env, ...env }, cwd },
      { signal, onOutput },
    );
    const text = await readFile(json, "utf8").catch(() => undefined);
    if (text === undefined) throw new CheckFailed(exitCode, output.trim());
    return { exitCode, report: JSON.parse(text), output };
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true });
  }
}

function run(args, { env, cwd }, { signal, onOutput = () => {} }) {
  return new Promise((resolve, reject) => {
    const child = start(args, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        onOutput(text);
      });
    }
    const interrupt = () => child.kill("SIGINT");
    if (signal?.aborted) interrupt();
    signal?.addEventListener("abort", interrupt);
    child.on("error", reject);
    child.on("close", (code) => {
      signal?.removeEventListener("abort", interrupt);
      resolve({ exitCode: code ?? 130, output });
    });
  });
}
