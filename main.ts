/**
 * Plumbline's command line. Each command is also a task: `deno task check --help`.
 */
import { Command, Option } from "commander";
import { fromFileUrl, join } from "@std/path";
import type { CommandLine } from "./suites/cli/command_line.ts";
import { chooseColours } from "./suites/cli/colour.ts";
import { failureOf, withCode } from "./suites/cli/failure.ts";
import { writeAll } from "./suites/cli/write_all.ts";
import { addMutateCommand } from "./suites/cli/mutate_command.ts";
import { addCompareCommands } from "./suites/cli/compare_commands.ts";
import { addFirstStepsCommands } from "./suites/cli/first_steps_commands.ts";
import { addExploreCommands } from "./suites/cli/explore_commands.ts";
import { addLoadCommands } from "./suites/cli/load_commands.ts";
import {
  annotations,
  count,
  examples,
  json,
  junit,
  list,
  markdown,
  target,
} from "./suites/cli/options.ts";
import { UsageError } from "./suites/record/usage_error.ts";
import { VERSION } from "./suites/record/version.ts";
import { EXIT, type ExitCode } from "./suites/record/exit_code.ts";

/** The folder that holds `scenarios/` and `targets/`. */
const root = fromFileUrl(new URL(".", import.meta.url)).replace(/\/$/, "");
const out = join("reports", "out");

const write = (text: string) => writeAll(Deno.stderr, text);
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

const depth = () =>
  new Option("--depth <depth>", "how many rounds a repeated scenario is told").choices([
    "quick",
    "full",
  ]).default("quick");
const suite = ["--suite <name>", "only this suite; may be repeated"] as const;
const scenario = ["--scenario <id|glob|file>", "only these scenarios; may be repeated"] as const;
const requirement = [
  "--requirement <id>",
  "only scenarios that judge it; may be repeated",
] as const;

/** `check auth` would check everything. */
function optionsOnly(command: Command): void {
  const [word] = command.args;
  if (word === undefined) return;
  throw new UsageError(
    `${command.name()} takes options only: choose by --suite ${word} or --scenario ${word}`,
  );
}

const line: CommandLine = { root, out, write, print, end: (code) => exit = code };

addFirstStepsCommands(program, line);

program.command("check").allowExcessArguments().hook("preAction", optionsOnly)
  .description("check a server against the scenarios")
  .option(...target)
  .option(
    "--application <name|file>",
    "the application that broadcasts through it: a file of targets/applications/ or your own",
  )
  .option("--start", "let the target file install, configure, start and restart its server", false)
  .addOption(
    new Option("--clients", "judge client libraries on scripted servers, instead of a server")
      .default(false).conflicts(["target", "start", "application"]),
  )
  .option(...suite, list, [])
  .option(...scenario, list, [])
  .option(...requirement, list, [])
  .addOption(depth())
  .option(
    "--expected <file>",
    "failures that are expected; a listed one that passes is exit code 4",
  )
  .option("--out <folder>", "where the record and the reports go", out)
  .option(...json)
  .option(...junit)
  .option(...markdown)
  .option(...annotations)
  .addOption(
    new Option("--fail-on <level>", "what makes the exit code 1").choices([
      "must",
      "late",
      "should",
    ])
      .default("must"),
  )
  .option("--write-expected <file>", "write what fails now as a list for --expected")
  .option(
    "--require-all",
    "a must that the target file gives no means to test is exit code 3",
    false,
  )
  .option("--fail-on-retry", "a scenario that had to run again is exit code 1", false)
  .option("--rerun-failed <record>", "only what failed in this record.jsonl of an earlier check")
  .option("--exclude <id|glob>", "not these scenarios; may be repeated", list, [])
  .option("--repeat <n>", "run this many times; a verdict that changes is a failure", count, 1)
  .option("--seed <n>", "seed of everything random", count, 1)
  .addHelpText(
    "after",
    examples(
      "check",
      "check --target soketi --start",
      "check --clients",
      "check --target reverb --suite auth --junit junit.xml",
    ),
  )
  .action(
    async ({ suite: suites, scenario, requirement: requirements, rerunFailed, ...options }) => {
      const { checkCommand } = await import("./suites/cli/check_command.ts");
      const { failedIn } = await import("./suites/cli/rerun.ts");
      const ids = [...scenario, ...(rerunFailed === undefined ? [] : await failedIn(rerunFailed))];
      exit = await checkCommand({ root, suites, ids, requirements, ...options }, write);
    },
  );

program.command("prove").allowExcessArguments().hook("preAction", optionsOnly)
  .description(
    "run the scenarios through servers broken on purpose; show which check catches which",
  )
  .option(...suite, list, [])
  .option(...scenario, list, [])
  .option(...requirement, list, [])
  .option(
    "--application <name>",
    "another way to start the reference application, with reference-postgres several processes",
    "reference",
  )
  .option("--break <name|glob>", "only these breaks; may be repeated", list, [])
  .option("--out <folder>", "where prove.json goes", out)
  .addHelpText(
    "after",
    examples("prove", "prove --suite auth", "prove --scenario 'cache/*' --break 'cache-*'"),
  )
  .action(async ({ suite: suites, scenario: ids, requirement: requirements, ...options }) => {
    const { proveCommand } = await import("./suites/cli/prove.ts");
    const { break: breaks, application, out } = options;
    const choice = { suites, ids, requirements, depth: "quick" as const };
    exit = await proveCommand({ root, breaks, application, out, ...choice }, write);
  });

addMutateCommand(program, { root, out, write, end: (code) => exit = code });

addExploreCommands(program, line);
addLoadCommands(program, line);

program.command("scenarios").allowExcessArguments().hook("preAction", optionsOnly)
  .description("list the scenarios and what they judge")
  .option(...suite, list, [])
  .option(...scenario, list, [])
  .option(...requirement, list, [])
  .addOption(depth())
  .addHelpText(
    "after",
    examples("scenarios", "scenarios --requirement P-099", "scenarios --scenario 'auth/private/*'"),
  )
  .action(async ({ suite: suites, scenario: ids, requirement: requirements, ...options }) => {
    const { listScenarios } = await import("./suites/cli/scenarios.ts");
    print(await listScenarios(root, { suites, ids, requirements, ...options }));
  });

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

program.command("serve")
  .description("start the reference server")
  .option(
    "--apps <file>",
    "a JSON array of apps, instead of the one in REVERB_APP_ID, _KEY and _SECRET",
  )
  .addHelpText("after", examples("serve", "serve --apps apps.json"))
  .action(async ({ apps }) => {
    const { serve } = await import("./targets/reference/server/serve.ts");
    await serve(apps).catch(unusable);
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
