import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fill, UnknownName } from "./variables.ts";

const names: Record<string, unknown> = { suffix: "-k3f9", count: 3, "app.key": "key" };
const lookup = (name: string) => names[name];

describe("filling in names", () => {
  it("gives a string that is nothing but a name the value's own type", () => {
    assertEquals(fill({ times: "$count" }, lookup), { times: 3 });
  });

  it("writes names inside longer strings as text", () => {
    assertEquals(fill(["ana${suffix}", "${app.key}:"], lookup), ["ana-k3f9", "key:"]);
  });

  it("fills in names in keys, and leaves the rule words of matchers alone", () => {
    assertEquals(fill({ "ana${suffix}": { $json: { id: 1 } } }, lookup), {
      "ana-k3f9": { $json: { id: 1 } },
    });
  });

  it("refuses a name nobody set", () => {
    assertThrows(() => fill("$nobody", lookup), UnknownName, "$nobody");
  });
});
