import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { readRecord } from "../record/check/read.ts";
import { isExplored } from "./explore_in_check.ts";
import { plumbline, root, withFolder } from "./testing.ts";

const NONE = { suites: [], ids: [], requirements: [], depth: "quick" } as const;

describe("random histories in a check", () => {
  it("run where nothing was chosen, or where they were", () => {
    assert(isExplored(NONE));
    assert(isExplored({ ...NONE, suites: ["auth", "explore"] }));
    assert(!isExplored({ ...NONE, suites: ["auth"] }));
    assert(!isExplored({ ...NONE, ids: ["auth/private/*"] }));
    assert(!isExplored({ ...NONE, requirements: ["P-001"] }));
    assert(!isExplored({ ...NONE, exclude: ["explore"] }));
  });

  it("find nothing on the reference server, and record their seed", async () => {
    await withFolder(async (out) => {
      const { code, err } = await plumbline(
        ["check", "--suite", "explore", "--seed", "4", "--fail-on", "should", "--out", out],
      );
      assertEquals(code, 0, err);
      const { cases } = await readRecord(join(out, "record.jsonl"));
      const notes = cases.flatMap(({ evidence }) => evidence)
        .flatMap((event) => event.kind === "note" ? [event.text] : []);
      assertMatch(notes.join(), /^seed 4: \d+ histories of \d+ steps in \d+ ms, 0 unexplained$/);
    });
  });

  it("name what a server does wrong by its requirement, with a scenario that shows it again", async () => {
    await withFolder(async (out) => {
      // No refusal, no error: client events are simply relayed to everybody.
      const shipped = await Deno.readTextFile(join(root, "targets/reference.yaml"));
      const file = join(out, "lenient.yaml");
      await Deno.writeTextFile(
        file,
        shipped.replace(
          "secret: $apps.main.secret }",
          "secret: $apps.main.secret, clientEvents: all }",
        ),
      );
      const args = ["--target", file, "--start", "--out", out];
      const { code, err } = await plumbline(["check", "--suite", "explore", ...args]);
      assertEquals(code, 1, err);
      assertStringIncludes(err, "fail P-16");
      assertStringIncludes(err, "explore/found/p-16");
      const { cases } = await readRecord(join(out, "record.jsonl"));
      const found = cases.find(({ attempt }) => attempt.id.startsWith("explore/found/"));
      const [check] = found?.result?.checks ?? [];
      assert(check && found);
      const quoted = found.evidence.filter(({ seq }) => check.quotes.includes(seq));
      assertEquals(quoted.length, check.quotes.length, "its quotes are in the record");
      const again = await plumbline([
        "check",
        "--scenario",
        join(out, "found-1.yaml"),
        "--target",
        file,
        "--start",
        "--out",
        join(out, "again"),
      ]);
      assertEquals(again.code, 1, "the saved scenario fails by itself");
    });
  });
});
