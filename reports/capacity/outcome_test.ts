import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { sampleCapacity } from "../testing/capacity_sample.ts";
import { capacityOutcome } from "./outcome.ts";

describe("what a search for a capacity comes to", () => {
  const { result, ...report } = sampleCapacity();
  if (result?.kind !== "found") throw new Error("the sample has found one");
  const max = (met: number) => ({
    ...report,
    result: { kind: "max" as const, highest: { ...result.highest, load: 200, met, runs: 3 } },
  });

  it("is what was seen, where nothing failed", () => {
    assertEquals(capacityOutcome(max(3)).sentence, "At least 200 connections, none failed");
    assertEquals(capacityOutcome(max(2)).sentence, "At least 200 connections");
  });

  it("is a capacity, where one load held and another failed", () => {
    assertEquals(capacityOutcome({ ...report, result }).sentence, "It carries 800 connections");
  });
});
