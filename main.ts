/**
 * Plumbline's command line. Each command is also a task: `deno task check --help`.
 */
import { Command } from "commander";
import { fromFileUrl, join } from "@std/path";
import type { CommandLine } from "./suites/cli/command_line.ts";
import { chooseColours } from "./suites/cli/colour.ts";
import { consoleText } from "./suites/cli/console_text.ts";
import { failureOf, withCode } from "./suites/cli/failure.ts";
import { writeAll } from "./suites/cli/write_all.ts";
import { addMutateCommand } from "./suites/cli/mutate_command.ts";
import { addCheckCommands } from "./suites/cli/check_commands.ts";
import { addCompareCommands } from "./suites/cli/compare_commands.ts";
import { addFirstStepsCommands } from "./suites/cli/first_steps_commands.ts";
import { addExploreCommands } from "./suites/cli/explore_commands.ts";
import { addLoadCommands } from "./suites/cli/load_commands.ts";
import { annotations, examples, json, junit, markdown } from "./suites/cli/options.ts";
import { UsageError } from "./suites/record/usage_error.ts";
import { VERSION } from "./suites/record/version.ts";
import { EXIT, type ExitCode } from "./suites/record/exit_code.ts";

/** The folder that holds `scenarios/` and `targets/`. */
const root = fromFileUrl(new URL(".", import.meta.url)).replace(/\/$/, "");
const out = join("reports", "out");

const write = (text: string) => writeAll(Deno.stderr, consoleText(text));
const print = (text: string) => writeAll(Deno.stdout, text);

chooseColours();

let exit: ExitCode = EXIT.ok;

const program = new Command("plumbline")
  .description("Holds a Pusher-compatible server against the protocol, and reports.")
  .version(VERSION, "--version", "print the version")
  .exitOverride()
  .configureOutput({
    writeErr: write,
    writeOut: print,
    outputError: (text, say) => say(`${withCode(text.trim(), "PLB_OPTIONS")}\n`),
  })
  .showSuggestionAfterError();

const line: CommandLine = { root, out, write, print, end: (code) => exit = code };

addFirstStepsCommands(program, line);

addCheckCommands(program, line);

addMutateCommand(program, { root, out, write, end: (code) => exit = code });

addExploreCommands(program, line);
addLoadCommands(program, line);

program.command("report")
  .description("render again what a run left; several load runs are laid over each other")
  .argument("<file...>", "a record.jsonl of a check, report.json of load runs or of a capacity")
  .option("--out <folder>", "where the reports go", out)
  .option(...json)
  .option(...junit)
  .option(...markdown)
  .option(...annotations)
  .addHelpText(
    "after",
    examples(
      "report reports/out/record.jsonl --markdown summary.md",
      "report reports/out/load/report.json before/report.json --out compared",
    ),
  )
  .action(async (files, options) => {
    const { requireWritable } = await import("./suites/cli/writable.ts");
    const { writeAgain } = await import("./reports/again.ts");
    await requireWritable(options);
    print(`${(await writeAgain(files, options)).join("\n")}\n`);
  });

addCompareCommands(program, line);

program.command("migrate")
  .description(
    "rewrite scenario files, targets, lists … of an earlier version as they are written today",
  )
  .argument("<file...>", "YAML files; comments and layout stay as they are")
  .addHelpText("after", examples("migrate my-scenarios.yaml"))
  .action(async (files) => {
    const { migrateFiles } = await import("./suites/cli/migrate.ts");
    print(await migrateFiles(files));
  });

program.command("schema")
  .description(
    "print the JSON Schema of scenario, load, target or application files, expected verdicts or report.json",
  )
  .addArgument(
    program.createArgument("<what>").choices([
      "scenarios",
      "load",
      "target",
      "application",
      "expected",
      "report",
      "load-report",
      "capacity-report",
      "compare-report",
      "matrix-report",
    ]),
  )
  .addHelpText("after", examples("schema scenarios > scenarios.schema.json"))
  .action(async (what) => {
    const { printSchema } = await import("./suites/cli/schema.ts");
    print(printSchema(what));
  });

program.command("reference")
  .description("write the documentation pages that are made from the code: verbs and requirements")
  .addHelpText("after", examples("reference"))
  .action(async () => {
    const { writeReference } = await import("./suites/cli/reference.ts");
    print(`${(await writeReference(root)).join("\n")}\n`);
  });

program.command("serve").alias("serve:files")
  .description("start the reference server")
  .option(
    "--apps <file>",
    "a JSON array of apps, instead of the one in REVERB_APP_ID, _KEY and _SECRET",
  )
  .option("--debug", "log every connection, subscription and message", false)
  .addHelpText("after", examples("serve", "serve:files --apps apps.json"))
  .action(async ({ apps, debug }) => {
    const { serve } = await import("./targets/reference/server/serve.ts");
    await serve(apps, { debug }).catch(unusable);
    await new Promise(() => {}); // until a signal ends it
  });

/** What keeps the reference server from being started: its configuration, or a port that is taken. */
function unusable(error: NodeJS.ErrnoException): never {
  if (error.code === "EADDRINUSE") {
    throw new UsageError(
      `${error.message}: set another REVERB_SERVER_PORT, or 0 for any that is free`,
      "PLB_PORT_TAKEN",
    );
  }
  if (error.name === "ConfigError") throw new UsageError(error.message);
  throw error;
}

try {
  await program.parseAsync(Deno.args, { from: "user" });
} catch (error) {
  const failure = failureOf(error);
  if (failure.message) write(`${failure.message}\n`);
  exit = failure.exit;
}
// A target may hold connections half-open for ever; the command ends all the same.
Deno.exit(exit);
