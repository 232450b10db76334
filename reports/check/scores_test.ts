import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CheckResult, Verdict } from "../../suites/record/verdict.ts";
import type { RunView } from "../../suites/record/check/read.ts";
import { sampleRun } from "../testing/sample.ts";
import { judgedRequirements, type Scores, scoresOf, type Standing } from "./scores.ts";

const sample = await sampleRun();

function scored(view: RunView): Scores {
  return scoresOf(judgedRequirements(view));
}

/** The sample's first scenario, judged as given. */
function judgedAs(
  ...checks: readonly (readonly [requirement: string, verdict: Verdict])[]
): RunView {
  const results: CheckResult[] = checks.map(([requirement, verdict]) => ({
    requirement,
    level: "must",
    verdict,
    message: "",
    step: 0,
    quotes: [],
  }));
  const cases = sample.cases.slice(0, 1).map((of) => ({
    ...of,
    result: { id: of.attempt.id, verdict: "pass" as const, durationMs: 0, checks: results },
  }));
  return { ...sample, cases };
}

function standing(view: RunView, id: string): Standing | undefined {
  return judgedRequirements(view).find((row) => row.requirement.id === id)?.standing;
}

describe("where a requirement stands", () => {
  it("is as bad as its worst check", () => {
    assertEquals(standing(judgedAs(["P-099", "pass"], ["P-099", "fail"]), "P-099"), "failed");
    assertEquals(standing(judgedAs(["P-099", "pass"], ["P-099", "known"]), "P-099"), "known");
    assertEquals(standing(judgedAs(["P-099", "pass"], ["P-099", "skip"]), "P-099"), "skipped");
  });

  it("counts a warning apart from a failure", () => {
    assertEquals(standing(judgedAs(["P-206", "warn"], ["P-206", "pass"]), "P-206"), "warned");
  });

  it("passes when information came beside a pass, and not by information alone", () => {
    assertEquals(standing(judgedAs(["P-102", "pass"], ["P-102", "info"]), "P-102"), "passed");
    assertEquals(standing(judgedAs(["P-102", "info"]), "P-102"), "untested");
  });

  it("is untested when nothing judged it: unknown is not a pass", () => {
    assertEquals(standing(judgedAs(), "P-001"), "untested");
  });

  it("only informs while a probe of the hosted service is owed", () => {
    assertEquals(standing(judgedAs(["P-006", "info"]), "P-006"), "informs");
    assertEquals(standing(judgedAs(["P-114", "info"]), "P-114"), "informs");
  });

  it("is not offered when the target claims no such feature", () => {
    assertEquals(standing(judgedAs(), "P-178"), "notOffered");
    const target = { ...sample.run.target, claims: ["subscription-count"] };
    const claiming = { ...judgedAs(["P-178", "pass"]), run: { ...sample.run, target } };
    assertEquals(standing(claiming, "P-178"), "passed");
  });
});

describe("a score", () => {
  it("counts every must and should the catalogue settles, however little was judged", () => {
    const names = ["conformance", "compatibility", "robustness", "limits"] as const;
    const totals = (scores: Scores) => names.map((name) => scores[name].of);
    assertEquals(totals(scored(judgedAs())), totals(scored(sample)));
    const settled = sample.run.requirements.filter(({ level, live, demoted }) =>
      (level === "must" || level === "should") && !live && demoted !== true
    );
    assertEquals(
      totals(scored(sample)),
      names.map((name) => settled.filter(({ score }) => score === name).length),
    );
  });

  it("is the sum of its parts", () => {
    for (const { of, ...parts } of Object.values(scored(sample))) {
      assertEquals(Object.values(parts).reduce((sum, part) => sum + part, 0), of);
    }
  });

  it("keeps a declared deviation in the count it is taken from", () => {
    const { conformance } = scored(sample);
    assertEquals([conformance.known, conformance.failed, conformance.passed], [1, 1, 1]);
  });

  it("tells the clients' only when one was judged", () => {
    assertEquals(scored(sample).clients, undefined);
    assertEquals(scored(judgedAs(["P-048", "pass"])).clients?.passed, 1);
  });

  it("is of an application only where one was there to be judged", () => {
    assertEquals(scored(judgedAs(["APP-001", "skip"])).application, undefined);
    assertEquals(
      scored(judgedAs(["APP-001", "pass"], ["APP-002", "skip"])).application?.skipped,
      1,
    );
  });
});
