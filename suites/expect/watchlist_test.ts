import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

type Params = readonly [name: string, ...user_ids: string[]];

const frame = (socket: string, ...events: readonly Params[]): Happening =>
  received(socket, "pusher_internal:watchlist_events", undefined, {
    events: events.map(([name, ...user_ids]) => ({ name, user_ids })),
  });

function finding(before: readonly Happening[], after: readonly Happening[] = []) {
  return judged({
    verb: "watchlistShows",
    who: "ana",
    params: { watchlistShows: null, online: ["bob"], offline: ["cid"] },
    before,
    ended: { facts: { socket: "ana#1", wish: { "bob-x": "online", "cid-x": "offline" } } },
    after,
  });
}

describe("watchlistShows", () => {
  it("adds up what was told, in one event or in several", () => {
    assertEquals(finding([frame("ana#1", ["online", "bob-x"], ["offline", "cid-x"])]).holds, true);
    const split = [
      frame("ana#1", ["offline", "bob-x", "cid-x"]),
      frame("eve#1", ["offline", "bob-x"]),
      frame("ana#1", ["online", "bob-x"]),
    ];
    assertEquals(finding(split).holds, true);
  });

  it("fails where somebody is missing, or a status is wrong", () => {
    assertEquals(finding([]).holds, false);
    assertEquals(finding([frame("ana#1", ["online", "bob-x"])]).holds, false);
    assertEquals(finding([frame("ana#1", ["online", "bob-x", "cid-x"])]).holds, false);
  });

  it("leaves it to the model to say that somebody was told of who is not watched", () => {
    const stranger = frame("ana#1", ["online", "bob-x", "eve-x"], ["offline", "cid-x"]);
    assertEquals(finding([stranger]).holds, true);
  });

  it("fails where a status is told twice without a change, even later", () => {
    const told = frame("ana#1", ["online", "bob-x"], ["offline", "cid-x"]);
    const again = finding([told], [frame("ana#1", ["offline", "cid-x"])]);
    assertEquals(again.holds, false);
    assertStringIncludes(again.message, "cid-x was told offline again");
    assertEquals(finding([told], [frame("ana#1", ["online", "cid-x"])]).holds, true);
  });

  it("learns nothing from an event of another form", () => {
    const bare = received("ana#1", "pusher_internal:watchlist_events", undefined, ["bob-x"]);
    const odd = received("ana#1", "pusher_internal:watchlist_events", undefined, {
      events: [null, { name: "online", user_ids: "bob-x" }, { name: "away", user_ids: ["bob-x"] }],
    });
    assertEquals(finding([bare, odd]).holds, false);
  });
});
