import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, type Turn } from "../cli/testing/history.ts";

const CHANNEL = "orders-k3f9";

const told = (event: string, more: Partial<Happening & { kind: "page" }> = {}): Happening => ({
  kind: "page",
  who: "ana",
  what: "event",
  event,
  channel: CHANNEL,
  ...more,
});

const holds = (turn: Omit<Turn, "who">) => judged({ who: "ana", ...turn }).holds;

describe("sees", () => {
  const sees = (data: unknown) =>
    holds({
      verb: "sees",
      params: { sees: "sold", on: "orders", data: { id: 1 } },
      before: [told("sold", { data })],
      ended: { took: [0] },
    });

  it("holds when the library hands over what was published", () => {
    assertEquals(sees({ id: 1 }), true);
  });

  it("fails on other data, and when nothing came", () => {
    assertEquals(sees('{"id":1}'), false);
    assertEquals(
      holds({
        verb: "sees",
        params: { sees: "sold" },
        ended: { outcome: "deadline", detail: "its page was told nothing" },
      }),
      false,
    );
  });
});

describe("neverSees", () => {
  const never = (after: readonly Happening[], outcome: "done" | "deadline" = "done") =>
    holds({
      verb: "neverSees",
      params: { neverSees: "sold", on: "orders" },
      after,
      ended: { outcome, facts: { channel: CHANNEL } },
    });

  it("holds when a later event was passed on and this one was not", () => {
    assertEquals(never([]), true);
    assertEquals(never([told("sold", { who: "ben" })]), true);
  });

  it("fails when it comes, even late", () => {
    assertEquals(never([told("sold")]), false);
  });

  it("proves nothing without its fence", () => {
    assertEquals(never([], "deadline"), "untestable");
  });
});

describe("hasMembers", () => {
  const members = (known: string[]) =>
    holds({
      verb: "hasMembers",
      params: { hasMembers: ["ana", "ben"], on: "presence-room" },
      ended: { facts: { members: known, wished: "ana-k3f9,ben-k3f9" } },
    });

  it("holds only for exactly these members", () => {
    assertEquals(members(["ana-k3f9", "ben-k3f9"]), true);
    assertEquals(members(["ana-k3f9"]), false);
    assertEquals(members(["ana-k3f9", "ben-k3f9", "cho-k3f9"]), false);
  });
});
