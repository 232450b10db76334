import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import type { Outcome, TriedLoad } from "../record/capacity/tally.ts";
import { nextStep, type Result, type Search } from "./search.ts";

const SEARCH: Search = { from: 100, max: 1_000_000, repeats: 3 };

/** Searches a server that is a function. */
function find(server: (load: number, run: number) => Outcome, search = SEARCH) {
  const trials: TriedLoad[] = [];
  for (;;) {
    const next = nextStep(trials, search);
    if ("result" in next) return { result: next.result, trials };
    assert(next.run >= 1 && next.run <= search.max && Number.isInteger(next.run), `${next.run}`);
    trials.push({ load: next.run, outcome: server(next.run, trials.length) });
    assert(trials.length < 1000, "the search ends");
  }
}

const upTo = (capacity: number) => (load: number): Outcome => load <= capacity ? "met" : "missed";

function assertFound(result: Result, capacity: number) {
  assert(result.kind === "found", result.kind);
  const { highest, beyond } = result;
  assert(highest.load <= capacity && capacity < beyond.load, `${highest.load}, ${beyond.load}`);
  assert(beyond.load <= highest.load * 1.05 || beyond.load === highest.load + 1);
}

describe("the search for a capacity", () => {
  it("finds that of any server that carries all up to it", () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 999_999 }), (capacity) => {
      assertFound(find(upTo(capacity)).result, capacity);
    }));
  });

  it("doubles, halves the gap, and repeats both ends of it", () => {
    const { trials, result } = find(upTo(730));
    assertEquals(
      trials.map(({ load }) => load),
      [100, 200, 400, 800, 566, 673, 734, 703, 703, 703, 734, 734],
    );
    assertEquals(result, {
      kind: "found",
      highest: { load: 703, runs: 3, met: 3, unknown: 0, verdict: "met" },
      beyond: { load: 734, runs: 3, met: 0, unknown: 0, verdict: "missed" },
    });
  });

  it("is not misled by one run that fails by chance", () => {
    // The run at 200 fails once; all others tell the truth.
    let failed = false;
    const { result } = find((load) => {
      if (load === 200 && !failed) {
        failed = true;
        return "missed";
      }
      return upTo(5000)(load);
    });
    assertFound(result, 5000);
  });

  it("ends on a noisy server too, near where it fails more often than not", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1 << 30 }), (seed) => {
      let state = seed;
      const random = () => (state = state * 48271 % 2147483647) / 2147483647;
      // From always at 900 to never at 1,100.
      const { result } = find((load) => random() < (1100 - load) / 200 ? "met" : "missed");
      assert(result.kind === "found");
      assert(result.highest.load > 850 && result.highest.load < 1100, `${result.highest.load}`);
    }));
  });

  it("goes down where the first load is too much already", () => {
    assertFound(find(upTo(7)).result, 7);
  });

  it("says that not even the least was met", () => {
    const { result } = find(() => "missed");
    assert(result.kind === "none" && result.beyond.load === 1 && result.beyond.runs === 3);
  });

  it("ends at the most that may be tried", () => {
    const { result } = find(upTo(9999), { from: 100, max: 700, repeats: 2 });
    assertEquals(result, {
      kind: "max",
      highest: { load: 700, runs: 2, met: 2, unknown: 0, verdict: "met" },
    });
  });

  it("ends where the generator gives out, and claims no more than what was met", () => {
    const { result } = find((load) => load <= 900 ? "met" : "generator");
    assert(result.kind === "generator" && result.highest?.load === 800);
    assertEquals(result.beyond, { load: 1600, runs: 0, met: 0, unknown: 3, verdict: "generator" });
  });

  it("is not ended by a generator that stumbles now and then", () => {
    const { result } = find((load, run) => run % 3 === 2 ? "generator" : upTo(730)(load));
    assertFound(result, 730);
    assert(result.kind === "found" && result.highest.met === 3 && result.highest.runs === 3);
  });

  it("knows nothing where the generator gives out at once", () => {
    const { result } = find(() => "generator");
    assert(result.kind === "generator" && result.highest === undefined);
  });
});
