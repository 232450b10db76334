import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { BadFile } from "../language/bad_file.ts";
import { readSource } from "../language/source.ts";
import { readExpected } from "./expected.ts";

describe("a list of expected verdicts", () => {
  it("says what differs, and what that kept from being judged", () => {
    const text = [
      "version: 1",
      "expected:",
      "  - scenario: auth/a/*",
      "    requirement: P-100",
      "    observation: HTTP 200",
      "    reason: so it is",
      "    blocks: { P-101: [auth/b, auth/c/*] }",
    ].join("\n");
    assertEquals(readExpected(readSource("soketi.yaml", text)), [{
      scenario: "auth/a/*",
      requirement: "P-100",
      observation: "HTTP 200",
      reason: "so it is",
      blocks: { "P-101": ["auth/b", "auth/c/*"] },
      line: 3,
    }]);
  });

  it("is refused with its line when misspelt", () => {
    const text =
      "version: 1\nexpected:\n  - scenario: auth/a/b\n    requirment: P-100\n    reason: so it is\n";
    const error = assertThrows(() => readExpected(readSource("soketi.yaml", text)), BadFile);
    assertStringIncludes(error.message, "soketi.yaml:4:5");
    assertStringIncludes(error.message, 'Did you mean "requirement"?');
  });
});
