import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { plumbline, withFolder } from "./testing.ts";

describe("check --clients", () => {
  it("judges clients on a scripted server, with no target beside it", async () => {
    await withFolder(async (folder) => {
      const { code, err } = await plumbline(
        ["check", "--clients", "--scenario", "client-rules/messages/*", "--out", folder],
      );
      assertEquals(code, 0, err);
      assertMatch(err, /^Every requirement that was judged held$/m);
    });
  });
});
