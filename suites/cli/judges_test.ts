/**
 * A check nobody has seen fail proves nothing. So every form of a verb that judges has a test in
 * which its judge finds a failure, and a fault that breaks a requirement it judges. `prove` shows
 * the same on running servers; this test takes seconds.
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { pathToFileURL } from "node:url";
import { describe, it } from "@std/testing/bdd";
import { BREAKS, UNBREAKABLE } from "../faults/breaks.ts";
import { actions } from "../language/scenario.ts";
import { loadScenarios } from "./load_scenarios.ts";
import { root } from "./testing.ts";
import { seenFailing } from "./testing/history.ts";
import { VOCABULARY } from "./vocabulary.ts";

const JUDGING = VOCABULARY.filter((verb) => verb.judge !== undefined);

const inWords = ({ name, form }: { name: string; form?: string }) =>
  form === undefined ? name : `${name} with ${form}`;

async function* testsIn(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* testsIn(path);
    else if (name.endsWith("_test.ts")) yield path;
  }
}

// Importing a test file runs its tests before those below.
for (const folder of ["expect", "steps", "workloads"]) {
  for await (const path of testsIn(join(root, "suites", folder))) {
    if (/\bjudged\(/.test(await Deno.readTextFile(path))) await import(pathToFileURL(path).href);
  }
}

describe("every verb that judges", () => {
  it("has a test in which its judge finds a failure", () => {
    assertEquals(JUDGING.filter((verb) => !seenFailing.has(verb)).map(inWords), []);
  });

  it("judges some requirement that a fault breaks", async () => {
    // Each of UNBREAKABLE says why no fault between a server and its clients can break it.
    const broken = new Set<string>([
      ...BREAKS.flatMap(({ violates }) => violates),
      ...UNBREAKABLE.keys(),
    ]);
    const scenarios = await loadScenarios(join(root, "scenarios"));
    const steps = scenarios.flatMap((scenario) => actions(scenario.steps));
    const judged = Map.groupBy(
      steps.flatMap(({ verb, checks }) => checks.map(({ requirement }) => ({ verb, requirement }))),
      ({ verb }) => verb,
    );
    const unbroken = JUDGING.filter((verb) =>
      judged.has(verb) && !judged.get(verb)?.some(({ requirement }) => broken.has(requirement))
    );
    assertEquals(unbroken.map(inWords), []);
  });
});
