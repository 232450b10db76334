/** Finding the load scenario that was named. */
import { dirname, join } from "@std/path";
import { UsageError } from "../record/usage_error.ts";
import { BadFile, didYouMean, position } from "../language/bad_file.ts";
import { loadSource } from "../language/source.ts";
import { readObjective } from "./objective.ts";
import { type LoadScenario, type Publishing, readLoadScenario } from "./scenario.ts";
import { fileTrouble } from "../record/file_trouble.ts";

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
  const source = await loadSource(file);
  const scenario = readLoadScenario(source);
  return {
    ...scenario,
    objectives: [...scenario.objectives, ...objectives],
    publish: await Promise.all(
      scenario.publish.map((publisher, index) =>
        withTemplate(publisher, (message) => {
          const at = position(source, ["publish", index, "payload"]);
          return new BadFile([{ file, ...at, message }]);
        }, dirname(file))
      ),
    ),
  };
}

/** Reads what an event's data is like. */
async function withTemplate(
  publisher: Publishing,
  bad: (message: string) => BadFile,
  folder: string,
): Promise<Publishing> {
  if ("bid" in publisher || publisher.payload === undefined) return publisher;
  const { payload } = publisher;
  let template: string;
  try {
    template = (await Deno.readTextFile(join(folder, payload))).trimEnd();
  } catch (cause) {
    throw bad(`${payload} cannot be read: ${fileTrouble(cause)}`);
  }
  if (template.split("$stamp").length !== 2) {
    throw bad(`${payload} needs $stamp once, in a text of it: there each event says which it is`);
  }
  return { ...publisher, template };
}

async function known(name: string, folder: string): Promise<string> {
  const names = (await Array.fromAsync(Deno.readDir(folder)))
    .filter((entry) => entry.name.endsWith(".yaml")).map((entry) => entry.name.slice(0, -5)).sort();
  if (names.includes(name)) return name;
  throw new UsageError(
    `there is no load scenario "${name}".${didYouMean(name, names)}`,
    "PLB_UNKNOWN_NAME",
  );
}
