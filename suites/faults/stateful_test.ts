import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { STATEFUL } from "./stateful.ts";

const catalogue = await loadCatalogue(fromFileUrl(new URL("../../", import.meta.url)));

describe("the faults that show only after something else has happened", () => {
  it("are ten, with names of their own and a sentence each", () => {
    assertEquals(new Set(STATEFUL.map(({ name }) => name)).size, 10);
    for (const { title } of STATEFUL) assertMatch(title, /^[A-Z][^\n]*\.$/);
  });

  it("break requirements of servers, and do something", () => {
    for (const { name, violates, rules } of STATEFUL) {
      assert(rules.length > 0, name);
      for (const id of violates) {
        const row = catalogue.find(id);
        assert(row?.roles.some((role) => "SHW".includes(role)), `${name} violates ${id}`);
      }
    }
  });
});
