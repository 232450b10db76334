/** The command line of `mutate`. */
import type { Command } from "commander";
import type { ExitCode } from "../record/exit_code.ts";
import { count, examples, list } from "./options.ts";

interface Around {
  /** The folder that holds `scenarios/`, `suites/` and `targets/`. */
  readonly root: string;
  /** The folder of all reports. */
  readonly out: string;
  readonly write: (text: string) => void;
  /** Told how the command has ended. */
  readonly end: (code: ExitCode) => void;
}

/** Adds it to the command line. */
export function addMutateCommand(program: Command, { root, out, write, end }: Around): void {
  program.command("mutate")
    .description(
      "change the reference server and application in one place at a time; show what check misses",
    )
    .option("--sample <n>", "how many mutants are drawn at random; all without it", count)
    .option("--seed <n>", "which ones are drawn; others each time without it", count)
    .option("--file <glob>", "only mutants of these files; may be repeated", list, [])
    .option("--mutant <hash>", "only this one; may be repeated", list, [])
    .option(
      "--recorded <status>",
      "only mutants that suites/mutation/table.jsonl has as such",
      list,
      [],
    )
    .option("--resume", "go on with the table in the output folder", false)
    .option("--keep", "write what is found into suites/mutation/table.jsonl", false)
    .option("--out <folder>", "where the table and the summary go", out)
    .addHelpText(
      "after",
      examples(
        "mutate --sample 40",
        "mutate --file '**/signature.ts' --keep",
        "mutate --recorded noticed --sample 40",
      ),
    )
    .action(async ({ file, mutant, seed = Math.ceil(Math.random() * 1e6), ...options }) => {
      const { mutateCommand } = await import("./mutate.ts");
      end(await mutateCommand({ root, files: file, hashes: mutant, seed, ...options }, write));
    });
}
