/**
 * Plumbline's command line as a process, started by the Deno that npm installed beside it. Each
 * command gets the permissions of its task in `deno.json`, and no more.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What asks for no command, such as `--version`, needs what the least of them does. */
const LEAST = "schema";

/** What a task asks Deno itself: where it is. */
const ITSELF = "$(deno eval 'console.log(Deno.execPath())')";

/** The program and its arguments that run this command line. */
export function commandLine(args, deno = denoProgram()) {
  const { tasks } = JSON.parse(readFileSync(`${root}deno.json`, "utf8"));
  const [, flags = ""] = /^deno run (.*) main\.ts \S+/.exec(tasks[args[0]] ?? tasks[LEAST]) ?? [];
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
  return spawn(program, words, options);
}
