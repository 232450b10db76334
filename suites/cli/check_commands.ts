/** The commands that tell scenarios: `check`, `prove`, and `scenarios`, which lists them. */
import { type Command, Option } from "commander";
import { UsageError } from "../record/usage_error.ts";
import type { CommandLine } from "./command_line.ts";
import {
  annotations,
  count,
  day,
  examples,
  json,
  junit,
  limits,
  list,
  markdown,
  target,
} from "./options.ts";

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

/** Adds them to the command line. */
export function addCheckCommands(
  program: Command,
  { root, out, write, print, end }: CommandLine,
): void {
  program.command("check").allowExcessArguments().hook("preAction", optionsOnly)
    .description("check a server against the scenarios")
    .option(...target)
    .option(
      "--application <name|file>",
      "the application that broadcasts through it: a file of targets/applications/ or your own",
    )
    .option(
      "--start",
      "let the target file install, configure, start and restart its server",
      false,
    )
    .option("--spread", "send clients and calls to the target's nodes in turn", false)
    .addOption(
      new Option("--clients", "judge client libraries on scripted servers, instead of a server")
        .default(false).conflicts(["target", "start", "spread", "application"]),
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
    .option("--catalogue <date>", "judge by the checks of this day; newer ones inform only", day)
    .option("--bail", "end with the first must that fails and that nothing expected", false)
    .option(
      "--budget <limits>",
      "begin no scenario that would take more: messages=N, connections=N or both with a comma",
      limits,
    )
    .option("--plan", "say what would be opened, published, restarted, and end", false)
    .option(
      "--allow-disruption",
      "on a target that is not this machine: restart, terminate and flood without asking",
      false,
    )
    .option("--repeat <n>", "run this many times; a verdict that changes is a failure", count, 1)
    .option("--seed <n>", "seed of everything random", count, 1)
    .addHelpText(
      "after",
      examples(
        "check",
        "check --target soketi --start",
        "check --target reference-nodes --start --spread",
        "check --clients",
        "check --target reverb --suite auth --junit junit.xml",
      ),
    )
    .action(
      async ({ suite: suites, scenario, requirement: requirements, rerunFailed, ...options }) => {
        const { checkCommand } = await import("./check_command.ts");
        const { failedIn } = await import("./rerun.ts");
        const ids = [
          ...scenario,
          ...(rerunFailed === undefined ? [] : await failedIn(rerunFailed)),
        ];
        end(await checkCommand({ root, suites, ids, requirements, ...options }, write));
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
    .option(
      "--nodes",
      "breaks of nodes, on two nodes that share a Redis, instead of those of one",
      false,
    )
    .option("--out <folder>", "where prove.json goes", out)
    .addHelpText(
      "after",
      examples("prove", "prove --suite auth", "prove --scenario 'cache/*' --break 'cache-*'"),
    )
    .action(async ({ suite: suites, scenario: ids, requirement: requirements, ...options }) => {
      const { proveCommand } = await import("./prove.ts");
      const { break: breaks, ...others } = options;
      const choice = { suites, ids, requirements, depth: "quick" as const };
      end(await proveCommand({ root, breaks, ...others, ...choice }, write));
    });

  program.command("scenarios").allowExcessArguments().hook("preAction", optionsOnly)
    .description("list the scenarios and what they judge")
    .option(...suite, list, [])
    .option(...scenario, list, [])
    .option(...requirement, list, [])
    .option(
      "--application <name|file>",
      "those as well that the file of an application comes to",
    )
    .addOption(depth())
    .addHelpText(
      "after",
      examples(
        "scenarios",
        "scenarios --requirement P-099",
        "scenarios --scenario 'auth/private/*'",
      ),
    )
    .action(async ({ suite: suites, scenario: ids, requirement: requirements, ...options }) => {
      const { listScenarios } = await import("./scenarios.ts");
      print(await listScenarios(root, { suites, ids, requirements, ...options }));
    });
}
