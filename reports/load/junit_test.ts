import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { loadJunit } from "./junit.ts";
import { interruptedLoad, sampleLoad } from "../testing/load_sample.ts";

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  isArray: (name) => name === "testcase",
});

describe("a load run as JUnit XML", () => {
  it("has a test for each objective, each finding, the generator and the end", () => {
    const { testsuite } = parser.parse(loadJunit(sampleLoad())).testsuites;
    assertEquals([testsuite.tests, testsuite.failures, testsuite.errors], ["7", "3", "1"]);
    const [missed, met, unknown, finding] = testsuite.testcase;
    assertEquals(missed.name, "delivery p95 <= 65ms");
    assertEquals(missed.failure.message, "76ms");
    assertEquals([met.failure, met.error], [undefined, undefined]);
    assertEquals(unknown.error.message, "not measured");
    assertEquals(finding.failure.message, "1 delivery of 5,000 did not come, at 6.2 s");
  });

  it("counts a generator that was the bound, and an interrupt, as errors", () => {
    const report = interruptedLoad();
    report.load.generatorBound = ["its CPU was at 1.9 of 2 cores"];
    const { testsuite } = parser.parse(loadJunit(report)).testsuites;
    const errors = testsuite.testcase.filter(({ error }: { error?: unknown }) => error);
    assertEquals([testsuite.failures, errors.length], ["0", 5]);
  });

  it("is XML whatever a target writes", () => {
    const text = loadJunit(sampleLoad());
    assertEquals(XMLValidator.validate(text), true);
    assert(text.isWellFormed());
  });
});
