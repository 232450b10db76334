import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const event = received("ana#1", "OrderShipped", "orders-x", {});

describe("counts", () => {
  const counts = (
    times: unknown,
    before: readonly Happening[],
    after: readonly Happening[] = [],
    outcome: "done" | "deadline" = "done",
  ) =>
    judged({
      verb: "counts",
      who: "ana",
      params: { counts: "OrderShipped", on: "orders", times },
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
    assertEquals(counts(1, [event], [], "deadline"), "untestable");
  });
});

describe("hearsNoAnswer", () => {
  const hearsNoAnswer = (before: readonly Happening[], took: readonly number[]) =>
    judged({
      verb: "hearsNoAnswer",
      who: "ana",
      params: { hearsNoAnswer: null },
      before,
      ended: { took, facts: { socket: "ana#1" } },
    }).holds;

  it("holds when all that came was waited for, was a fence or keeps the line alive", () => {
    const succeeded = "pusher_internal:subscription_succeeded";
    const fence = received("ana#1", succeeded, "private-fence-ana-1-x", {});
    assertEquals(hearsNoAnswer([event, fence, received("ana#1", "pusher:ping")], [0]), true);
  });

  it("fails when something else came", () => {
    assertEquals(
      hearsNoAnswer([event, received("ana#1", "pusher_internal:unsubscribed")], [0]),
      false,
    );
  });
});
