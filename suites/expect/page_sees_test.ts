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
    assertEquals(never([], "deadline"), "blocked");
  });
});

const state = (event: string): Happening => ({ kind: "page", who: "ana", what: "state", event });

describe("seesOnly of states", () => {
  it("wants exactly these states", () => {
    const states = (...seen: string[]) =>
      holds({
        verb: "seesOnly",
        params: { seesOnly: ["connecting", "connected"], what: "state" },
        before: seen.map(state),
      });
    assertEquals(states("connecting", "connected"), true);
    assertEquals(states("connected"), false);
    assertEquals(states("connecting", "connected", "disconnected"), false);
  });
});

describe("seesOnly of a channel", () => {
  it("fails when the success is told before the server's word, or anything beside it", () => {
    const saw = (...events: string[]) =>
      holds({
        verb: "seesOnly",
        params: { seesOnly: ["early", "pusher:subscription_succeeded"], on: "orders" },
        before: events.map((event) => told(event)),
        ended: { facts: { channel: CHANNEL } },
      });
    assertEquals(saw("early", "pusher:subscription_succeeded"), true);
    assertEquals(saw("pusher:subscription_succeeded", "early"), false);
    assertEquals(saw("early", "pusher:subscription_succeeded", "lost"), false);
  });
});

describe("seesOnly of requests to the application", () => {
  it("counts the requests for this channel", () => {
    const asked = (times: number) =>
      holds({
        verb: "seesOnly",
        params: { seesOnly: 2, what: "authorization", on: "orders" },
        before: Array.from({ length: times }, () =>
          told("asks to be signed for", { what: "authorization" })),
        ended: { facts: { channel: CHANNEL } },
      });
    assertEquals(asked(1), false);
    assertEquals(asked(2), true);
    assertEquals(asked(3), false);
  });
});
