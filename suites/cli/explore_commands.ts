/** The commands about what nobody wrote a scenario for: `explore`, and `repro` for what was found. */
import type { Command } from "commander";
import { join } from "@std/path";
import type { ExitCode } from "../record/exit_code.ts";
import { count, examples, milliseconds, start, target } from "./options.ts";

interface Around {
  /** The folder that holds `targets/`. */
  readonly root: string;
  /** The folder of all reports. */
  readonly out: string;
  readonly write: (text: string) => void;
  readonly print: (text: string) => void;
  /** Told how a command has ended. */
  readonly end: (code: ExitCode) => void;
}

/** Adds them to the command line. */
export function addExploreCommands(
  program: Command,
  { root, out, write, print, end }: Around,
): void {
  program.command("explore")
    .description("run random histories on a server; what the protocol cannot explain is shrunk")
    .option(...target)
    .option(...start, false)
    .option("--for <duration>", "how long, such as 60s", milliseconds, 60_000)
    .option("--seed <n>", "seed of the histories; a new one each time without it", count)
    .option("--out <folder>", "where the scenarios of failures go", out)
    .addHelpText(
      "after",
      examples("explore", "explore --for 10s --seed 7", "explore --target soketi --start"),
    )
    .action(async ({ for: forMs, seed = Math.floor(Math.random() * 1e6), ...options }) => {
      const { exploreCommand } = await import("./explore.ts");
      end(await exploreCommand({ root, forMs, seed, ...options }, write));
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
