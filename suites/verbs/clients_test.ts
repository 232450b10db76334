import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../engine/evidence.ts";
import { judged, sent, type Turn } from "./history.ts";

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
const closed: Happening = {
  kind: "closed",
  socket: "ana#1",
  by: "target",
  code: 4001,
  reason: "",
};
const dial = (scheme = "ws"): Happening => ({
  kind: "dial",
  socket: "ana#2",
  url: `${scheme}://localhost/app/key`,
});
/** Time passes by one millisecond a note. */
const passing = (ms: number): Happening[] =>
  Array.from({ length: ms }, () => ({ kind: "note", text: "" }));

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

describe("says", () => {
  const says = (params: object, fresh: boolean) =>
    holds({
      verb: "says",
      params: { says: "pusher:subscribe", ...params },
      before: [sent("ana#1", "pusher:subscribe", { channel: CHANNEL, auth: "key:0" })],
      ended: { took: [0], facts: { fresh } },
    });

  it("holds the message against the matcher", () => {
    assertEquals(says({ data: { channel: CHANNEL } }, true), true);
    assertEquals(says({ data: { channel: "news" } }, true), false);
  });

  it("fails on a signature of an earlier connection", () => {
    assertEquals(says({ freshlySigned: true }, true), true);
    assertEquals(says({ freshlySigned: true }, false), false);
  });
});

describe("answersPing", () => {
  it("fails when no pong came", () => {
    const turn = { verb: "answersPing", params: { answersPing: "event" } };
    assertEquals(holds({ ...turn, ended: { outcome: "deadline" } }), false);
    const during = [sent("ana#1", "pusher:pong", {})];
    assertEquals(holds({ ...turn, during, ended: { took: [1] } }), true);
  });
});

describe("speaks", () => {
  const speaks = (how: "text" | "events", ...said: Happening[]) =>
    holds({ verb: "speaks", params: { speaks: how }, before: said });
  const text = (text: string): Happening => ({
    kind: "sent",
    socket: "ana#1",
    opcode: "text",
    text,
    bytes: text.length,
  });

  it("wants text frames of JSON", () => {
    assertEquals(speaks("text", text('{"event":"pusher:ping"}')), true);
    assertEquals(speaks("text", text("pusher:ping")), false);
    assertEquals(
      speaks("text", { kind: "sent", socket: "ana#1", opcode: "binary", base64: "e30=", bytes: 2 }),
      false,
    );
  });

  it("wants an event in every message", () => {
    assertEquals(speaks("events", text('{"event":"pusher:ping"}')), true);
    assertEquals(speaks("events", text('{"event":"pusher:ping"}'), text('{"data":1}')), false);
  });

  it("cannot tell of a client that said nothing", () => {
    assertEquals(speaks("text"), "untestable");
  });
});

describe("cannotTrigger", () => {
  const tries = (...before: Happening[]) =>
    holds({
      verb: "cannotTrigger",
      params: { cannotTrigger: "typing", on: "private-encrypted-orders" },
      before,
      ended: { facts: { refusal: "not supported" } },
    });

  it("fails when the client event was sent", () => {
    assertEquals(tries(), true);
    assertEquals(tries(sent("ana#1", "client-typing", {})), false);
  });
});

describe("dialsAgain", () => {
  const again = (gap: number, bounds: object) =>
    holds({
      verb: "dialsAgain",
      params: { dialsAgain: null, ...bounds },
      before: [closed, ...passing(gap - 1), dial()],
      ended: { took: [0, gap] },
    });

  it("keeps the lower bound strictly", () => {
    assertEquals(again(9, { notBefore: "10ms" }), false);
    assertEquals(again(10, { notBefore: "10ms" }), true);
  });

  it("keeps the upper bound", () => {
    assertEquals(again(9, { within: "10ms" }), true);
    assertEquals(again(10, { within: "10ms" }), false);
  });

  it("fails when no connection was attempted", () => {
    assertEquals(
      holds({
        verb: "dialsAgain",
        params: { dialsAgain: null },
        ended: { outcome: "deadline", detail: "it did not connect again" },
      }),
      false,
    );
  });
});

describe("pingsWhenIdle", () => {
  it("fails when the ping comes too early, or never", () => {
    const pings = (gap: number) =>
      holds({
        verb: "pingsWhenIdle",
        params: { pingsWhenIdle: null, notBefore: "10ms" },
        before: passing(gap + 1),
        ended: { took: [0, gap] },
      });
    assertEquals(pings(10), true);
    assertEquals(pings(9), false);
    const never = { verb: "pingsWhenIdle", params: { pingsWhenIdle: null } };
    assertEquals(holds({ ...never, ended: { outcome: "deadline" } }), false);
  });
});

describe("staysAway", () => {
  const away = (after: readonly Happening[]) =>
    holds({
      verb: "staysAway",
      params: { staysAway: "3s" },
      before: [closed],
      after,
      ended: { took: [0] },
    });

  it("fails when the client comes back, even after the step", () => {
    assertEquals(away([]), true);
    assertEquals(away([dial()]), false);
  });
});

describe("awaitsPong", () => {
  it("fails when the connection ended before the pong", () => {
    const turn = { verb: "awaitsPong", params: { awaitsPong: null }, before: passing(2) };
    assertEquals(holds({ ...turn, ended: { took: [0, 1] } }), true);
    assertEquals(holds({ ...turn, ended: { took: [0] } }), false);
  });
});

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
