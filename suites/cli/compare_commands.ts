/** The commands that lay runs beside each other: `compare`. */
import { type Command, Option } from "commander";
import { join } from "@std/path";
import type { ExitCode } from "../record/exit_code.ts";
import { examples, json, junit, list, markdown } from "./options.ts";

interface Around {
  /** The folder of all reports. */
  readonly out: string;
  readonly write: (text: string) => void;
  /** Told how a command has ended. */
  readonly end: (code: ExitCode) => void;
}

/** Adds them to the command line. */
export function addCompareCommands(program: Command, { out, write, end }: Around): void {
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
}
