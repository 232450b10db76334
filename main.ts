/**
 * Plumbline's command line. `deno task check --help` and its sisters say what each command takes.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { fromFileUrl, join } from "@std/path";
import { check } from "./suites/commands/check.ts";
import { failureOf } from "./suites/commands/failure.ts";
import { showProgress } from "./suites/commands/progress.ts";
import { EXIT, type ExitCode, exitCode } from "./suites/engine/exit_code.ts";

const root = fromFileUrl(new URL(".", import.meta.url)).replace(/\/$/, "");
const list = (value: string, all: readonly string[]) => [...all, value];
const wholeNumber = (text: string) => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("expected a whole number.");
  return Number(text);
};
const write = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text));

const program = new Command("plumbline")
  .description("Holds a Pusher-compatible server against the protocol, and reports.")
  .exitOverride()
  .configureOutput({ writeErr: write });

program.command("check")
  .description("check a server against the scenarios")
  .option(
    "-t, --target <name|file>",
    "a file of targets/, or your own; the reference server without it",
  )
  .option("--start", "let the target file start, configure and restart its server", false)
  .option("--suite <name>", "only this suite (may be repeated)", list, [])
  .option("--scenario <id|glob|file>", "only these scenarios (may be repeated)", list, [])
  .option("--requirement <id>", "only scenarios that judge it (may be repeated)", list, [])
  .addOption(
    new Option("--depth <depth>", "how many rounds").choices(["quick", "full"]).default("quick"),
  )
  .option("--out <folder>", "where the record and the reports go", join(root, "reports/out"))
  .addOption(
    new Option("--fail-on <level>", "what makes the exit code 1").choices(["must", "should"])
      .default("must"),
  )
  .option("--repeat <n>", "run this many times", wholeNumber, 1)
  .option("--seed <n>", "seed of everything random", wholeNumber, 1)
  .addHelpText(
    "after",
    "\nExamples:\n  deno task check\n  deno task check --target soketi --start\n  deno task check --target reverb --suite auth\n",
  )
  .action(async (options) => {
    const interrupt = new AbortController();
    Deno.addSignalListener("SIGINT", () => interrupt.abort());
    const exits: ExitCode[] = [];
    for (let round = 1; round <= options.repeat && !interrupt.signal.aborted; round++) {
      const progress = showProgress(Deno.stderr.isTerminal(), write);
      const { exit } = await check(
        {
          root,
          ...options,
          suites: options.suite,
          scenarios: options.scenario,
          requirements: options.requirement,
        },
        progress,
        interrupt.signal,
      );
      progress.end();
      exits.push(exit);
    }
    Deno.exitCode = exitCode(exits);
  });

try {
  await program.parseAsync(Deno.args, { from: "user" });
} catch (error) {
  const { message, exit } = failureOf(error);
  if (message) write(`${message}\n`);
  Deno.exitCode = exit;
}
// Sockets that a target keeps half-open must not keep the command alive.
Deno.exit(Deno.exitCode || EXIT.ok);
