import { assertEquals, assertStringIncludes } from "@std/assert";
import { encodeBase64 } from "@std/encoding";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received, sent } from "../cli/testing/history.ts";

const pong = (kind: "sent" | "received", payload: string): Happening => ({
  kind,
  socket: "ana#1",
  opcode: "pong",
  base64: encodeBase64(new TextEncoder().encode(payload)),
  bytes: payload.length,
});
const ping: Happening = { kind: "received", socket: "ana#1", opcode: "ping", base64: "", bytes: 0 };
const closed: Happening = {
  kind: "closed",
  socket: "ana#1",
  by: "target",
  code: 4201,
  reason: "No pong",
};
const facts = { socket: "ana#1", activityTimeoutMs: 1000 };
const stayed = { outcome: "done", facts } as const;
const ended = { outcome: "deadline", facts } as const;

describe("receives a pong", () => {
  const finding = (before: readonly Happening[], took: readonly number[]) =>
    judged({
      verb: "receives",
      who: "ana",
      params: { receives: "pong", payload: "hello" },
      before,
      ended: { took },
    });

  it("holds when the payload comes back", () => {
    assertEquals(finding([pong("received", "hello")], [0]).holds, true);
  });

  it("fails when another payload comes back, or none", () => {
    assertStringIncludes(finding([pong("received", "")], []).message, "other payloads");
    assertStringIncludes(finding([], []).message, "no pong came at all");
  });
});

describe("isProbed", () => {
  const isProbed = (before: readonly Happening[], took: readonly number[]) =>
    judged({
      verb: "isProbed",
      who: "ana",
      params: { isProbed: null, timeouts: 5 },
      before,
      ended: { took },
    });

  it("holds for a ping of either kind", () => {
    assertEquals(isProbed([ping], [0]).holds, true);
    assertEquals(isProbed([received("ana#1", "pusher:ping", undefined, {})], [0]).holds, true);
  });

  it("fails when the close comes first, or nothing at all", () => {
    assertEquals(isProbed([closed], [0]).holds, false);
    assertEquals(isProbed([], []).holds, false);
  });
});

describe("keepsActive", () => {
  const keepsActive = (during: readonly Happening[], how: typeof stayed | typeof ended) =>
    judged({
      verb: "keepsActive",
      who: "ana",
      params: { keepsActive: "pusher:ping", timeouts: 2.5 },
      during,
      ended: how,
    });
  const say = sent("ana#1", "pusher:ping", {});

  it("holds when the connection outlives its timeouts", () => {
    assertEquals(keepsActive([say, say], stayed).holds, true);
  });

  it("fails when the target closes it although it spoke in time", () => {
    assertEquals(keepsActive([say, say, closed], ended).holds, false);
  });
});

describe("idles", () => {
  const idles = (during: readonly Happening[], how: typeof stayed | typeof ended) =>
    judged({ verb: "idles", who: "ana", params: { idles: null, timeouts: 5 }, during, ended: how });

  it("holds when the connection outlives its timeouts", () => {
    assertEquals(idles([ping, pong("sent", "")], stayed).holds, true);
  });

  it("fails when the target closes a client that answered", () => {
    assertEquals(idles([ping, pong("sent", ""), closed], ended).holds, false);
  });

  it("fails when the target closes a client that it never asked", () => {
    assertEquals(idles([closed], ended).holds, false);
  });

  it("does not blame a target for a question the client does not understand", () => {
    assertEquals(idles([ping, closed], ended).holds, true);
  });
});
