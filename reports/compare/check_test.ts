import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Verdict } from "../../suites/record/verdict.ts";
import { type Report, reportOf } from "../check/json.ts";
import { sampleRun } from "../testing/sample.ts";
import { compareChecks } from "./check.ts";

const sample = reportOf(await sampleRun());

/** A run in which each scenario judged P-100 so. */
function run(scenarios: Readonly<Record<string, readonly Verdict[]>>): Report {
  return {
    ...sample,
    cases: Object.entries(scenarios).map(([id, verdicts]) => ({
      id,
      suite: "auth",
      title: id,
      verdict: verdicts[0] ?? "pass",
      durationMs: 1,
      checks: verdicts.map((verdict) => ({
        requirement: "P-100",
        level: "must" as const,
        verdict,
        ...(verdict === "pass" || verdict === "blocked" ? {} : { observation: "HTTP 500" }),
        message: "",
      })),
    })),
  };
}

/** What is said of the verdicts, and whether it counts. */
function changes(
  base: readonly Report[],
  other: readonly Report[],
  failOn: "must" | "should" = "must",
) {
  return compareChecks(base, other, failOn).rows.filter(({ group }) => group === "Verdicts")
    .map(({ change, isRegression, detail }) => [change, isRegression, detail]);
}

const from = (was: readonly Verdict[], is: readonly Verdict[]) =>
  changes([run({ "auth/a": was })], [run({ "auth/a": is })]).map((
    [change, counts],
  ) => [change, counts]);

describe("a verdict that changed", () => {
  it("is broken where it held, and counts", () => {
    assertEquals(from(["pass"], ["fail"]), [["broken", true]]);
    assertEquals(from(["pass", "pass"], ["pass", "fail"]), [["broken", true]]);
  });

  it("is broken and does not count where it is below --fail-on, expected or known", () => {
    for (const verdict of ["warn", "late", "expected", "known"] as const) {
      assertEquals(from(["pass"], [verdict]), [["broken", false]]);
    }
    const [base, other] = [run({ "auth/a": ["pass"] }), run({ "auth/a": ["warn"] })];
    assertEquals(changes([base], [other], "should").map(([, counts]) => counts), [true]);
  });

  it("is fixed, or gone where nothing judges it any more", () => {
    assertEquals(from(["fail"], ["pass"]), [["fixed", false]]);
    assertEquals(from(["pass"], ["blocked"]), [["gone", false]]);
    assertEquals(from(["fail"], []), [["gone", false]]);
  });

  it("is new where the base had not judged it", () => {
    assertEquals(from(["blocked"], ["fail"]), [["new", false]]);
    assertEquals(from([], ["fail"]), [["new", false]]);
    assertEquals(from([], ["pass"]), []);
  });

  it("is flaky where repeats differ, or the run itself said so", () => {
    assertEquals(from(["pass"], ["flaky"]), [["flaky", true]]);
    const [held, failed] = [run({ "auth/a": ["pass"] }), run({ "auth/a": ["fail"] })];
    assertEquals(changes([held, held], [held, failed]), [["flaky", true, "HTTP 500, in auth/a"]]);
    assertEquals(changes([held, failed], [held, failed]), [], "as it was");
  });

  it("is none where it fails as before, expected or not", () => {
    assertEquals(from(["fail"], ["fail"]), []);
    assertEquals(from(["expected"], ["fail"]), []);
    assertEquals(from(["pass", "blocked"], ["blocked", "pass"]), []);
  });

  it("is told once for all scenarios that show it alike", () => {
    const of = (verdict: Verdict) => run({ "auth/a": [verdict], "auth/b": [verdict] });
    assertEquals(changes([of("pass")], [of("fail")]), [
      ["broken", true, "HTTP 500, in auth/a and 1 scenario more"],
    ]);
  });
});

describe("a comparison of checks", () => {
  it("shows each score", () => {
    const { conformance } = sample.summary;
    const other = {
      ...sample,
      summary: {
        ...sample.summary,
        conformance: { ...conformance, passed: conformance.passed + 2 },
      },
    };
    const [row] = compareChecks([sample], [other], "must").rows;
    assertEquals([row?.name, row?.change, row?.difference], ["conformance", "better", "+2"]);
  });

  it("is not complete where a run was not", () => {
    const cut = { ...sample, run: { ...sample.run, complete: false } };
    assertEquals(
      compareChecks([sample], [cut], "must").incomplete,
      "1 of the runs are not complete",
    );
    assertEquals(compareChecks([sample], [sample], "must").incomplete, undefined);
  });
});
