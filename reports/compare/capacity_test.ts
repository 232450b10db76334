import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CapacityReport } from "../../suites/record/capacity/report.ts";
import { sampleCapacity } from "../testing/capacity_sample.ts";
import { compareCapacities } from "./capacity.ts";

const at = (load: number) => ({ load, runs: 3, met: 3, unknown: 0, verdict: "met" as const });

/** A search that found its end between these loads, or met all that was allowed. */
function found(highest: number, beyond?: number): CapacityReport {
  const result: CapacityReport["result"] = beyond === undefined
    ? { kind: "max", highest: at(highest) }
    : { kind: "found", highest: at(highest), beyond: { ...at(beyond), met: 0, verdict: "missed" } };
  return { ...sampleCapacity(), result };
}

function change(base: readonly CapacityReport[], other: readonly CapacityReport[]) {
  const [row] = compareCapacities(base, other, 0.1).rows;
  return [row?.change, row?.isRegression, row?.base, row?.new];
}

describe("capacities compared", () => {
  it("differ where what they found lies apart", () => {
    assertEquals(change([found(1000, 1100)], [found(700, 800)]), [
      "worse",
      true,
      "1,000 connections, not 1,100 connections",
      "700 connections, not 800 connections",
    ]);
    assertEquals(change([found(700, 800)], [found(1000, 1100)]).slice(0, 2), ["better", false]);
  });

  it("do not where both may be one, by a search or by its repeats", () => {
    assertEquals(change([found(1000, 1100)], [found(950, 1050)])[0], "noise");
    assertEquals(change([found(1000, 1100), found(700, 800)], [found(650, 750)])[0], "noise");
    assertEquals(
      change([found(1000, 1050)], [found(960, 1000)])[0],
      "noise",
      "apart by less than 10%",
    );
  });

  it("do not where the end was not seen, unless what was seen is enough", () => {
    assertEquals(change([found(1000)], [found(1000)])[0], "noise");
    assertEquals(change([found(1000)], [found(500, 600)])[0], "worse");
    assertEquals(change([found(500)], [found(1000)])[0], "noise");
  });

  it("are not complete where a search did not end", () => {
    const { result: _, ...cut } = found(1000, 1100);
    assertEquals(
      compareCapacities([found(1000, 1100)], [cut], 0.1).incomplete,
      "1 of the searches did not end",
    );
  });
});
