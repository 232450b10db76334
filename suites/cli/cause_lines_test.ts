import { assert, assertEquals, assertMatch } from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import { describe, it } from "@std/testing/bdd";
import { sampleRun } from "../../reports/testing/sample.ts";
import { causesOf } from "../record/causes.ts";
import { causeLines } from "./cause_lines.ts";

const view = await sampleRun();
const causes = causesOf(view.cases.flatMap(({ result }) => result ?? []));

describe("the lines of a cause", () => {
  it("end with the scenario that shows it, and the file, line and words of its step", () => {
    let placed = 0;
    for (const cause of causes) {
      const [first] = cause.evidence;
      assert(first);
      const of = view.cases.find(({ attempt }) => attempt.id === first.case)?.attempt;
      const step = of?.steps[first.check.step];
      if (!of || !step) continue;
      placed++;
      const lines = causeLines(cause, view).map(stripAnsiCode);
      const at = lines.findIndex((line) => line.startsWith(`    ${first.case}`));
      assertMatch(lines[at] ?? "", /^ {4}[^ ]+, [^ ]+\.yaml:\d+: ./);
      assert(lines[at]?.includes(`${of.file}:${step.at}: `), lines[at]);
    }
    assert(placed > 0);
  });

  it("keep what a message draws apart, so that nothing in it is taken for a line of its own", () => {
    const [cause] = causes;
    assert(cause);
    const evidence = cause.evidence.map((one) => ({
      ...one,
      check: { ...one.check, message: "two requests met:\n::error::forged\n\u001b[31m red" },
    }));
    const lines = causeLines({ ...cause, evidence }, view).map(stripAnsiCode);
    assertEquals(lines.slice(1, 4), [
      "    two requests met:",
      "    | ::error::forged",
      "    | \\u{1b}[31m red",
    ]);
  });
});
