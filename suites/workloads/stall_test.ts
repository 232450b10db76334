import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged } from "../cli/testing/history.ts";

describe("a reader beside one that reads nothing", () => {
  const finding = (count: number) =>
    judged({
      verb: "receivesSequence",
      who: "bob",
      params: { receivesSequence: "orders", event: "Poured", poured: true },
      ended: { outcome: count === 9 ? "done" : "deadline", facts: { wanted: 9, count } },
    }).holds;

  it("holds when it receives all that was published", () => assertEquals(finding(9), true));

  it("fails when some of it is missing", () => assertEquals(finding(8), false));
});

describe("isNotWaitedFor", () => {
  const finding = (fence: string, count: number) =>
    judged({
      verb: "isNotWaitedFor",
      who: "ana",
      params: { isNotWaitedFor: "Poured", on: "orders" },
      ended: { facts: { fence, count, wanted: 9 } },
    }).holds;

  it("holds when the server cut it off, or dropped what it could not send", () => {
    assertEquals(finding("closed", 3), true);
    assertEquals(finding("passed", 3), true);
  });

  it("fails when the server kept everything for it", () => {
    assertEquals(finding("passed", 9), false);
  });
});
