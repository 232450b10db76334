import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { junitReport } from "./junit.ts";
import { killedRun, sampleRun } from "../testing/sample.ts";

const xml = junitReport(await sampleRun());

interface Testcase {
  readonly "@name": string;
  readonly "@classname": string;
  readonly "@file": string;
  readonly "@line": string;
  readonly failure?: { readonly "@message": string; readonly "@type": string; "#text": string };
  readonly error?: { readonly "@message": string };
  readonly skipped?: { readonly "@message": string };
}

/** The test cases as another reader of XML sees them. */
function testcases(text: string): Testcase[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    isArray: (name) => name === "testcase" || name === "testsuite",
  });
  const suites: { testcase: Testcase[] }[] = parser.parse(text).testsuites.testsuite;
  return suites.flatMap((suite) => suite.testcase);
}

describe("the JUnit report", () => {
  it("is well-formed XML, whatever the target wrote", () => {
    assertEquals(XMLValidator.validate(xml), true);
    // deno-lint-ignore no-control-regex -- XML 1.0 forbids these, even escaped
    assertEquals(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(xml), false);
    assertEquals(xml.isWellFormed(), true);
    assertEquals(xml.includes("]]>"), false);
  });

  it("counts what each suite holds", () => {
    assertStringIncludes(xml, 'tests="3" failures="1" errors="0" skipped="1" time="1.234"');
  });

  it("names each scenario, its file and its line", () => {
    const [first] = testcases(xml);
    assertEquals(first?.["@classname"], "auth.private.signed-for-another-socket");
    assertEquals(first?.["@file"], "scenarios/auth/private.yaml");
    assertEquals(first?.["@line"], "12");
  });

  it("tells a failure with its requirement, cause and what was on the wire", () => {
    const failure = testcases(xml)[1]?.failure;
    assertEquals(failure?.["@message"].startsWith("P-163 (must): Expected nothing"), true);
    assertEquals(failure?.["@type"], "implementation");
    assertStringIncludes(failure?.["#text"] ?? "", "ana#1 ← </script>");
  });

  it("gives a skipped scenario's reason", () => {
    assertStringIncludes(testcases(xml)[2]?.skipped?.["@message"] ?? "", "add webhooks.url");
  });

  it("holds what a killed run never judged as an error", async () => {
    const last = testcases(junitReport(await killedRun())).at(-1);
    assertStringIncludes(last?.error?.["@message"] ?? "", "Not judged. The run was killed");
  });
});
