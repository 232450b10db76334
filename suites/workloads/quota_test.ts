import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

describe("gather into slots", () => {
  const finding = (outcome: "done" | "deadline") =>
    judged({
      verb: "gather",
      params: { group: "crowd", slots: 3 },
      ended: { outcome, ...(outcome === "done" ? {} : { detail: "crowd.3 did not get one" }) },
    });

  it("holds when every slot could be taken", () => assertEquals(finding("done").holds, true));

  it("fails for the first that could not, and names the client", () => {
    const full = finding("deadline");
    assertEquals(full.holds, false);
    assertStringIncludes(full.message, "crowd.3");
  });
});

describe("getsNoService", () => {
  const finding = (...during: readonly Happening[]) =>
    judged({
      verb: "getsNoService",
      who: "late",
      params: { getsNoService: null },
      during,
      ended: { facts: { socket: "late#1" } },
    }).holds;

  it("holds for silence, and for an error", () => {
    assertEquals(finding(), true);
    assertEquals(finding(received("late#1", "pusher:error")), true);
  });

  it("fails when the server greets or answers", () => {
    assertEquals(finding(received("late#1", "pusher:connection_established")), false);
    assertEquals(finding(received("late#1", "pusher:pong")), false);
  });
});

describe("subscribes to many channels", () => {
  const finding = (outcome: "done" | "deadline") =>
    judged({
      verb: "subscribes",
      who: "ana",
      params: { subscribes: "orders", channels: 100 },
      during: [received("ana#1", "pusher:error", undefined, { code: 4302 })],
      ended: { outcome, ...(outcome === "done" ? {} : { detail: "orders-9 was not admitted" }) },
    });

  it("holds when it was admitted to all", () => assertEquals(finding("done").holds, true));

  it("fails for the first that was not, with what the server said", () => {
    const refused = finding("deadline");
    assertEquals(refused.holds, false);
    assertStringIncludes(refused.message, "orders-9 was not admitted");
    assertStringIncludes(refused.message, "4302");
  });
});
