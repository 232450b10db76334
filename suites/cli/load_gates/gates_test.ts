import { assertEquals, assertMatch } from "@std/assert";
import { beforeAll, describe, it } from "@std/testing/bdd";
import { notBuilt } from "../../load/testing/k6_process.ts";
import { GATES } from "./gates.ts";
import { heldAgainst } from "./held_against.ts";

describe("load, on a target that", () => {
  const gates = GATES.filter(({ byPlan }) => !byPlan || !notBuilt);
  let runs: ReturnType<typeof heldAgainst>[] = [];
  beforeAll(async () => {
    runs = gates.map((gate) => heldAgainst(gate)); // at once: they mostly wait
    await Promise.allSettled(runs);
  });
  for (const [at, { title, right }] of gates.entries()) {
    it(`${title}: exit code ${right.exit}`, async () => {
      const { code, err } = await runs[at]!; // one a gate
      assertEquals(code, right.exit, err);
      for (const words of right.says) assertMatch(err, words);
    });
  }
});
