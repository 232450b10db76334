import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { readExpected } from "../engine/expected.ts";
import { loadSource } from "../language/source.ts";
import type { CaseResult, CheckResult, Verdict } from "../record/verdict.ts";
import { withFolder } from "./testing.ts";
import { writeExpected } from "./write_expected.ts";

const result = (
  id: string,
  verdict: Verdict,
  more: Partial<CheckResult> = {},
): CaseResult => ({
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
    ...more,
  }],
});

/** What is written of these runs, read back. */
function entriesOf(...rounds: readonly (readonly CaseResult[])[]) {
  return withFolder(async (folder) => {
    const path = join(folder, "expected.yaml");
    await writeExpected(path, rounds, "a server");
    return readExpected(await loadSource(path)).map(({ line: _, ...entry }) => entry);
  });
}

const P100 = { requirement: "P-100", observation: "HTTP 200", reason: "HTTP 200" };

describe("a baseline", () => {
  it("has one entry a cause, with what differs", async () => {
    assertEquals(
      await entriesOf([
        result("auth/private/one", "fail"),
        result("auth/private/two", "fail", { requirement: "P-101" }),
        result("auth/private/three", "late", { observation: "HTTP 500" }),
        result("auth/private/right", "pass"),
      ]),
      [
        { ...P100, scenario: "auth/private/one" },
        { ...P100, scenario: "auth/private/three", observation: "HTTP 500", reason: "HTTP 500" },
        { ...P100, scenario: "auth/private/two", requirement: "P-101" },
      ],
    );
  });

  it("takes a glob for several scenarios, where it means no other that asks the same", async () => {
    const scenarios = async (...results: readonly CaseResult[]) =>
      (await entriesOf(results)).map(({ scenario }) => scenario);
    const alike = [result("auth/private/a", "fail"), result("auth/private/b", "fail")];
    assertEquals(await scenarios(...alike), ["auth/private/*"]);
    const other = result("auth/private/c", "pass", { requirement: "P-101" });
    assertEquals(await scenarios(...alike, other), ["auth/private/*"]);
    assertEquals(await scenarios(...alike, result("auth/private/c", "pass")), [
      "auth/private/{a,b}",
    ]);
    assertEquals(await scenarios(...alike, result("auth/doors/d/e", "fail")), ["auth/**"]);
    assertEquals(
      await scenarios(...alike, result("auth/doors/d", "fail"), result("auth/doors/e", "pass")),
      ["auth/{private/*,doors/d}"],
    );
    assertEquals(await scenarios(...alike, result("api/doors/d/e", "fail")), ["**"]);
  });

  it("says beside a cause what it blocks, which is no entry", async () => {
    const by = { kind: "cause", requirement: "P-100", case: "auth/private/one", step: 0 } as const;
    const blocked = (id: string) => result(id, "blocked", { requirement: "P-102", blockedBy: by });
    assertEquals(
      await entriesOf([
        result("auth/private/one", "fail"),
        blocked("auth/doors/two"),
        blocked("auth/doors/three"),
      ]),
      [{
        ...P100,
        scenario: "auth/private/one",
        blocks: { "P-102": ["auth/doors/two", "auth/doors/three"] },
      }],
    );
  });

  it("keeps the reason of an earlier baseline, and leaves out what the target file admits to", async () => {
    assertEquals(
      await entriesOf([
        result("auth/private/one", "expected", { reason: "we never answer 401" }),
        result("auth/private/two", "known", { requirement: "P-101" }),
      ]),
      [{ ...P100, scenario: "auth/private/one", reason: "we never answer 401" }],
    );
  });

  it("keeps what an earlier baseline expects sometimes, seen or not", async () => {
    const seen = { ...P100, scenario: "auth/**", sometimes: true as const, line: 3 };
    const unseen = { ...seen, requirement: "P-102", line: 4 };
    const steady = { ...P100, scenario: "auth/b", line: 5 };
    await withFolder(async (folder) => {
      const path = join(folder, "expected.yaml");
      const runs = [[result("auth/a", "expected", { reason: "so it is" })]];
      await writeExpected(path, runs, "a server", [seen, unseen, steady]);
      const entries = readExpected(await loadSource(path));
      assertEquals(
        entries.map(({ scenario, requirement, sometimes }) => [scenario, requirement, sometimes]),
        [["auth/a", "P-100", true], ["auth/**", "P-102", true]],
      );
    });
  });

  it("expects sometimes what did not fail in every run", async () => {
    const [failed, passed] = [result("auth/a", "fail"), result("auth/a", "pass")];
    const entry = { ...P100, scenario: "auth/a" };
    assertEquals(await entriesOf([failed], [failed]), [entry]);
    assertEquals(await entriesOf([failed], [passed]), [{ ...entry, sometimes: true }]);
    assertEquals(await entriesOf([result("auth/a", "flaky")]), [{ ...entry, sometimes: true }]);
  });
});
