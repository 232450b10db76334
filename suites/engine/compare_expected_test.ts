import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CaseResult, Verdict } from "../record/verdict.ts";
import { compare } from "./compare_expected.ts";

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

  it("are about what differs, where they say it", () => {
    const listed = { ...entry("auth/**", "P-100"), observation: "HTTP 200" };
    const as = (observation: string) => {
      const one = result("auth/a/b", "P-100", "fail");
      const checks = one.checks.map((check) => ({ ...check, observation }));
      return compare([{ ...one, checks }], [listed], "must", nothingRenamed);
    };
    assertEquals(as("HTTP 200").surprising, []);
    const other = as("HTTP 500");
    assertEquals(other.surprising, [{ scenario: "auth/a/b", requirement: "P-100" }]);
    assertEquals(other.stale, [], "it fails still, in another way");
  });

  it("list what no check asked for wherever it shows, for another run shows it elsewhere", () => {
    const listed = { ...entry("auth/first", "P-100"), observation: "HTTP 200" };
    const shown = (observation: string, isUnasked?: true) => {
      const one = result("auth/second", "P-100", "fail");
      const checks = one.checks.map((check) => ({
        ...check,
        observation,
        ...(isUnasked ? { isUnasked } : {}),
      }));
      const held = result("auth/first", "P-100", "pass");
      return compare([held, { ...one, checks }], [listed], "must", nothingRenamed);
    };
    const { surprising, stale } = shown("HTTP 200", true);
    assertEquals([surprising, stale], [[], []]);
    assertEquals(shown("HTTP 200").surprising.length, 1, "a check of its own is new");
    assertEquals(shown("HTTP 500", true).surprising.length, 1, "it differs in another way");
  });

  it("are neither fulfilled nor made stale by what is blocked", () => {
    const blocked = result("auth/a/b", "P-100", "blocked");
    const { results, surprising, stale } = compare(
      [blocked, result("auth/a/c", "P-100", "pass")],
      [entry("auth/a/*", "P-100")],
      "must",
      nothingRenamed,
    );
    assertEquals([surprising, stale], [[], []]);
    assertEquals(results.get("auth/a/b"), blocked);
  });

  it("are stale where a scenario that they saw break a premise breaks it no longer", () => {
    const premise = { ...entry("auth/a", "P-099"), observation: "HTTP 200" };
    const stale = (verdict: Verdict, listed: typeof premise | ReturnType<typeof entry> = premise) =>
      compare([result("auth/a", "P-100", verdict)], [listed], "must", nothingRenamed).stale.length;
    assertEquals(stale("pass"), 1);
    assertEquals(stale("blocked"), 0, "something else ended it before");
    assertEquals(stale("skip"), 0);
    assertEquals(stale("pass", entry("auth/a", "P-099")), 0, "an entry by hand may be about less");
  });

  it("name the fix that uncovers a failure, and only where it is one", () => {
    const baseline = { ...entry("auth/a", "P-100"), blocks: { "P-101": ["auth/b", "auth/c/*"] } };
    const surprises = (cause: Verdict, failing: string, requirement = "P-101") =>
      compare(
        [result("auth/a", "P-100", cause), result(failing, requirement, "fail")],
        [baseline],
        "must",
        nothingRenamed,
      ).surprising;
    const uncovered = { requirement: "P-101", uncoveredBy: "P-100" };
    assertEquals(surprises("pass", "auth/b"), [{ scenario: "auth/b", ...uncovered }]);
    assertEquals(surprises("pass", "auth/c/d"), [{ scenario: "auth/c/d", ...uncovered }]);
    const fresh = { scenario: "auth/b", requirement: "P-101" };
    assertEquals(surprises("fail", "auth/b"), [fresh], "the cause is there still");
    assertEquals(surprises("pass", "auth/b", "P-102"), [{ ...fresh, requirement: "P-102" }]);
    assertEquals(surprises("pass", "auth/d"), [{ ...fresh, scenario: "auth/d" }]);
  });

  it("leave their reason, and the fix that uncovers a failure, in the results", () => {
    const baseline = { ...entry("auth/a", "P-100"), blocks: { "P-101": ["auth/b"] } };
    const { results } = compare(
      [
        result("auth/a", "P-103", "fail"),
        result("auth/b", "P-101", "fail"),
      ],
      [baseline, entry("auth/a", "P-103")],
      "must",
      nothingRenamed,
    );
    const [expected] = results.get("auth/a")?.checks ?? [];
    assertEquals([expected?.verdict, expected?.reason], ["expected", "so it is"]);
    const [uncovered] = results.get("auth/b")?.checks ?? [];
    assertEquals([uncovered?.verdict, uncovered?.uncoveredBy], ["fail", "P-100"]);
    assertEquals(uncovered?.message, " — uncovered by the fix of P-100");
  });

  it("understand the globs that docs/ci.md shows, as it says", async () => {
    const page = await Deno.readTextFile(new URL("../../docs/ci.md", import.meta.url));
    const rows = [...page.matchAll(/^\| `([^`]+)` +\| ([^|]+)\| ([^|]+)\|$/gm)];
    assertEquals(rows.length, 5);
    for (const [, glob = "", matching = "", others = ""] of rows) {
      const listed = (id: string) =>
        compare([result(id, "P-100", "fail")], [entry(glob, "P-100")], "must", nothingRenamed)
          .surprising.length === 0;
      for (const [, id = ""] of matching.matchAll(/`([^`]+)`/g)) {
        assertEquals([glob, id, listed(id)], [glob, id, true]);
      }
      for (const [, id = ""] of others.matchAll(/`([^`]+)`/g)) {
        assertEquals([glob, id, listed(id)], [glob, id, false]);
      }
    }
  });
});
