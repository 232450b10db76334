import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received, sent } from "../cli/testing/history.ts";

const channel = "private-orders-x";
const asked = sent("ana#1", "pusher:subscribe", { channel });
const succeeded = received("ana#1", "pusher_internal:subscription_succeeded", channel, {});
const refused = received("ana#1", "pusher:subscription_error", channel, { status: 401 });

describe("subscribes", () => {
  const finding = (...answers: readonly Happening[]) =>
    judged({
      verb: "subscribes",
      who: "ana",
      params: { subscribes: "private-orders" },
      during: [asked, ...answers],
      ended: { facts: { channel } },
    }).holds;

  it("holds when the subscription succeeded", () => assertEquals(finding(succeeded), true));

  it("fails when it was refused, or not answered", () => {
    assertEquals(finding(refused), false);
    assertEquals(finding(), false);
  });
});

describe("isRefused", () => {
  const finding = (...answers: readonly Happening[]) =>
    judged({
      verb: "isRefused",
      who: "ana",
      params: { isRefused: "private-orders" },
      before: [asked, ...answers],
      ended: { facts: { channel, fence: "passed" } },
    }).holds;

  it("holds with an error", () => assertEquals(finding(refused), true));

  it("fails when the client was admitted", () => assertEquals(finding(succeeded), false));

  it("fails when the connection was answered nothing any more", () => {
    const { holds, message, accuses } = judged({
      verb: "isRefused",
      who: "ana",
      params: { isRefused: "private-orders" },
      before: [asked],
      ended: { outcome: "deadline", facts: { channel, fence: "lost" } },
    });
    assertEquals([holds, message.includes("nor a later one"), accuses], [false, true, "P-325"]);
  });

  it("accuses what a refused subscriber may not receive, whatever the refusal was for", () => {
    const { holds, accuses } = judged({
      verb: "isRefused",
      who: "ana",
      params: { isRefused: "private-orders" },
      before: [asked, refused, received("ana#1", "AfterRefusal", channel, {})],
      ended: { facts: { channel, fence: "passed" } },
    });
    assertEquals([holds, accuses], [false, "P-103"]);
  });
});
