/** The commands that lay runs beside each other: `compare` and `matrix`. */
import { type Command, Option } from "commander";
import { join } from "@std/path";
import type { CommandLine } from "./command_line.ts";
import { examples, json, junit, list, markdown } from "./options.ts";

/** Adds them to the command line. */
export function addCompareCommands(
  program: Command,
  { root, out, write, print, end }: CommandLine,
): void {
  program.command("compare")
    .description("say what changed between two checks, load runs or capacities")
    .argument("<base>", "a report.json, or a folder with those of several runs")
    .argument("<new>", "the same of what is compared with it")
    .option(
      "--threshold <name=share>",
      "what a difference must exceed: latency=10%, resources=20%, capacity=10% or lost=0.1%; may be repeated",
      list,
      [],
    )
    .option("--thresholds <file>", "a YAML file of such")
    .addOption(
      new Option("--fail-on <level>", "of checks: what counts as a regression")
        .choices(["must", "late", "should"]).default("must"),
    )
    .option("--out <folder>", "where the reports go", join(out, "compare"))
    .option(...json)
    .option(...junit)
    .option(...markdown)
    .addHelpText(
      "after",
      examples(
        "compare before/report.json reports/out/report.json",
        "compare before after --threshold latency=15%",
      ),
    )
    .action(async (base, other, options) => {
      const { compareCommand } = await import("./compare_command.ts");
      end(await compareCommand({ base, new: other, ...options }, write));
    });

  program.command("matrix")
    .description("lay the checks of several servers beside each other, requirement by requirement")
    .argument("<report...>", "a report.json of a check, or a folder with one")
    .option("--out <folder>", "where the page, matrix.json and the badges go", join(out, "matrix"))
    .addHelpText("after", examples("matrix soketi/report.json reverb/report.json --out matrix"))
    .action(async (reports, options) => {
      const { matrixCommand } = await import("./matrix_command.ts");
      print(`${(await matrixCommand({ root, reports, ...options })).join("\n")}\n`);
    });
}
