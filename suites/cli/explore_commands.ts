/** The commands about what nobody wrote a scenario for: `explore`, and `repro` for what was found. */
import type { Command } from "commander";
import { join } from "@std/path";
import type { CommandLine } from "./command_line.ts";
import { UsageError } from "../record/usage_error.ts";
import { count, examples, list, milliseconds, start } from "./options.ts";

/** Adds them to the command line. */
export function addExploreCommands(
  program: Command,
  { root, out, write, print, end }: CommandLine,
): void {
  program.command("explore")
    .description("run random histories on a server; what the protocol cannot explain is shrunk")
    .option(
      "-t, --target <name|file>",
      "a file of targets/ or your own; without it, the reference server is started; several are compared",
      list,
      [],
    )
    .option(...start, false)
    .option("--for <duration>", "how long, such as 60s", milliseconds, 60_000)
    .option("--seed <n>", "seed of the histories; a new one each time without it", count)
    .option("--out <folder>", "where the scenarios of failures go", out)
    .option(
      "--register <file>",
      "known differences of several targets",
      join(root, "targets", "differences.yaml"),
    )
    .option("--write-register <file>", "write the known and the new differences here; exit code 0")
    .addHelpText(
      "after",
      examples(
        "explore",
        "explore --for 10s --seed 7",
        "explore --target soketi --start",
        "explore --target reference --target soketi --start",
      ),
    )
    .action(async ({ for: forMs, target: targets, seed, ...options }, command) => {
      const { writeRegister } = options;
      const isAbout = writeRegister !== undefined ||
        command.getOptionValueSource("register") === "cli";
      if (targets.length < 2 && isAbout) {
        throw new UsageError("a register is about several targets: give --target twice");
      }
      const common = { root, forMs, seed: seed ?? Math.floor(Math.random() * 1e6), ...options };
      if (targets.length > 1) {
        const { differentialCommand } = await import("./differential.ts");
        end(await differentialCommand({ ...common, targets }, write));
      } else {
        const { exploreCommand } = await import("./explore.ts");
        end(await exploreCommand({ ...common, target: targets[0] }, write));
      }
    });

  program.command("repro")
    .description("write a failure as one file for Node or Deno, and a text for the maintainers")
    .argument("<case>", "a scenario that failed, or a found-1.yaml of explore")
    .option("--from <record>", "the record it failed in; that of the last check without it")
    .option("-t, --target <name|file>", "the target file; the one the record names without it")
    .option("--requirement <id>", "which failure, where the scenario has several")
    .option("--out <folder>", "where the two files go", join(out, "repro"))
    .addHelpText(
      "after",
      examples("repro auth/private/wrong-secret", "repro reports/out/found-1.yaml"),
    )
    .action(async (name, options) => {
      const { repro } = await import("./repro.ts");
      print(`${(await repro({ root, case: name, reports: out, ...options })).join("\n")}\n`);
    });
}
