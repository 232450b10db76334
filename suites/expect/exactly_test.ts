import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged, received } from "../cli/testing/history.ts";

const price = (n: number, socket = "ana#1") => received(socket, "PriceChanged", "prices-x", { n });

describe("sawExactly", () => {
  const finding = (seen: readonly number[], late: readonly number[] = [], outcome = "done") =>
    judged({
      verb: "sawExactly",
      who: "ana",
      params: {
        sawExactly: "PriceChanged",
        on: "prices",
        oneOf: [[{ n: 2 }], [{ n: 1 }, { n: 2 }]],
      },
      before: [price(7, "bob#1"), price(7, "ana#2"), ...seen.map((n) => price(n))],
      ended: {
        outcome: outcome === "done" ? "done" : "deadline",
        facts: { socket: "ana#1", channel: "prices-x" },
      },
      after: late.map((n) => price(n)),
    });

  it("holds each of the sequences that are right", () => {
    assertEquals(finding([2]).holds, true);
    assertEquals(finding([1, 2]).holds, true);
  });

  it("fails where one is lost, comes twice, or comes after a newer one", () => {
    for (const wrong of [[], [1], [2, 2], [1, 2, 2], [2, 1]]) {
      assertEquals(finding(wrong).holds, false);
    }
  });

  it("fails for an event that comes after the step, and shows it", () => {
    const late = finding([1, 2], [2]);
    assertEquals(late.holds, false);
    assertEquals(late.quotes, [2, 3, 6]);
  });

  it("proves nothing without its fence", () => {
    assertEquals(finding([1, 2], [], "deadline").holds, "untestable");
  });
});

describe("sawInOrder", () => {
  const finding = (names: readonly string[]) =>
    judged({
      verb: "sawInOrder",
      who: "ana",
      params: { sawInOrder: ["Joined", "PriceChanged"], on: "prices" },
      before: names.map((name) => received("ana#1", name, "prices-x")),
      ended: { facts: { socket: "ana#1", channel: "prices-x" } },
    });

  it("holds where each came before the next", () => {
    assertEquals(finding(["Joined", "Other", "PriceChanged"]).holds, true);
  });

  it("shows the order where it was another", () => {
    const wrong = finding(["PriceChanged", "Joined"]);
    assertEquals(wrong.holds, false);
    assertStringIncludes(wrong.message, "expected Joined before PriceChanged");
  });

  it("cannot tell the order of what never came", () => {
    assertEquals(finding(["Joined"]).holds, "untestable");
  });
});
