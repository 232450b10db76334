/** Finding and reading the scenario files. */
import { join } from "@std/path";
import { BadFile } from "../language/bad_file.ts";
import { parseScenarios, refuseDuplicates } from "../language/parse.ts";
import type { Scenario } from "../engine/scenario.ts";
import { loadSource } from "../language/source.ts";
import { VOCABULARY } from "./vocabulary.ts";

/** Folders under `scenarios/` that hold something else than scenarios. */
const NOT_SCENARIOS = new Set(["requirements", "load"]);

/**
 * Reads every scenario file of the folder, or those of these suites: each has a folder of its name.
 * Throws `BadFile` with the problems of all of them.
 */
export async function loadScenarios(
  folder: string,
  suites?: ReadonlySet<string>,
): Promise<Scenario[]> {
  const files: string[] = [];
  for await (const suite of Deno.readDir(folder)) {
    if (!suite.isDirectory || NOT_SCENARIOS.has(suite.name)) continue;
    if (suites && !suites.has(suite.name)) continue;
    for await (const file of Deno.readDir(join(folder, suite.name))) {
      if (file.name.endsWith(".yaml")) files.push(join(folder, suite.name, file.name));
    }
  }
  return await loadFiles(files.sort());
}

/** Scenarios that judge clients on a scripted server; no target is asked about them. */
export async function loadClientScenarios(folder: string): Promise<Scenario[]> {
  const files = await Array.fromAsync(Deno.readDir(join(folder, "clients", "scripted")));
  return await loadFiles(
    files.map(({ name }) => join(folder, "clients", "scripted", name)).sort(),
  );
}

/** Reads these scenario files. Throws `BadFile` with the problems of all of them. */
export async function loadFiles(files: readonly string[]): Promise<Scenario[]> {
  const read = await Promise.allSettled(
    files.map(async (file) => parseScenarios(await loadSource(file), VOCABULARY)),
  );
  const problems = read.flatMap((result) => {
    if (result.status === "fulfilled") return [];
    if (result.reason instanceof BadFile) return result.reason.problems;
    throw result.reason;
  });
  if (problems.length > 0) throw new BadFile(problems);
  const scenarios = read.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  refuseDuplicates(scenarios);
  return scenarios;
}
