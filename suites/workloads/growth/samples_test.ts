import { assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../../record/evidence.ts";
import { bytesLeftBehind, type Sample } from "./samples.ts";
import { judged } from "../../cli/testing/history.ts";

const MEGABYTE = 1024 * 1024;

/** Twenty cycles of 500 connections; the heap saws up and down by 5 MB as a collector does. */
function samples(leakBytes: number, leakedDescriptors = 0): Sample[] {
  return Array.from({ length: 20 }, (_, cycle) => {
    const connections = 500 * (cycle + 1);
    return {
      of: "connection",
      count: connections,
      bytesEach: 0,
      seq: cycle,
      memoryBytes: 80 * MEGABYTE + (cycle % 5) * MEGABYTE + leakBytes * connections,
      descriptors: 25 + leakedDescriptors * cycle,
    };
  });
}

const keepsNothing = (what: string, measured: readonly Sample[]) => kept(what, measured).holds;

function kept(what: string, measured: readonly Sample[]) {
  const churn: Happening = {
    kind: "step-end",
    step: 9,
    turn: 9,
    outcome: "done",
    took: [],
    facts: { samples: measured, cycles: 20 },
  };
  return judged({ verb: "footprint", params: { of: what }, before: [churn] });
}

describe("footprint of connections that are gone", () => {
  it("holds for a heap that goes up and down", () => {
    assertEquals(keepsNothing("memory", samples(0)), true);
    assertAlmostEquals(bytesLeftBehind(samples(0)), 0, 200);
  });

  it("fails when every connection leaves some kilobytes behind", () => {
    assertEquals(keepsNothing("memory", samples(5000)), false);
    assertAlmostEquals(bytesLeftBehind(samples(5000)), 5000, 200);
  });

  it("holds for a server that settles after a while", () => {
    const settles = Array.from({ length: 60 }, (_, cycle) => ({
      ...samples(0)[0] as Sample,
      count: 500 * (cycle + 1),
      memoryBytes: (40 + Math.min(cycle, 35)) * MEGABYTE,
    }));
    assertEquals(keepsNothing("memory", settles), true);
    assertEquals(keepsNothing("memory", settles.slice(0, 30)), false);
  });

  it("holds for a heap that fills its room ever more slowly", () => {
    const fills = samples(0).map((sample, cycle) => ({
      ...sample,
      memoryBytes: (120 + 180 * (1 - Math.exp(-cycle / 5))) * MEGABYTE,
    }));
    assertEquals(keepsNothing("memory", fills), true);
  });

  it("is not misled by one cycle that was measured at its peak", () => {
    const peak = samples(0).map((sample, index) =>
      index === 19 ? { ...sample, memoryBytes: 400 * MEGABYTE } : sample
    );
    assertEquals(keepsNothing("memory", peak), true);
  });

  it("quotes the measurements it compares", () => {
    const finding = kept("memory", samples(5000));
    assertEquals(finding.quotes, [3, 19]);
    assertEquals(finding.observation, "memory is kept");
  });

  it("fails when descriptors stay open", () => {
    assertEquals(keepsNothing("descriptors", samples(0)), true);
    assertEquals(keepsNothing("descriptors", samples(0, 2)), false);
  });

  it("claims nothing of a server that was not measured", () => {
    assertEquals(keepsNothing("memory", []), "blocked");
  });
});
