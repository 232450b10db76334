import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CaseResult, CheckResult, Verdict } from "../../suites/record/verdict.ts";
import type { RunView } from "../../suites/record/check/read.ts";
import { sampleRun } from "../testing/sample.ts";
import { htmlReport } from "./html/page.ts";
import { reportOf } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import { causes, headline } from "./outcome.ts";

const check = (requirement: string, verdict: Verdict, more: Partial<CheckResult> = {}) => ({
  requirement,
  level: "must" as const,
  verdict,
  message: `${requirement} came to ${verdict}`,
  step: 0,
  quotes: [],
  ...more,
});

/** A run of these scenarios, by their names, with the rest of the sample. */
async function runOf(cases: Readonly<Record<string, readonly CheckResult[]>>): Promise<RunView> {
  const sample = await sampleRun();
  const views = Object.entries(cases).map(([id, checks]) => {
    const [{ verdict } = { verdict: "pass" as const }] = checks;
    const result: CaseResult = { id, verdict, durationMs: 1, checks };
    return {
      attempt: {
        line: "case" as const,
        id,
        suite: "auth",
        title: id,
        file: "scenarios/auth.yaml",
        at: 1,
        steps: [],
      },
      result,
      evidence: [],
    };
  });
  return { ...sample, cases: views };
}

const CAUSE = { kind: "cause", requirement: "P-113", case: "auth/one", step: 0 } as const;
const broken = await runOf({
  "auth/one": [
    check("P-113", "fail", { observation: "pusher:error 4200", cause: "implementation" }),
  ],
  "auth/two": [check("P-119", "blocked", { blockedBy: CAUSE })],
  "auth/three": [check("P-123", "late", { observation: "came late", lateMs: 10_000 })],
});

describe("a failure that blocks others", () => {
  it("is one requirement that failed, in every report", () => {
    assertEquals(headline(broken), "1 requirement failed");
    assertMatch(markdownReport(broken), /### Failed \(1\)\n\n- \*\*P-113\*\* must, implementation/);
    assertMatch(htmlReport(broken), /Failed <b>1<\/b>/);
  });

  it("comes first, with what it blocks folded beneath", () => {
    assertStringIncludes(markdownReport(broken), "blocks 1 check");
    const page = htmlReport(broken);
    assertStringIncludes(page, "Blocks 1 check of 1 requirement");
    assertEquals(page.indexOf("P-113") < page.indexOf("P-119"), true);
  });

  it("leaves the blocked scenario neither passed nor failed in JUnit", () => {
    const xml = junitReport(broken);
    assertMatch(xml, /tests="3" failures="1" errors="0" skipped="1"/);
    assertStringIncludes(xml, '<skipped message="P-119 (blocked): P-119 came to blocked"');
  });
});

describe("what a list expects", () => {
  it("is no failure and no pass: the headline counts it, JUnit skips it", async () => {
    const view = await runOf({ "auth/one": [check("P-113", "expected", { observation: "x" })] });
    assertEquals(headline(view), "Nothing failed; 1 expected");
    assertMatch(junitReport(view), /failures="0" errors="0" skipped="1"/);
    assertStringIncludes(markdownReport(view), "<summary>Expected (1)</summary>");
  });

  it("is no pass, and what it does not list is new: in the headline, first, by name", async () => {
    const baseline = {
      line: "baseline" as const,
      file: "expected.yaml",
      failOn: "must" as const,
      stale: [{ scenario: "auth/*", requirement: "P-099", at: 7 }],
    };
    const view: RunView = {
      ...await runOf({
        "auth/one": [check("P-113", "expected", { observation: "x", reason: "so it is" })],
        "auth/two": [check("P-119", "fail", { observation: "y", uncoveredBy: "P-113" })],
        "auth/three": [check("P-123", "warn", { observation: "z" })],
      }),
      baseline,
    };
    assertEquals(headline(view), "New: 1 requirement failed, 1 warned, 1 expected, 1 stale");
    assertMatch(htmlReport({ ...view, cases: [] }), /<p class="verdict warn">/);
    const text = markdownReport(view);
    assertMatch(text, /### New failures \(1\)\n\n- \*\*P-119\*\*/);
    assertStringIncludes(text, "<summary>Warnings (1)</summary>");
    assertStringIncludes(text, "- P-099 in `auth/*` (line 7)");
    assertStringIncludes(
      markdownReport({ ...view, baseline: { ...baseline, failOn: "should" } }),
      "### New warnings (1)",
    );
    const page = htmlReport(view);
    assertMatch(page, /New: failed <b>1<\/b>/);
    assertEquals(page.indexOf("New: failed") < page.indexOf("Expected <b>1</b>"), true);
    assertStringIncludes(page, "<li>P-099 in auth/* (expected.yaml, line 7)</li>");
    assertEquals(reportOf(view).baseline, {
      file: "expected.yaml",
      new: [{
        case: "auth/two",
        requirement: "P-119",
        verdict: "fail",
        observation: "y",
        uncoveredBy: "P-113",
      }],
      stale: [{ scenario: "auth/*", requirement: "P-099", at: 7 }],
    });
  });

  it("is a cause beside the same failure elsewhere, which is new", async () => {
    const view = await runOf({
      "auth/one": [check("P-113", "expected", { observation: "x" })],
      "auth/two": [check("P-113", "fail", { observation: "x" })],
    });
    assertEquals(
      causes(view, ["fail", "expected"]).map((
        one,
      ) => [one.verdict, one.evidence.map((it) => it.case)]),
      [["fail", ["auth/two"]], ["expected", ["auth/one"]]],
    );
  });
});
