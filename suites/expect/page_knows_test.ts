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

const state = (event: string): Happening => ({ kind: "page", who: "ana", what: "state", event });

const holds = (turn: Omit<Turn, "who">) => judged({ who: "ana", ...turn }).holds;

describe("passedThrough", () => {
  it("wants exactly these states", () => {
    const states = (...seen: string[]) =>
      holds({
        verb: "passedThrough",
        params: { passedThrough: ["connecting", "connected"] },
        before: seen.map(state),
      });
    assertEquals(states("connecting", "connected"), true);
    assertEquals(states("connected"), false);
    assertEquals(states("connecting", "connected", "disconnected"), false);
  });
});

describe("sawOnly", () => {
  it("fails when the success is told before the server's word, or anything beside it", () => {
    const saw = (...events: string[]) =>
      holds({
        verb: "sawOnly",
        params: { sawOnly: ["early", "pusher:subscription_succeeded"], on: "orders" },
        before: events.map((event) => told(event)),
        ended: { facts: { channel: CHANNEL } },
      });
    assertEquals(saw("early", "pusher:subscription_succeeded"), true);
    assertEquals(saw("pusher:subscription_succeeded", "early"), false);
    assertEquals(saw("early", "pusher:subscription_succeeded", "lost"), false);
  });
});

describe("askedForKey", () => {
  it("counts the requests for this channel", () => {
    const asked = (times: number) =>
      holds({
        verb: "askedForKey",
        params: { askedForKey: 2, on: "orders" },
        before: Array.from({ length: times }, () =>
          told("asks to be signed for", { what: "authorization" })),
        ended: { facts: { channel: CHANNEL } },
      });
    assertEquals(asked(1), false);
    assertEquals(asked(2), true);
    assertEquals(asked(3), false);
  });
});

describe("hasSettings and knowsSocketId", () => {
  it("hold what the library knows against what is wished", () => {
    const settings = (activityTimeout: number) =>
      holds({
        verb: "hasSettings",
        params: { hasSettings: { activityTimeout: 120000 } },
        ended: { facts: { activityTimeout } },
      });
    assertEquals(settings(120000), true);
    assertEquals(settings(60000), false);
    const knows = (socketId: string | null) =>
      holds({
        verb: "knowsSocketId",
        params: { knowsSocketId: "1.2" },
        ended: { facts: { socketId } },
      });
    assertEquals(knows("1.2"), true);
    assertEquals(knows("1.1"), false);
    assertEquals(knows(null), false);
  });
});
