import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { XMLValidator } from "fast-xml-parser";
import { HOSTILE } from "../testing/sample.ts";
import { outcomeOf } from "./compare.ts";
import { comparisonJunit } from "./junit.ts";
import { comparisonMarkdown } from "./markdown.ts";
import { comparisonPage } from "./page.ts";
import type { Comparison } from "./row.ts";

const comparison: Comparison = {
  kind: "load",
  base: { title: `Before ${HOSTILE}`, startedAt: "2026-05-01T10:00:00.000Z", runs: 3 },
  new: { title: `After ${HOSTILE}`, startedAt: "2026-05-02T10:00:00.000Z", runs: 1 },
  notes: ["measured on different machines"],
  rows: [
    {
      group: "Latency",
      name: "delivery p95",
      change: "worse",
      isRegression: true,
      base: "42 ms",
      new: "55 ms",
      difference: "+31% (+25% to +37%)",
    },
    {
      group: "Latency",
      name: "answer p95",
      change: "noise",
      isRegression: false,
      base: "3 ms",
      new: "3.1 ms",
    },
    {
      group: "Verdicts",
      name: "P-099 must",
      change: "gone",
      isRegression: false,
      detail: `in ${HOSTILE}`,
    },
    {
      group: "Verdicts",
      name: "P-100 must",
      change: "fixed",
      isRegression: false,
      detail: "in auth/a",
    },
  ],
};

describe("the reports of a comparison", () => {
  it("open with what it comes to", () => {
    assertEquals(outcomeOf(comparison), "1 regression; 1 improvement");
    assertEquals(
      outcomeOf({ ...comparison, rows: [], incomplete: "cut" }),
      "No regression; not complete",
    );
  });

  it("show regressions first, in Markdown and on the page", () => {
    const text = comparisonMarkdown(comparison);
    assertMatch(text, /^## 1 regression; 1 improvement\n/);
    assertStringIncludes(text, "| worse | delivery p95 | 42 ms → 55 ms, +31% (+25% to +37%) |");
    assertEquals(text.indexOf("delivery p95") < text.indexOf("<details>"), true);
    const page = comparisonPage(comparison);
    assertEquals(page.indexOf("Regressions") < page.indexOf("answer p95"), true);
    assertStringIncludes(page, '<span class="word fail">worse</span>');
    assertEquals(page.includes("<img src=x"), false);
  });

  it("fail in JUnit for a regression alone", () => {
    const xml = comparisonJunit(comparison);
    assertEquals(XMLValidator.validate(xml), true);
    assertStringIncludes(xml, 'tests="4" failures="1" errors="0" skipped="1"');
    assertMatch(xml, /<failure message="worse: 42 ms → 55 ms, \+31% \(\+25% to \+37%\)"\/>/);
  });
});
