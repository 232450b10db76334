import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged, received } from "../cli/testing/history.ts";

const CHANNEL = "presence-room-k3f9";

const roster = (socket: string, ids: readonly string[]) =>
  received(socket, "pusher_internal:subscription_succeeded", CHANNEL, {
    presence: { ids, hash: {}, count: ids.length },
  });

/** Ana watched, ben joined last, and the API was asked; all of them name members. */
function finding(
  property: string,
  named: { ana: readonly string[]; ben: readonly string[]; api: readonly string[] },
  expected: readonly string[],
) {
  return judged({
    verb: "rostersAgree",
    params: { on: "presence-room", watchers: ["ana"], newcomer: "ben", property },
    before: [
      roster("ana#1", ["ana"]),
      ...named.ana.filter((id) => id !== "ana").map((user_id) =>
        received("ana#1", "pusher_internal:member_added", CHANNEL, { user_id })
      ),
      roster("ben#1", named.ben),
      {
        kind: "response",
        exchange: 1,
        status: 200,
        headers: {},
        body: JSON.stringify({ users: named.api.map((id) => ({ id })) }),
      },
    ],
    ended: {
      facts: {
        channel: CHANNEL,
        expected,
        sockets: ["ana#1", "ben#1"],
        answer: named.ana.filter((id) => id !== "ana").length + 2,
      },
    },
  });
}

const BOTH = ["ana", "ben"];

describe("rostersAgree", () => {
  it("holds when all accounts name the same members", () => {
    for (const property of ["consistent", "expected", "nobody missing", "no ghosts"]) {
      assertEquals(finding(property, { ana: BOTH, ben: BOTH, api: BOTH }, BOTH).holds, true);
    }
  });

  it("is consistent or not, whoever should be there", () => {
    const ghost = [...BOTH, "cho"];
    assertEquals(finding("consistent", { ana: ghost, ben: ghost, api: ghost }, BOTH).holds, true);
    const differing = finding("consistent", { ana: BOTH, ben: ghost, api: BOTH }, BOTH);
    assertEquals(differing.holds, false);
    assertStringIncludes(differing.message, "cho too many");
    assertEquals(finding("consistent", { ana: BOTH, ben: BOTH, api: ["ana"] }, BOTH).holds, false);
  });

  it("tells ghosts from members who are missing", () => {
    const ghost = [...BOTH, "cho"];
    const haunted = { ana: ghost, ben: ghost, api: ghost };
    assertEquals(finding("no ghosts", haunted, BOTH).holds, false);
    assertEquals(finding("nobody missing", haunted, BOTH).holds, true);
    assertEquals(finding("expected", haunted, BOTH).holds, false);
    const bereft = { ana: BOTH, ben: BOTH, api: BOTH };
    assertEquals(finding("nobody missing", bereft, ghost).holds, false);
    assertEquals(finding("no ghosts", bereft, ghost).holds, true);
  });
});
