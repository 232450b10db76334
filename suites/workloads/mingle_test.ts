import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received, sent } from "../cli/testing/history.ts";

const asks = (channel: string) => sent("ana#1", "pusher:subscribe", { channel });
const leaves = (channel: string) => sent("ana#1", "pusher:unsubscribe", { channel });
const joins = (channel: string) =>
  received("ana#1", "pusher_internal:subscription_succeeded", channel, {});
const hears = (token: string, on: string) =>
  received("ana#1", "Token", on, { token: `token of ${token};` });

const finding = (before: readonly Happening[]) =>
  judged({
    verb: "hearsOnlyItsOwn",
    who: "ana",
    params: { hearsOnlyItsOwn: ["red", "blue"] },
    before,
    ended: { facts: { channels: ["red", "blue"] } },
  });

describe("hearsOnlyItsOwn", () => {
  it("holds while it is in the channel", () => {
    assertEquals(finding([asks("red"), joins("red"), hears("red", "red")]).holds, true);
  });

  it("grants what was under way when it left", () => {
    const before = [asks("red"), joins("red"), leaves("red"), hears("red", "red")];
    assertEquals(finding(before).holds, true);
  });

  it("fails when a token comes after the leaving was dealt with", () => {
    const before = [asks("red"), joins("red"), leaves("red"), asks("blue"), joins("blue")];
    const late = finding([...before, hears("red", "red")]);
    assertEquals(late.holds, false);
    assertStringIncludes(late.message, "ana#1 is not in red");
    assertEquals(finding([...before, hears("blue", "blue")]).holds, true);
  });

  it("fails when another channel's token comes under its own channel's name", () => {
    assertEquals(finding([asks("red"), joins("red"), hears("blue", "red")]).holds, false);
  });

  it("does not call silence a proof", () => {
    const { holds, unmet } = finding([asks("red"), joins("red")]);
    assertEquals({ holds, unmet }, { holds: false, unmet: true });
  });
});
