/**
 * Plumbline's command line as a process, started by the Deno that npm installed beside it. Each
 * command gets the permissions of its task in `deno.json`, and no more.
 */
import process from "node:process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What asks for no command, such as `--version`, needs what the least of them does. */
const LEAST = "schema";

/** Whether `serve` has files to read: a list of apps, certificates, or what its threads run. */
function servesFiles(args, env) {
  return args.some((arg) => arg.startsWith("--apps")) || Boolean(env.REVERB_SERVER_TLS_CERT) ||
    Number(env.REVERB_SERVER_WORKERS) > 1;
}

/** The task whose permissions a command gets. */
function taskOf(args, env) {
  if (args[0] !== "serve") return args[0];
  if (/^(true|1)$/.test(env.REVERB_SCALING_ENABLED ?? "")) return "serve:node";
  return servesFiles(args, env) ? "serve:files" : "serve";
}

/** What a task asks Deno itself: where it is. */
const ITSELF = "$(deno eval 'console.log(Deno.execPath())')";

/** The program and its arguments that run this command line. */
export function commandLine(args, deno = denoProgram(), env = process.env) {
  const { tasks } = JSON.parse(readFileSync(`${root}deno.json`, "utf8"));
  const [, flags = ""] =
    /(?:^|\s)deno run (.*) main\.ts \S+/.exec(tasks[taskOf(args, env)] ?? tasks[LEAST]) ?? [];
  const words = [
    "run",
    // Deno says what it downloads, hundreds of lines the first time.
    "--quiet",
    "--no-prompt",
    // Deno looks for none by itself below node_modules.
    `--config=${root}deno.json`,
    "--frozen",
    // As a shell reads a task: the answer may have spaces in it, and stays one word.
    ...flags.replace(`"${ITSELF}`, '"$itself').replaceAll('"', "").split(/\s+/)
      .map((flag) => flag.replace("$itself", () => deno)),
    `${root}main.ts`,
    ...args,
  ];
  return { program: deno, words };
}

/**
 * Deno's own program: the package's script would end without passing signals on. The package is an
 * optional dependency, because a task of Deno's takes any other for the program `deno`.
 */
function denoProgram() {
  try {
    return createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
  } catch (cause) {
    throw new Error(
      "npm has installed no Deno beside Plumbline: it has none for this system, or optional dependencies are off",
      { cause },
    );
  }
}

/** Starts it where the user stands; `options` are those of `spawn`. */
export function start(args, options) {
  const { program, words } = commandLine(args);
  // As the task of `serve` does: its server warns of names that it does not know, and may list none.
  const { env = process.env } = options;
  const names = Object.keys(env).filter((name) => name.startsWith("REVERB_"));
  return spawn(program, words, { ...options, env: { ...env, REVERB_NAMES: names.join() } });
}
