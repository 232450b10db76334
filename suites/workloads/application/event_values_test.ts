import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { differenceIn } from "./event_values.ts";

describe("what an event tells", () => {
  const telling = { values: { seats: "left", at: "meta.at" }, version: "version" };
  const told = { left: 3, meta: { at: "noon" }, version: 4 };

  it("is what is read after it, as a number or as a text", () => {
    assertEquals(differenceIn(told, telling, { seats: 3, at: "noon", version: 4 }), undefined);
    assertEquals(differenceIn(told, telling, { seats: "3", at: "noon", version: 4 }), undefined);
  });

  it("differs where another value, or none, is told", () => {
    const other = differenceIn(told, telling, { seats: 2, at: "noon", version: 4 });
    assertStringIncludes(other ?? "", "told seats as 3, and 2 was read");
    const none = differenceIn({ left: 3, version: 4 }, telling, {
      seats: 3,
      at: "noon",
      version: 4,
    });
    assertStringIncludes(none ?? "", 'promises at (at "meta.at")');
  });

  it("is not held against a later version", () => {
    assertEquals(differenceIn(told, telling, { seats: 2, at: "one", version: 5 }), undefined);
    assertEquals(differenceIn(told, telling, { seats: 2, at: "noon" }), undefined);
    const earlier = differenceIn(told, telling, { seats: 2, at: "noon", version: 3 });
    assertStringIncludes(earlier ?? "", "told seats as 3, and 2 was read");
  });
});
