import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { UsageError } from "../record/usage_error.ts";
import { chooseScenarios } from "./choose_scenarios.ts";
import { loadScenarios } from "./load_scenarios.ts";
import { root } from "./testing.ts";

const everything = await loadScenarios(join(root, "scenarios"));
const choice = { root, clients: false, suites: [], ids: [], requirements: [], depth: "full" };

const chosenBy = async (some: Partial<Parameters<typeof chooseScenarios>[0]>) => {
  const { scenarios, known } = await chooseScenarios({ ...choice, depth: "full", ...some });
  return {
    ids: scenarios.map(({ id }) => id).sort(),
    read: [...new Set(known.map(({ suite }) => suite))].sort(),
  };
};
const idsOf = (matches: (id: string) => boolean) =>
  everything.map(({ id }) => id).filter(matches).sort();
const all = [...new Set(everything.map(({ suite }) => suite))].sort();

describe("a choice of scenarios", () => {
  it("reads the suites that it names, and of them chooses what a look at all would", async () => {
    const auth = idsOf((id) => id.startsWith("auth/"));
    const both = idsOf((id) => /^(auth|users)\//.test(id));
    assert(auth.length > 0 && both.length > auth.length);
    assertEquals(await chosenBy({ suites: ["auth"] }), { ids: auth, read: ["auth"] });
    assertEquals(await chosenBy({ ids: ["auth/**", "users/**"] }), {
      ids: both,
      read: ["auth", "users"],
    });
  });

  it("reads all where anything may be meant", async () => {
    const expected = "a list";
    for (const some of [{ requirements: ["P-100"] }, { ids: ["*/private/**"] }, { expected }]) {
      assertEquals((await chosenBy(some)).read, all);
    }
    assertEquals((await chosenBy({ suites: ["auth"], exclude: ["users/**"] })).read, all);
  });

  it("knows the nearest of all names where one is misspelt", async () => {
    const error = await assertRejects(() => chosenBy({ suites: ["oth"] }), UsageError);
    assertEquals(error.message, 'there is no suite "oth". Did you mean "auth"?');
  });
});
