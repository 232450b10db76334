/** Finding the load scenario that was named. */
import { join } from "@std/path";
import { UsageError } from "../commands/usage.ts";
import { didYouMean } from "../language/bad_file.ts";
import { loadSource } from "../language/source.ts";
import { readObjective } from "./objective.ts";
import { type LoadScenario, readLoadScenario } from "./scenario.ts";

/**
 * Reads a scenario of `folder` by its name, or a file, and adds further objectives to its own.
 * Throws `UsageError` for a name or an objective that is none, and `BadFile`.
 */
export async function loadScenario(
  nameOrFile: string,
  folder: string,
  further: readonly string[],
): Promise<LoadScenario> {
  const file = /[/\\]|\.ya?ml$/.test(nameOrFile)
    ? nameOrFile
    : join(folder, `${await known(nameOrFile, folder)}.yaml`);
  const objectives = further.map((text) => {
    const objective = readObjective(text);
    if (typeof objective === "string") throw new UsageError(`--objective: ${objective}`);
    return objective;
  });
  const scenario = readLoadScenario(await loadSource(file));
  return { ...scenario, objectives: [...scenario.objectives, ...objectives] };
}

async function known(name: string, folder: string): Promise<string> {
  const names = (await Array.fromAsync(Deno.readDir(folder)))
    .filter((entry) => entry.name.endsWith(".yaml")).map((entry) => entry.name.slice(0, -5)).sort();
  if (names.includes(name)) return name;
  throw new UsageError(`there is no load scenario "${name}".${didYouMean(name, names)}`);
}
