import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { BREAKS as APPLICATION_BREAKS } from "../../targets/reference/app/broken/breaks.ts";
import { BREAKS as NODE_BREAKS } from "../../targets/reference/server/nodes/broken/breaks.ts";
import { BREAKS, UNBREAKABLE } from "./breaks.ts";

const catalogue = await loadCatalogue(fromFileUrl(new URL("../../", import.meta.url)));

describe("the breaks", () => {
  it("have names of their own, in kebab-case", () => {
    const names = BREAKS.map(({ name }) => name);
    for (const name of names) assertMatch(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assertEquals(names.filter((name, at) => names.indexOf(name) !== at), []);
  });

  it("say in one sentence what server they imitate, and do something", () => {
    for (const { title, rules, application, node, violates } of BREAKS) {
      assertMatch(title, /^[A-Z0-9][^\n]*\.$/);
      const part = application ?? node;
      assert((rules.length > 0 || part !== undefined) && violates.length > 0, title);
    }
  });

  it("violate requirements a server has to meet, or an application", () => {
    for (const { name, application, violates } of BREAKS) {
      // A server may keep what an application has promised from being true.
      const binding = application === undefined ? "SHWA" : "A";
      for (const id of violates) {
        const row = catalogue.find(id);
        assert(row?.roles.some((role) => binding.includes(role)), `${name} violates ${id}`);
      }
    }
  });

  it("leave no server-side must or should unbroken but those explained", () => {
    const broken = new Set<string>(BREAKS.flatMap(({ violates }) => violates));
    const unbroken = catalogue.requirements
      .filter(({ level }) => level === "must" || level === "should")
      .filter(({ roles }) => roles.some((role) => "SHW".includes(role)))
      .filter(({ live, demoted }) => !live && demoted !== true)
      .map(({ id }) => id)
      .filter((id) => !broken.has(id));
    assertEquals(unbroken, [...UNBREAKABLE.keys()]);
  });

  it("put in the application's place are all those it has", () => {
    const named = BREAKS.flatMap(({ application }) => application ?? []);
    assertEquals(named.filter((name) => !(name in APPLICATION_BREAKS)), []);
  });

  it("put in the nodes' place are all those they have", () => {
    assertEquals(BREAKS.flatMap(({ node }) => node ?? []).sort(), Object.keys(NODE_BREAKS).sort());
  });
});
