import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged, received } from "../cli/testing/history.ts";

function finding(property: string, numbers: readonly number[], late: readonly number[] = []) {
  const tick = (n: number) => received("ana#1", "Tick", "ticks-x", { n });
  return judged({
    verb: "receivesSequence",
    who: "ana",
    params: { receivesSequence: "ticks", event: "Tick", count: 4, property },
    before: numbers.map(tick),
    during: [received("bob#1", "Tick", "ticks-x", { n: 1 }), received("ana#1", "Other", "ticks-x")],
    ended: { facts: { channel: "ticks-x", count: 4, socket: "ana#1" } },
    after: late.map(tick),
  });
}

describe("receivesSequence", () => {
  it("holds every property of a sequence that came as it was published", () => {
    for (const property of ["complete", "once", "ordered"]) {
      assertEquals(finding(property, [1, 2, 3, 4]).holds, true);
    }
  });

  it("names what was lost, and nothing else", () => {
    const lost = finding("complete", [1, 4]);
    assertEquals(lost.holds, false);
    assertStringIncludes(lost.message, "2 of 4 events never came: 2-3");
    assertEquals(finding("once", [1, 4]).holds, true);
    assertEquals(finding("ordered", [1, 4]).holds, true);
  });

  it("names what came twice, even after the scenario's end", () => {
    const twice = finding("once", [1, 2, 3, 4], [2]);
    assertEquals(twice.holds, false);
    assertStringIncludes(twice.message, "2");
    assertEquals(twice.quotes, [8]);
    assertEquals(finding("complete", [1, 2, 3, 4], [2]).holds, true);
    assertEquals(finding("ordered", [1, 2, 3, 4], [2]).holds, true);
  });

  it("refuses a number that was never published", () => {
    assertEquals(finding("once", [1, 2, 3, 4, 5]).holds, false);
    assertEquals(finding("once", [1, 2, 3, 4, 0]).holds, false);
  });

  it("names what overtook what", () => {
    const overtaken = finding("ordered", [1, 3, 2, 4]);
    assertEquals(overtaken.holds, false);
    assertEquals(overtaken.message, "event 2 came after event 3");
    assertEquals(finding("complete", [1, 3, 2, 4]).holds, true);
    assertEquals(finding("once", [1, 3, 2, 4]).holds, true);
  });

  it("does not call order or uniqueness held when nothing came", () => {
    assertEquals(finding("complete", []).holds, false);
    assertEquals(finding("once", []).holds, "blocked");
    assertEquals(finding("ordered", []).holds, "blocked");
  });
});
