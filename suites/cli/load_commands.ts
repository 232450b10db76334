/** The commands that put a load on a server: `load`, `load:merge` and `capacity`. */
import { type Command, Option } from "commander";
import { join } from "@std/path";
import type { CommandLine } from "./command_line.ts";
import { count, examples, factor, json, junit, list, markdown, start, target } from "./options.ts";

const application = [
  "--application <name|file>",
  "the application that is bid at, where the scenario has lots: a file of targets/applications/ or your own",
] as const;
const objective = [
  "--objective <text>",
  "one more objective: 'delivery p95 <= 65ms'; may be repeated",
] as const;
const engine = () =>
  new Option("--engine <name>", "what makes the load").choices(["embedded", "k6"])
    .default("embedded");

/** Adds them to the command line. */
export function addLoadCommands(program: Command, { root, out, write, end }: CommandLine): void {
  program.command("load")
    .description("put a load on a server and tell how it carried it")
    .argument("[scenario]", "a name in scenarios/load/ or a file", "small")
    .option(...target)
    .option(...application)
    .option(...start, false)
    .addOption(engine())
    .option("--processes <count>", "how many processes of k6 share the load", count, 1)
    .option(...objective, list, [])
    .option("--scale <factor>", "0.1 for a tenth of the clients and channels", factor, 1)
    .option("--out <folder>", "where the reports go", join(out, "load"))
    .option("--plan <file>", "write the plan here and run nothing: for k6 on several machines")
    .option(...json)
    .option(...junit)
    .option(...markdown)
    .option(
      "--allow-generator-bound",
      "do not fail where the generator, and not the server, was the bound",
      false,
    )
    .addHelpText(
      "after",
      examples(
        "load",
        "load auction-10k --engine k6 --target soketi --start",
        "load chat-rooms --target reverb --objective 'delivery p99 <= 200ms'",
      ),
    )
    .action(async (scenario, options) => {
      const { loadCommand } = await import("./load.ts");
      end(await loadCommand({ root, scenario, ...options }, write));
    });

  program.command("load:merge")
    .description("make one run of the measurements of several k6 processes, and judge it")
    .argument("<measurements...>", "a file of each process")
    .requiredOption("--plan <file>", "the plan that they ran")
    .option("--out <folder>", "where the reports go", join(out, "load"))
    .option(...json)
    .option(...junit)
    .option(...markdown)
    .option(
      "--allow-generator-bound",
      "do not fail where the generators, and not the server, were the bound",
      false,
    )
    .addHelpText("after", examples("load:merge --plan plan.json 1.json 2.json"))
    .action(async (files, options) => {
      const { loadMergeCommand } = await import("./load_merge.ts");
      end(await loadMergeCommand({ root, files, ...options }, write));
    });

  program.command("capacity")
    .description("find the highest load that a server carries within its objectives")
    .option("--scenario <name|file>", "a name in scenarios/load/ or a file", "small")
    .option(...target)
    .option(...application)
    .option(...start, false)
    .addOption(engine())
    .option(...objective, list, [])
    .addOption(
      new Option("--dimension <what>", "what is raised: connections, or events a second")
        .choices(["connections", "rate"]).default("connections"),
    )
    .option("--from <n>", "the load to begin with; without it, a quarter of the scenario's", count)
    .option("--max <n>", "the highest load to try", count, 100_000)
    .option("--repeats <n>", "how often the loads on both sides of the bound are run", count, 3)
    .option("--for-users <n>", "say how many nodes so many users need", count)
    .option("--events-per-second <n>", "with so many events; without it, as in the scenario", count)
    .option(
      "--allow-generator-bound",
      "let runs count in which the generator, and not the server, was the bound",
      false,
    )
    .option("--out <folder>", "where the reports go", join(out, "capacity"))
    .option(...json)
    .addHelpText(
      "after",
      examples(
        "capacity --objective 'delivery p95 <= 65ms'",
        "capacity --scenario auction-10k --engine k6 --target soketi --start --for-users 50000",
        "capacity --scenario chat-rooms --dimension rate --max 2000",
      ),
    )
    .action(async (options) => {
      const { capacityCommand } = await import("./capacity.ts");
      end(await capacityCommand({ root, ...options }, write));
    });
}
