import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { BadFile } from "../language/bad_file.ts";
import { readSource } from "../language/source.ts";
import { compare, readExpected } from "./expected.ts";
import type { CaseResult, Verdict } from "../record/verdict.ts";

const result = (id: string, requirement: string, verdict: Verdict): CaseResult => ({
  id,
  verdict,
  durationMs: 1,
  checks: [{ requirement, level: "must", verdict, message: "", step: 0, quotes: [] }],
});
const entry = (scenario: string, requirement: string) => ({
  scenario,
  requirement,
  reason: "so it is",
  line: 1,
});

const nothingRenamed = { successors: [] };

describe("expected verdicts", () => {
  it("let a listed failure pass", () => {
    const { surprising, stale } = compare(
      [result("auth/a/b", "P-100", "fail")],
      [
        entry("auth/a/*", "P-100"),
      ],
      "must",
      nothingRenamed,
    );
    assertEquals([surprising, stale], [[], []]);
  });

  it("name a failure nobody listed", () => {
    const { surprising } = compare(
      [result("auth/a/b", "P-100", "fail")],
      [
        entry("auth/a/b", "P-099"),
      ],
      "must",
      nothingRenamed,
    );
    assertEquals(surprising, [{ scenario: "auth/a/b", requirement: "P-100" }]);
  });

  it("are stale when what they list holds", () => {
    const { stale } = compare(
      [result("auth/a/b", "P-100", "pass")],
      [entry("auth/a/b", "P-100")],
      "must",
      nothingRenamed,
    );
    assertEquals(stale.length, 1);
  });

  it("are not stale when what they list was not judged", () => {
    assertEquals(
      compare(
        [result("auth/a/b", "P-100", "skip")],
        [entry("auth/a/b", "P-100")],
        "must",
        nothingRenamed,
      ).stale,
      [],
    );
    assertEquals(compare([], [entry("auth/a/b", "P-100")], "must", nothingRenamed).stale, []);
  });

  it("are not stale where they fail in some runs only", () => {
    const sometimes = { ...entry("auth/a/b", "P-100"), sometimes: true as const };
    for (const verdict of ["pass", "fail"] as const) {
      const { surprising, stale } = compare(
        [result("auth/a/b", "P-100", verdict)],
        [sometimes],
        "must",
        nothingRenamed,
      );
      assertEquals([surprising, stale], [[], []]);
    }
  });

  it("leave warnings alone unless shoulds count", () => {
    const warned = [result("auth/a/b", "P-100", "warn")];
    assertEquals(compare(warned, [], "must", nothingRenamed).surprising, []);
    assertEquals(compare(warned, [], "should", nothingRenamed).surprising.length, 1);
  });

  it("are about the successor of a scenario they name by its former id", () => {
    const renamed = {
      successors: [{ scenario: "auth/a/old", now: ["auth/a/b"], reason: "it is clearer" }],
    };
    for (const [verdict, stale] of [["fail", 0], ["pass", 1]] as const) {
      const comparison = compare(
        [result("auth/a/b", "P-100", verdict)],
        [entry("auth/a/old", "P-100")],
        "must",
        renamed,
      );
      assertEquals(comparison.surprising, []);
      assertEquals(comparison.stale.length, stale);
    }
  });

  it("are refused with their line when misspelt", () => {
    const text =
      "version: 1\nexpected:\n  - scenario: auth/a/b\n    requirment: P-100\n    reason: so it is\n";
    const error = assertThrows(() => readExpected(readSource("soketi.yaml", text)), BadFile);
    assertStringIncludes(error.message, "soketi.yaml:4:5");
    assertStringIncludes(error.message, 'Did you mean "requirement"?');
  });
});
