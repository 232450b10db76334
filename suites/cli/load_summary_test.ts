import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { stripAnsiCode } from "@std/fmt/colors";
import { sampleLoad } from "../../reports/testing/load_sample.ts";
import { loadSummary } from "./load_summary.ts";

describe("the summary of a load run", () => {
  // In colour or not, as whoever runs the test has it.
  const text = stripAnsiCode(loadSummary(sampleLoad(), ["reports/out/load/report.html"]));

  it("shows no latency without how much of what was expected was delivered", () => {
    assertStringIncludes(text, "4,999 of 5,000 expected deliveries (99.98%)");
    assertMatch(text, /p50 +p95 +p99 +p99\.9 +max/);
    assertEquals(text.indexOf("expected deliveries") < text.indexOf("p50"), true);
  });

  it("leaves out what is not measured", () => {
    assertMatch(text, /delivery .* of 4,999\n/);
  });

  it("says of each objective how it ended, and names what was not measured", () => {
    for (const { text: objective, verdict } of sampleLoad().load.objectives) {
      assertStringIncludes(
        text,
        `${{ met: "✔", missed: "✘", unknown: "?" }[verdict]} ${objective}: `,
      );
    }
  });

  it("shows what a target says so that it cannot write on the terminal", () => {
    // deno-lint-ignore no-control-regex -- that is what must not be there
    assertEquals(/[\x00-\x09\x0b-\x1f]/.test(text), false);
  });
});
