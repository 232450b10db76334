import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../engine/evidence.ts";
import { judged, received } from "./history.ts";

const hears = (who: string) => received(`${who}#1`, "StillHere", "news-k3f9", {});
const isClosed = (who: string, code: number): Happening => ({
  kind: "closed",
  socket: `${who}#1`,
  by: "target",
  code,
  reason: "",
});

const finding = (during: readonly Happening[]) =>
  judged({
    verb: "refusalsEndAlike",
    params: { clients: ["ana", "ben"], keeping: "news" },
    during,
    ended: { facts: { channel: "news-k3f9" } },
  });

describe("refusalsEndAlike", () => {
  it("holds when every connection keeps its other channel", () => {
    assertEquals(finding([hears("ana"), hears("ben")]).holds, true);
  });

  it("holds when every connection is closed with 4009", () => {
    assertEquals(finding([isClosed("ana", 4009), isClosed("ben", 4009)]).holds, true);
  });

  it("fails when one is closed and another kept", () => {
    const mixed = finding([isClosed("ana", 4009), hears("ben")]);
    assertEquals(mixed.holds, false);
    assertStringIncludes(mixed.message, "1 of 2");
  });

  it("fails when a connection is closed with another code", () => {
    assertEquals(finding([isClosed("ana", 4001), isClosed("ben", 4001)]).holds, false);
  });

  it("fails when a connection stays open and hears its other channel no more", () => {
    assertEquals(finding([hears("ana")]).holds, false);
  });
});
