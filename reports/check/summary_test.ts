import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { sampleRun } from "../testing/sample.ts";
import { judgedRequirements, scoresOf } from "./scores.ts";
import { scoreLines } from "./summary.ts";

describe("the scores on a terminal", () => {
  it("tell what passed of all there is, and what became of the rest", async () => {
    const scores = scoresOf(judgedRequirements(await sampleRun()));
    const { conformance, compatibility, robustness, limits } = scores;
    assertEquals(scoreLines(scores), [
      `conformance      1 of ${conformance.of} passed, 1 failed, 1 warned, 1 known, 5 not offered, 1 skipped, ${conformance.untested} untested`,
      `compatibility    0 of ${compatibility.of} passed, 1 not offered, ${compatibility.untested} untested`,
      `robustness       0 of ${robustness.of} passed, ${robustness.of} untested`,
      `limits           0 of ${limits.of} passed, ${limits.of} untested`,
    ]);
  });
});
