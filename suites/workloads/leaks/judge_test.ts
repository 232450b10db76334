import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence, Happening } from "../../record/evidence.ts";
import type { View } from "../../engine/verb.ts";
import { judgeFields, judgeHidden, judgeInside, unsignedConnection, whoWasShown } from "./judge.ts";

function view(happenings: readonly Happening[], facts: Record<string, unknown> = {}): View {
  const events = happenings.map((one, seq): Evidence => ({ seq, t: seq, case: "c", ...one }));
  const ended = {
    seq: 99,
    t: 99,
    case: "c",
    kind: "step-end",
    step: 0,
    turn: 0,
    took: [],
  } as const;
  return {
    who: "",
    events,
    begin: 0,
    end: events.length,
    ended: { ...ended, outcome: "done", facts: { observers: ["eve"], ...facts } },
    taken: new Set(),
    clockOffsetMs: 0,
  };
}

const params: Happening = {
  kind: "request",
  exchange: 1,
  connection: "stagehand@application",
  method: "POST",
  path: "/sales",
  headers: {},
  body: '{"reserve":734291}',
};
const frame = (text: string): Happening => ({
  kind: "received",
  socket: "eve#1",
  opcode: "text",
  text,
  bytes: text.length,
});
const event = (data: unknown) =>
  frame(JSON.stringify({ event: "BidPlaced", channel: "a", data: JSON.stringify(data) }));
const reserve = { what: "the reserve", kind: "reserve", amount: 734291 } as const;

describe("a secret is hidden", () => {
  it("when no observer has received it, in whatever form", () => {
    assertEquals(judgeHidden(reserve, view([params, event({ amount: 100 })])).holds, true);
    for (const leak of [{ reserve: 734291 }, { hint: btoa("734291") }, { price: "7,342.91" }]) {
      assertEquals(judgeHidden(reserve, view([params, event(leak)])).holds, false);
    }
  });

  it("in an observer's own answers as well, and not in those of others", () => {
    const answers = (connection: string): Happening[] => [
      { ...params, exchange: 2, connection, body: "" },
      { kind: "response", exchange: 2, status: 422, headers: {}, body: "below 734291" },
    ];
    assertEquals(judgeHidden(reserve, view([params, ...answers("eve@application")])).holds, false);
    const others = [params, event({}), ...answers("officer@application")];
    assertEquals(judgeHidden(reserve, view(others)).holds, true);
  });

  it("cannot be told when nobody told it to the application, or the observer received nothing", () => {
    assertEquals(judgeHidden(reserve, view([event({})])).holds, "blocked");
    assertEquals(judgeHidden(reserve, view([params])).holds, "blocked");
  });
});

describe("what lets somebody in", () => {
  const session = "s%3Aq0v8Zk1x";
  it("is found with whoever was shown it, also where the server was asked", () => {
    const asked: Happening[] = [
      { ...params, exchange: 7, connection: unsignedConnection("eve"), body: "" },
      { kind: "response", exchange: 7, status: 200, headers: {}, body: `{"user":"${session}"}` },
    ];
    const events = view([event({ amount: 1 }), ...asked]).events;
    assertEquals(whoWasShown([session], ["eve"], events).map(({ seq }) => seq), [2]);
    assertEquals(whoWasShown([session], ["ana"], events), []);
  });
});

describe("an event keeps to its fields", () => {
  const shapes = { BidPlaced: { allowed: ["amount", "lot.id"], budgetBytes: 40 } };
  const judge = (data: unknown) => judgeFields(view([event(data)], { shapes }));

  it("when it carries none but those of its list, and is small enough", () => {
    assertEquals(judge({ amount: 1, lot: { id: 2 } }).holds, true);
    assertStringIncludes(judge({ amount: 1, lot: { secret: 2 } }).message, '"lot.secret"');
    assertStringIncludes(judge({ amount: "x".repeat(50) }).message, "its budget is 40");
    assertEquals(judgeFields(view([], { shapes })).holds, "blocked");
  });
});

describe("the inside is hidden", () => {
  it("in whatever form the application's file says it has", () => {
    const stored = event({ hash: "16$c2FsdA==$a2V5" });
    const inside = { "a stored password": "\\d+\\$[\\w=]+\\$[\\w=]+" };
    assertEquals(judgeInside(view([stored])).holds, true);
    const found = judgeInside(view([stored], { inside }));
    assertEquals(found.holds, false);
    assertStringIncludes(found.message, "a stored password");
  });

  it("when no SQL and no stack trace came out", () => {
    assertEquals(judgeInside(view([event({ amount: 1 })])).holds, true);
    const sql = event({ message: "SQLSTATE[42703]: column does not exist" });
    assertEquals(judgeInside(view([sql])).holds, false);
    assertEquals(judgeInside(view([])).holds, "blocked");
  });
});
