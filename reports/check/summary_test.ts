import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { sampleRun } from "../testing/sample.ts";
import { judgedRequirements, scoresOf } from "./scores.ts";
import { scoreLines } from "./summary.ts";

describe("the scores on a terminal", () => {
  it("tell what passed of all there is, and what became of the rest", async () => {
    const scores = scoresOf(judgedRequirements(await sampleRun()));
    assertEquals(scoreLines(scores), [
      "conformance      1 of 180 passed, 1 failed, 1 warned, 1 known, 5 not offered, 1 skipped, 170 untested",
      "compatibility    0 of 17 passed, 1 not offered, 16 untested",
      "robustness       0 of 53 passed, 53 untested",
      "limits           0 of 10 passed, 10 untested",
    ]);
  });
});
