import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const finding = (...before: readonly Happening[]) =>
  judged({ verb: "neverReads", who: "eve", params: { neverReads: ["anas-note"] }, before });

const error = (message: string, socket = "eve#1") =>
  received(socket, "pusher:error", undefined, { code: 4009, message });

describe("neverReads", () => {
  it("holds when errors tell of one's own mistakes only", () => {
    assertEquals(finding(error("wrong signature")).holds, true);
  });

  it("fails when somebody else's text is in an error, or in the reason of a close", () => {
    const told = finding(error("anas-note is not yours"));
    assertEquals(told.holds, false);
    assertStringIncludes(told.message, 'eve read "anas-note"');
    const reason = "anas-note was better";
    const closed: Happening = { kind: "closed", socket: "eve#1", by: "target", code: 4009, reason };
    assertEquals(finding(closed).holds, false);
  });

  it("does not mind what its owner reads", () => {
    assertEquals(finding(error("wrong"), error("anas-note", "ana#1")).holds, true);
  });

  it("is not testable when there was no error to read", () => {
    assertEquals(finding().holds, "blocked");
  });
});
