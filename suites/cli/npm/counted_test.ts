import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { COUNTED } from "../../record/fail_on.ts";
import { COUNTED as IN_NODE } from "./counted.mjs";

describe("the action", () => {
  it("counts the failures that a check counts", () => {
    const counted = Object.entries(COUNTED).map(([level, verdicts]) => [level, [...verdicts]]);
    assertEquals(IN_NODE, Object.fromEntries(counted));
  });
});
