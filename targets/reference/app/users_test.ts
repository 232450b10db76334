import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { openDatabase } from "./database.ts";
import { createUsers } from "./users.ts";

describe("users", () => {
  const ana = { email: "ana@example.test", name: "Ana", role: "bidder" } as const;

  for (const cheap of [false, true]) {
    it(`are known by their password alone, at ${cheap ? "a test's" : "full"} cost`, async () => {
      const database = await openDatabase("sqlite::memory:");
      const users = createUsers(database, cheap);
      const added = await users.add(ana, "correct horse");
      assertEquals((await users.check(ana.email, "correct horse"))?.id, added?.id);
      assertEquals(await users.check(ana.email, "correct horse "), undefined);
      assertEquals(await users.check("ben@example.test", "correct horse"), undefined);
      assertEquals(await users.add(ana, "another"), undefined);
      const [row] = await database.all("SELECT password FROM users");
      assertMatch(String(row?.["password"]), cheap ? /^16\$/ : /^16384\$/);
      assertEquals(String(row?.["password"]).includes("horse"), false);
      await database.close();
    });
  }
});
