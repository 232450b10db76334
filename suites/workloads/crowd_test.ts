import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const greeted = (socket: string, socket_id: string) =>
  received(socket, "pusher:connection_established", undefined, { socket_id });
const closed = (socket: string, code: number): Happening => ({
  kind: "closed",
  socket,
  by: "target",
  code,
  reason: "",
});

describe("gather", () => {
  const gather = (during: readonly Happening[]) =>
    judged({
      verb: "gather",
      params: { group: "crowd" },
      during,
      ended: { facts: { wanted: 2 } },
    });

  it("holds when each is greeted, or refused in so many words", () => {
    assertEquals(gather([greeted("crowd.1#1", "1.1"), greeted("crowd.2#1", "1.2")]).holds, true);
    assertEquals(gather([greeted("crowd.1#1", "1.1"), closed("crowd.2#1", 4100)]).holds, true);
  });

  it("holds when a greeted one is closed later: that is another matter", () => {
    const later = [
      greeted("crowd.1#1", "1.1"),
      greeted("crowd.2#1", "1.2"),
      closed("crowd.1#1", 1006),
    ];
    assertEquals(gather(later).holds, true);
  });

  it("fails when one is dropped without a word", () => {
    const finding = gather([greeted("crowd.1#1", "1.1"), closed("crowd.2#1", 1006)]);
    assertEquals(finding.holds, false);
    assertStringIncludes(finding.message, "1006");
  });

  it("fails when one is left hanging, whatever others were told", () => {
    const finding = gather([greeted("crowd.1#1", "1.1"), greeted("crowds.2#1", "1.2")]);
    assertEquals(finding.holds, false);
    assertStringIncludes(finding.message, "1 of 2 connections were left hanging");
  });
});

describe("every greeting with a socket id of its own", () => {
  const distinct = (before: readonly Happening[]) =>
    judged({ verb: "everyMessage", params: { distinct: "socket_id", group: "crowd" }, before })
      .holds;

  it("holds when every connection has its own", () => {
    assertEquals(distinct([greeted("crowd.1#1", "1.1"), greeted("crowd.2#1", "1.2")]), true);
  });

  it("fails when two have the same", () => {
    assertEquals(distinct([greeted("crowd.1#1", "1.1"), greeted("crowd.2#1", "1.1")]), false);
  });

  it("says nothing of a single connection", () => {
    assertEquals(distinct([greeted("crowd.1#1", "1.1")]), "blocked");
  });
});
