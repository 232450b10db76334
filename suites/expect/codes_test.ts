import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const error = (code: unknown) =>
  received("ana#1", "pusher:error", undefined, { code, message: "" });
const closed: Extract<Happening, { kind: "closed" }> = {
  kind: "closed",
  socket: "ana#1",
  by: "target",
  code: 4200,
  reason: "",
};
const facts = { socket: "ana#1" };

describe("isClosed if told", () => {
  const isClosed = (before: readonly Happening[]) =>
    judged({
      verb: "isClosed",
      who: "ana",
      params: { isClosed: null, ifTold: { from: 4200, to: 4299 } },
      before,
      ended: { facts },
    }).holds;

  it("holds when the close follows the error", () => {
    assertEquals(isClosed([error(4200), closed]), true);
  });

  it("fails when the connection stays open after the error", () => {
    assertEquals(isClosed([error(4299)]), false);
  });

  it("has nothing against errors of other ranges, or without a code", () => {
    assertEquals(isClosed([error(4199), error(4300), error(null), error("4200")]), true);
  });
});

describe("staysOpen if told", () => {
  const staysOpen = (before: readonly Happening[], took: readonly number[]) =>
    judged({
      verb: "staysOpen",
      who: "ana",
      params: { staysOpen: null, ifTold: { from: 4300, to: 4399 } },
      before,
      ended: { facts, took },
    }).holds;

  it("holds when pings are answered after the error", () => {
    assertEquals(staysOpen([error(4301), received("ana#1", "pusher:pong")], [1]), true);
  });

  it("fails when the connection is closed after it, or mute", () => {
    assertEquals(staysOpen([error(4301), closed], [1]), false);
    assertEquals(staysOpen([error(4301)], []), false);
  });

  it("fails when the code stands in the close frame itself", () => {
    assertEquals(staysOpen([{ ...closed, code: 4301 }], [0]), false);
  });

  it("has nothing against a close without such an error", () => {
    assertEquals(staysOpen([error(4200), closed], [1]), true);
  });
});
