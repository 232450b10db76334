import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const CHANNEL = "private-chat-k3f9";

/** Ana sends so many, ben hears the first `relayed`, and ana is told of so many rejections. */
function finding(
  sent: number,
  relayed: number,
  rejected: number,
  error: unknown = { code: 4301, message: "slow down" },
) {
  const times = <T>(count: number, make: (n: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index + 1));
  const whisper = (n: number): Happening => {
    const text = JSON.stringify({ event: "client-tick", channel: CHANNEL, data: { n } });
    return { kind: "sent", socket: "ana#1", opcode: "text", text, bytes: text.length };
  };
  return judged({
    verb: "isLimited",
    who: "ana",
    params: { isLimited: "client-tick", on: "private-chat", perSecond: 10, heardBy: "ben" },
    before: [
      ...times(sent, whisper),
      ...times(relayed, (n) => received("ben#1", "client-tick", CHANNEL, { n })),
      ...times(rejected, () => received("ana#1", "pusher:error", undefined, error)),
    ],
    ended: { facts: { channels: [CHANNEL] } },
  });
}

describe("isLimited", () => {
  it("holds when ten are relayed and the others rejected", () => {
    assertEquals(finding(30, 10, 20).holds, true);
  });

  it("holds when the burst fell into two of the server's seconds", () => {
    assertEquals(finding(30, 20, 10).holds, true);
  });

  it("holds when the server tells of the rejections only once", () => {
    assertEquals(finding(30, 10, 1).holds, true);
  });

  it("fails when none is rejected", () => {
    assertEquals(finding(30, 30, 0).holds, false);
    assertEquals(finding(30, 10, 0).holds, false);
  });

  it("fails when they are rejected with another code", () => {
    assertEquals(finding(30, 10, 20, { code: 4300 }).holds, false);
  });

  it("fails when rejected ones are relayed all the same", () => {
    const both = finding(30, 30, 20);
    assertEquals(both.holds, false);
    assertStringIncludes(both.message, "although they were rejected");
  });

  it("fails when fewer than ten get through", () => {
    assertEquals(finding(30, 9, 21).holds, false);
  });

  it("fails when more than two seconds' worth get through at once", () => {
    assertEquals(finding(30, 25, 5).holds, false);
  });
});
