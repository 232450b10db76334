import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { markdownReport } from "./markdown.ts";
import { killedRun, sampleRun } from "../testing/sample.ts";

const text = markdownReport(await sampleRun());

describe("the Markdown report", () => {
  it("opens with the target and how it stands", () => {
    assertMatch(text, /^## Sample .*: 1 requirement failed\n/);
  });

  it("names what the target does not offer", () => {
    assertStringIncludes(
      text,
      "18 of 19 features offered by app main; not offered: POST /batch\\_events",
    );
  });

  it("has a row for each score", () => {
    assertStringIncludes(text, "| conformance | **1** of 180 | 1 | 1 | 1 | 5 | 1 | 170 |");
  });

  it("tells a failure with requirement, cause, message and scenario", () => {
    assertStringIncludes(text, "### Failed (1)\n\n- **P-163** must, implementation: Client events");
    assertStringIncludes(text, "`clients/whispers/on-a-public-channel`");
  });

  it("folds warnings and known deviations away", () => {
    assertStringIncludes(text, "<details><summary>Warnings (1)</summary>");
    assertStringIncludes(text, "<details><summary>Known deviations (1)</summary>");
  });

  it("names a listed deviation that now holds", () => {
    assertStringIncludes(text, "now held:** P-099.");
  });

  it("lets nothing a target wrote act as HTML, Markdown, a link or a mention", () => {
    assertEquals(/(?<!\\)<(?!\/?(details|summary)>)/.test(text), false);
    assertEquals(/(?<!\\)\]\(/.test(text), false);
    assertEquals(text.includes("**bold**"), false);
    assertEquals(text.includes("@everyone"), false);
    assertEquals(text.includes("https://evil"), false);
    assertEquals(text.includes("\u202e") || text.includes("\u0000"), false);
  });

  it("says that a killed run is incomplete", async () => {
    assertStringIncludes(
      markdownReport(await killedRun()),
      "> **Incomplete.** The run was killed before it could finish. Scenarios not judged: 1.",
    );
  });
});
