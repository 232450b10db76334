import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const text = (text: string): Happening => ({
  kind: "received",
  socket: "ana#1",
  opcode: "text",
  text,
  bytes: text.length,
});
const binary: Happening = {
  kind: "received",
  socket: "ana#1",
  opcode: "binary",
  base64: "e30=",
  bytes: 2,
};
const good = received("ana#1", "pusher:connection_established", undefined, { socket_id: "1.1" });

function everyMessage(form: string, ...before: readonly Happening[]) {
  return judged({ verb: "everyMessage", params: { is: form }, before }).holds;
}

describe("everyMessage", () => {
  it("holds for messages as the protocol has them", () => {
    for (const form of ["text", "one object", "named", "encoded"]) {
      assertEquals(everyMessage(form, good), true);
    }
  });

  it("says nothing when no message came", () => {
    assertEquals(everyMessage("text"), "blocked");
  });

  for (
    const [form, what, message] of [
      ["text", "a binary frame", binary],
      ["one object", "a list", text('[{"event":"A"}]')],
      ["one object", "two objects in one frame", text('{"event":"A"}\n{"event":"B"}')],
      ["one object", "what is not JSON", text("hello")],
      ["named", "a message without an event", text('{"type":"A"}')],
      ["named", "an event that is no string", text('{"event":1}')],
      [
        "encoded",
        "an internal event whose data is an object",
        text('{"event":"pusher_internal:member_added","data":{"user_id":"1"}}'),
      ],
      [
        "encoded",
        "an internal event whose data is a string, but not of JSON",
        text('{"event":"pusher_internal:member_added","data":"ana"}'),
      ],
      [
        "encoded answer",
        "an error whose data is an object",
        text('{"event":"pusher:error","data":{"message":"no"}}'),
      ],
    ] as const
  ) {
    it(`fails for ${what}`, () => assertEquals(everyMessage(form, good, message), false));
  }

  it("leaves empty data, published data and the ambiguous events out of the double encoding", () => {
    const others = [
      text('{"event":"pusher:pong","data":{}}'),
      text('{"event":"pusher_internal:subscription_succeeded","channel":"a"}'),
      text('{"event":"pusher:error","data":{"message":"no"}}'),
      text('{"event":"OrderShipped","channel":"a","data":"plain"}'),
    ];
    assertEquals(everyMessage("encoded", good, ...others), true);
  });
});

describe("every message of one name", () => {
  const everyError = (wish: unknown, ...data: readonly unknown[]) =>
    judged({
      verb: "everyMessage",
      params: { event: "pusher:error", data: wish },
      before: data.map((said) => received("ana#1", "pusher:error", undefined, said)),
    }).holds;
  const HAS_MESSAGE = { message: { $type: "string" } };
  const HAS_CODE = {
    code: { $oneOf: [{ $absent: "orNull" }, { $type: "integer", $atLeast: 4000, $atMost: 4399 }] },
  };

  it("wants a message that is a string", () => {
    assertEquals(everyError(HAS_MESSAGE, { message: "no", code: 4009 }), true);
    assertEquals(everyError(HAS_MESSAGE, { message: "no" }, { code: 4009 }), false);
    assertEquals(everyError(HAS_MESSAGE, { message: { text: "no" } }), false);
  });

  it("wants a code from 4000 to 4399, or none", () => {
    assertEquals(everyError(HAS_CODE, { code: 4301 }, { code: null }, { message: "no" }), true);
    for (const code of ["4301", 403, 4400, 4000.5]) {
      assertEquals(everyError(HAS_CODE, { code }), false);
    }
  });

  it("claims nothing when no error came", () => {
    assertEquals(everyError(HAS_MESSAGE), "blocked");
  });
});
