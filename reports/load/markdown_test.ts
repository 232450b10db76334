import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { loadMarkdown } from "./markdown.ts";
import { interruptedLoad, sampleLoad } from "../testing/load_sample.ts";
import { HOSTILE } from "../testing/sample.ts";

const text = loadMarkdown(sampleLoad());

describe("a load run as Markdown", () => {
  it("opens with what it came to, and how much of what was expected was delivered", () => {
    assertMatch(text, /^## Sample .*: 1 of 3 objectives missed, 1 unknown; 2 findings\n/);
    assertStringIncludes(text, "4,999 of 5,000 deliveries (99.98%)");
  });

  it("says what each objective came to, and every finding", () => {
    assertStringIncludes(text, "| `delivery p95 <= 65ms` | 76ms | ❌ missed |");
    assertStringIncludes(text, "| `recover p99 <= 1s` | – | ❔ unknown |");
    assertStringIncludes(text, "- 1 delivery of 5,000 did not come, at 6.2 s");
  });

  it("has the latencies of what the plan measures, each with its count", () => {
    assertStringIncludes(text, "| delivery | 4,999 | 40 ms | 76 ms | 79.2 ms | 80 ms | 80.1 ms |");
  });

  it("says that the generator was measured, above all figures", () => {
    const report = sampleLoad();
    report.load.generatorBound = ["its CPU was at 1.9 of 2 cores"];
    assertMatch(
      loadMarkdown(report),
      /\*\*Generator-bound\.\*\*[\s\S]*1\.9 of 2 cores[\s\S]*\| Objective/,
    );
  });

  it("has no figures of a run that was interrupted before there were any", () => {
    const interrupted = loadMarkdown(interruptedLoad());
    assertStringIncludes(interrupted, "Ended early");
    assertEquals(interrupted.includes("deliveries ("), false);
  });

  it("lets nothing of the target's be markup", () => {
    assertEquals(text.includes(HOSTILE), false);
    assertEquals(
      /(?<!\\)<(?!\/?(details|summary)>)(?=[a-z!/])/i.test(text.replace(/`[^`]*`/g, "")),
      false,
    );
  });
});
