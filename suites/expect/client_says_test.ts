import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, sent, type Turn } from "../cli/testing/history.ts";

const CHANNEL = "orders-k3f9";

const holds = (turn: Omit<Turn, "who">) => judged({ who: "ana", ...turn }).holds;

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
    assertEquals(speaks("text"), "blocked");
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
