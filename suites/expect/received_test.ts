import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const price = (n: number, socket = "ana#1") => received(socket, "PriceChanged", "prices-x", { n });

describe("received, one of several sequences", () => {
  const finding = (seen: readonly number[], late: readonly number[] = [], outcome = "done") =>
    judged({
      verb: "received",
      who: "ana",
      params: {
        received: "PriceChanged",
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
    assertEquals(finding([1, 2], [], "deadline").holds, "blocked");
  });
});

describe("received before another", () => {
  const finding = (names: readonly string[]) =>
    judged({
      verb: "received",
      who: "ana",
      params: { received: "Joined", before: "PriceChanged", on: "prices" },
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
    assertEquals(finding(["Joined"]).holds, "blocked");
  });
});

const event = received("ana#1", "OrderShipped", "orders-x", {});

describe("received so many times", () => {
  const counts = (
    times: unknown,
    before: readonly Happening[],
    after: readonly Happening[] = [],
    outcome: "done" | "deadline" = "done",
  ) =>
    judged({
      verb: "received",
      who: "ana",
      params: { received: "OrderShipped", on: "orders", times },
      before,
      after,
      ended: { outcome, facts: { socket: "ana#1", channel: "orders-x" } },
    }).holds;

  it("holds when the event came as often as said", () => {
    assertEquals(counts(1, [event]), true);
    assertEquals(counts({ $atMost: 1 }, []), true);
  });

  it("fails when it came more often, late ones included", () => {
    assertEquals(counts(1, [event, event]), false);
    assertEquals(counts(1, [event], [event]), false);
  });

  it("counts no other socket, channel or event", () => {
    const others = [
      received("ana#2", "OrderShipped", "orders-x", {}),
      received("ana#1", "OrderShipped", "invoices-x", {}),
      received("ana#1", "OrderPlaced", "orders-x", {}),
    ];
    assertEquals(counts(1, [event, ...others]), true);
  });

  it("claims nothing when the fence did not come back", () => {
    assertEquals(counts(1, [event], [], "deadline"), "blocked");
  });
});

describe("received first", () => {
  const greeting = "pusher:connection_established";
  const finding = (event: string) =>
    judged({
      verb: "received",
      who: "ana",
      params: { received: greeting, first: true },
      before: [received("ana#1", event)],
      ended: { took: [0] },
    });

  it("holds where the first message is of this name", () => {
    assertEquals(finding(greeting).holds, true);
  });

  it("shows another message that came first", () => {
    const wrong = finding("OrderShipped");
    assertEquals(wrong.holds, false);
    assertStringIncludes(wrong.message, "OrderShipped");
  });
});

describe("received last", () => {
  const finding = (took: readonly number[]) =>
    judged({
      verb: "received",
      who: "ana",
      params: { received: "OrderShipped", data: { id: 1 } },
      before: [1, 2].map((id) => received("ana#1", "OrderShipped", "orders-x", { id })),
      ended: { took, outcome: took.length > 0 ? "done" : "deadline" },
    }).holds;

  it("judges the data of the one that was found", () => {
    assertEquals(finding([0]), true);
    assertEquals(finding([1]), false);
  });

  it("fails where none had come", () => {
    assertEquals(finding([]), false);
  });
});
