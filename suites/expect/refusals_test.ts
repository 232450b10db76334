import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const hears = (who: string) => received(`${who}#1`, "StillHere", "news-k3f9", {});
const isClosed = (who: string, code: number): Happening => ({
  kind: "closed",
  socket: `${who}#1`,
  by: "target",
  code,
  reason: "",
});

const KEPT = ["passed", "passed"];
const CLOSED = ["closed"];

const finding = (during: readonly Happening[], fences = [KEPT, KEPT]) =>
  judged({
    verb: "refusalsEndAlike",
    params: { clients: ["ana", "ben"], again: "private-invoices", keeping: "news" },
    during,
    ended: { facts: { channel: "news-k3f9", fences } },
  });

describe("refusalsEndAlike", () => {
  it("holds when every connection keeps its other channel", () => {
    assertEquals(finding([hears("ana"), hears("ben")]).holds, true);
  });

  it("holds when every connection is closed with 4009", () => {
    const both = [isClosed("ana", 4009), isClosed("ben", 4009)];
    assertEquals(finding(both, [CLOSED, CLOSED]).holds, true);
  });

  it("fails when one is closed and another kept", () => {
    const mixed = finding([isClosed("ana", 4009), hears("ben")], [CLOSED, KEPT]);
    assertEquals(mixed.holds, false);
    assertStringIncludes(mixed.message, "1 of 2");
  });

  it("fails when a connection is closed with another code", () => {
    const both = [isClosed("ana", 4001), isClosed("ben", 4001)];
    assertEquals(finding(both, [CLOSED, CLOSED]).holds, false);
  });

  it("fails when one refusal leaves a connection open and the next closes it", () => {
    const both = [isClosed("ana", 4009), isClosed("ben", 4009)];
    const fickle = finding(both, [["passed", "closed"], ["passed", "closed"]]);
    assertEquals(fickle.holds, false);
    assertStringIncludes(fickle.message, "closed by the next");
  });

  it("fails when a connection stays open and hears its other channel no more", () => {
    assertEquals(finding([hears("ana")]).holds, false);
  });
});
