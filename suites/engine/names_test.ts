import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { namesOf } from "./names.ts";

describe("the names of a scenario", () => {
  it("are nobody else's, nor are those that are nearly the same", () => {
    const all = Array.from({ length: 3000 }, (_, index) => namesOf("k3f9", index).of("ana"));
    const nearly = all.flatMap((name) => [
      name.slice(0, -1),
      name.slice(1),
      `${name.slice(0, -1)}x`,
      `${name}x`,
      name.toUpperCase(),
    ]);
    assertEquals(new Set([...all, ...nearly]).size, all.length + nearly.length);
  });

  it("begin with what decides about them", () => {
    assert(namesOf("k3f9", 0).of("private-orders").startsWith("private-orders-k3f9-"));
  });

  it("are made once, and not at all where they are empty or kept", () => {
    const names = namesOf("k3f9", 0);
    assertEquals(names.of(names.of("ana")), names.of("ana"));
    assertEquals(names.of(""), "");
    assertEquals(names.of(names.keep("0")), "0");
  });
});
