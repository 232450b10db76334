import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { checksOf } from "../engine/plan.ts";
import { loadSource } from "../language/source.ts";
import { readSuccessors } from "../language/successors.ts";
import { loadClientScenarios, loadScenarios } from "./load_scenarios.ts";
import { root } from "./testing.ts";

/** Every scenario of commit fd5e0b1, one a line, with the requirements it judged. */
const BEFORE = new URL("./testing/scenarios_at_fd5e0b1.txt", import.meta.url);

const scenarios = join(root, "scenarios");
const [table, all, text] = await Promise.all([
  loadSource(join(scenarios, "successors.yaml")).then(readSuccessors),
  Promise.all([loadScenarios(scenarios), loadClientScenarios(scenarios)]),
  Deno.readTextFile(BEFORE),
]);
const now = new Map(all.flat().map((scenario) => [scenario.id, checksOf(scenario)]));
const before = text.trimEnd().split("\n").map((line) => {
  const [id = "", ...requirements] = line.split(" ");
  return { id, requirements };
});

/** The scenarios that are there for an id of then; the scenario itself where it still is. */
function todayOf(id: string): readonly string[] {
  if (now.has(id)) return [id];
  return table.successors.filter(({ scenario }) => scenario === id).flatMap(({ now: ids }) =>
    ids.flatMap(todayOf)
  );
}

describe("the scenarios of fd5e0b1", () => {
  it("are all there, or have a successor", () => {
    assertEquals(before.map(({ id }) => id).filter((id) => todayOf(id).length === 0), []);
  });

  it("judge every requirement they judged then, or the table says why not", () => {
    const excused = new Set(
      table.noLongerJudged.map(({ scenario, requirement }) => `${scenario} ${requirement}`),
    );
    const lost = before.flatMap(({ id, requirements }) => {
      const judged = new Set(todayOf(id).flatMap((other) => now.get(other) ?? []));
      return requirements.filter((one) => !judged.has(one)).map((one) => `${id} ${one}`);
    });
    assertEquals(lost.filter((one) => !excused.has(one)), []);
    assertEquals(
      [...excused].filter((one) => !lost.includes(one)),
      [],
      "entries that excuse nothing",
    );
  });

  it("have no successor while they are still there", () => {
    assertEquals(table.successors.filter(({ scenario }) => now.has(scenario)), []);
  });
});
