import { assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { random } from "./random.ts";

const draws = (seed: string, below: number) => {
  const draw = random(seed);
  return Array.from({ length: 1000 }, () => draw(below));
};

describe("chance", () => {
  it("gives the same numbers for the same seed, and others for another", () => {
    assertEquals(draws("k3f9", 100), draws("k3f9", 100));
    assertNotEquals(draws("k3f9", 100), draws("k3fa", 100));
  });

  it("gives every number below the bound, and no other", () => {
    assertEquals([...new Set(draws("k3f9", 6))].sort(), [0, 1, 2, 3, 4, 5]);
  });
});
