import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence, Happening } from "../../record/evidence.ts";
import { received } from "../../cli/testing/history.ts";
import { replay } from "./replay.ts";

const CHANNEL = "presence-room";

const roster = (ids: readonly string[], socket = "ana#1") =>
  received(socket, "pusher_internal:subscription_succeeded", CHANNEL, {
    presence: { ids, hash: Object.fromEntries(ids.map((id) => [id, null])), count: ids.length },
  });
const added = (user_id: string, socket = "ana#1") =>
  received(socket, "pusher_internal:member_added", CHANNEL, { user_id, user_info: {} });
const removed = (user_id: string, socket = "ana#1") =>
  received(socket, "pusher_internal:member_removed", CHANNEL, { user_id });

function replayed(...happenings: readonly Happening[]) {
  const events = happenings.map((happening, seq): Evidence => ({
    seq,
    t: seq,
    case: "test/by/hand",
    ...happening,
  }));
  const { members, fault } = replay(events, { socket: "ana#1", channel: CHANNEL });
  return { members: members && [...members].sort(), fault };
}

describe("replaying what an observer was told", () => {
  it("adds and removes from the roster", () => {
    const { members, fault } = replayed(roster(["ana", "ben"]), added("cho"), removed("ben"));
    assertEquals(members, ["ana", "cho"]);
    assertEquals(fault, undefined);
  });

  it("knows nobody before a roster came", () => {
    assertEquals(replayed(added("cho")).members, undefined);
  });

  it("begins anew with every roster", () => {
    const { members, fault } = replayed(
      roster(["ana"]),
      added("ben"),
      roster(["ana"]),
      added("ben"),
    );
    assertEquals(members, ["ana", "ben"]);
    assertEquals(fault, undefined);
  });

  it("notices somebody who comes twice without going", () => {
    const { fault } = replayed(roster(["ana"]), added("ben"), added("ben"));
    assertEquals(fault?.seq, 2);
    assertStringIncludes(fault?.message ?? "", "ben, who was there already");
  });

  it("notices somebody who goes without having come", () => {
    assertEquals(replayed(roster(["ana"]), removed("ben")).fault?.seq, 1);
  });

  it("listens to one socket only", () => {
    const { members } = replayed(roster(["ana"]), added("ben", "ana#2"), added("cho", "eve#1"));
    assertEquals(members, ["ana"]);
  });
});
