import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received, stoodOn } from "../cli/testing/history.ts";

const closed = (code: number, by: "target" | "plumbline" = "target"): Happening => ({
  kind: "closed",
  socket: "ana#1",
  by,
  code,
  reason: "",
});

describe("isClosed", () => {
  const finding = (during: readonly Happening[], more: Readonly<Record<string, unknown>> = {}) =>
    judged({
      verb: "isClosed",
      who: "ana",
      params: { isClosed: null, code: 4009, ...more },
      during,
      ended: during.length > 0 ? { took: [1] } : { outcome: "deadline", detail: "it stayed open" },
    });

  it("holds with the right code from the target", () => {
    assertEquals(finding([closed(4009)]).holds, true);
  });

  it("fails with another code, from this end, or not at all", () => {
    assertEquals(finding([closed(4001)]).holds, false);
    assertEquals(finding([closed(4009, "plumbline")]).holds, false);
    assertStringIncludes(finding([]).message, "it stayed open");
  });

  it("blames what the code means where it was told, and the connection left open", () => {
    const told = (code: number) =>
      judged({
        verb: "isClosed",
        who: "ana",
        params: { isClosed: null, code: 4009 },
        during: [received("ana#1", "pusher:error", undefined, { code, message: "no" })],
        ended: { outcome: "deadline", detail: "it stayed open" },
      });
    assertEquals([told(4009).holds, told(4009).accuses], [false, "P-060"]);
    assertEquals(told(4301).accuses, undefined);
  });

  it("takes a refusal before the upgrade only where that is said to be as good", () => {
    const refused: Happening = { kind: "upgrade-refused", socket: "ana#1", status: 403, body: "" };
    assertEquals(finding([refused]).holds, false);
    assertEquals(finding([refused], { orRefused: { $oneOf: [401, 403] } }).holds, true);
  });
});

describe("isClosed or told an error", () => {
  const finding = (event?: Happening) =>
    judged({
      verb: "isClosed",
      who: "ana",
      params: { isClosed: null, orError: true },
      during: event ? [event] : [],
      ended: event ? { took: [1] } : { outcome: "deadline", detail: "neither came" },
    }).holds;

  it("holds for an error, 1009 and the codes of the protocol", () => {
    assertEquals(finding(received("ana#1", "pusher:error")), true);
    assertEquals(finding(closed(1009)), true);
    assertEquals(finding(closed(4301)), true);
  });

  it("fails for any other code, and for silence", () => {
    assertEquals(finding(closed(1000)), false);
    assertEquals(finding(), false);
  });
});

describe("staysOpen", () => {
  const told = (
    event: Happening,
    ended: Parameters<typeof judged>[0]["ended"] = { took: [1] },
  ) => ({
    verb: "staysOpen",
    who: "ana",
    params: { staysOpen: null },
    during: [event],
    ended: { facts: { socket: "ana#1" }, ...ended },
  });
  const finding = (event: Happening) => judged(told(event)).holds;

  it("holds when pusher:ping is answered", () => {
    assertEquals(finding(received("ana#1", "pusher:pong")), true);
  });

  it("fails when the connection ends instead", () => assertEquals(finding(closed(1006)), false));

  it("says of a connection that lives, and answers no ping, nothing of the one before it", () => {
    const unanswered = told(closed(4009), {
      outcome: "deadline",
      detail: "pusher:ping was not answered",
      facts: { socket: "ana#2" },
    });
    assertEquals(
      judged(unanswered).message,
      "expected the connection to live; pusher:ping was not answered",
    );
    assertEquals(stoodOn(unanswered), ["P-038"]);
  });

  it("stands on nothing where the connection has ended", () => {
    assertEquals(stoodOn(told(closed(4009))), []);
  });
});

describe("what a close stands on:", () => {
  const on = (event: Happening, more: Readonly<Record<string, unknown>> = {}) =>
    stoodOn({
      verb: "isClosed",
      who: "ana",
      params: { isClosed: null, ...more },
      before: [{
        kind: "step-begin",
        step: 9,
        turn: 9,
        who: "ana",
        params: { opens: null, key: "no-such-app" },
      }],
      during: [event],
      ended: { took: [2] },
    });

  it("that an unknown key is refused, and that a code is given", () => {
    assertEquals(on(closed(4001), { code: 4001 }), ["P-017"]);
    assertEquals(on(closed(1006), { code: 4001 }), ["P-017", "P-056"]);
  });

  it("nothing, where any end will do", () => {
    assertEquals(on(closed(1006)), []);
    const refused: Happening = { kind: "upgrade-refused", socket: "ana#1", status: 404, body: "" };
    assertEquals(on(refused, { orRefused: { $atLeast: 400 } }), []);
  });
});
