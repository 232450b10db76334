import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { readExpected } from "../engine/expected.ts";
import { loadSource } from "../language/source.ts";
import type { CaseResult, Verdict } from "../record/verdict.ts";
import { withFolder } from "./testing.ts";
import { writeExpected } from "./write_expected.ts";

const result = (id: string, verdict: Verdict): CaseResult => ({
  id,
  verdict,
  durationMs: 1,
  checks: [{
    requirement: "P-100",
    level: "must",
    verdict,
    observation: "HTTP 200",
    message: "",
    step: 0,
    quotes: [],
  }],
});

describe("a baseline", () => {
  it("lists what fails, examples of one table together, and not what is blocked", async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "expected.yaml");
      const results = [
        result("auth/private/wrong-key/another", "fail"),
        result("auth/private/wrong-key/none", "late"),
        result("auth/private/alone", "warn"),
        result("auth/private/blocked", "blocked"),
        result("auth/private/right", "pass"),
      ];
      await writeExpected(path, results, "a server");
      const entries = readExpected(await loadSource(path));
      assertEquals(
        entries.map(({ scenario, requirement, reason }) => [scenario, requirement, reason]),
        [
          ["auth/private/wrong-key/*", "P-100", "HTTP 200"],
          ["auth/private/alone", "P-100", "HTTP 200"],
        ],
      );
    });
  });
});
