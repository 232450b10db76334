import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { loadOutcome } from "./outcome.ts";
import type { LoadReport } from "../../suites/record/load/report.ts";
import { sampleLoad } from "../testing/load_sample.ts";

type Verdict = LoadReport["load"]["objectives"][number]["verdict"];

function outcome(
  verdicts: readonly Verdict[],
  change: Partial<LoadReport["load"]> = {},
  exitCode = 0,
): string {
  const report = { ...sampleLoad(), exitCode };
  const objectives = verdicts.map((verdict) => ({ text: "delivery p95 <= 65ms", verdict }));
  report.load = { ...report.load, objectives, findings: [], ...change };
  const { sentence, tone } = loadOutcome(report);
  return `${tone}: ${sentence}`;
}

describe("what a load run comes to", () => {
  it("is what became of its objectives", () => {
    assertEquals(outcome(["met", "met"]), "pass: 2 of 2 objectives met");
    assertEquals(outcome(["met"]), "pass: The objective is met");
    assertEquals(outcome(["missed", "met"]), "fail: 1 of 2 objectives missed");
  });

  it("is no pass where anything is not known, or was found", () => {
    assertEquals(outcome([]), "warn: No objectives were set");
    assertEquals(outcome(["met", "unknown"]), "warn: 1 of 2 objectives met, 1 unknown");
    assertEquals(outcome(["met"], { findings: ["x"] }), "warn: The objective is met; 1 finding");
    const { measurements } = sampleLoad().load;
    assertEquals(
      outcome(["met"], { measurements: { ...measurements, complete: false } }),
      "warn: Ended early; the objective is met until then",
    );
  });

  it("is a failure where what was found failed the run", () => {
    assertEquals(
      outcome(["met"], { findings: ["x"] }, 99),
      "fail: The objective is met; 1 finding",
    );
  });

  it("is a failure where the generator was measured, whatever its figures met", () => {
    assertEquals(
      outcome(["met"], { generatorBound: ["x"] }),
      "fail: Generator-bound; the objective is met",
    );
  });
});
