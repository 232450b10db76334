import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const CHANNEL = "presence-room-k3f9";

const roster = (ids: readonly string[], count = ids.length): Happening =>
  received("ana#1", "pusher_internal:subscription_succeeded", CHANNEL, {
    presence: { ids, hash: Object.fromEntries(ids.map((id) => [id, null])), count },
  });
const added = (user_id: string) =>
  received("ana#1", "pusher_internal:member_added", CHANNEL, { user_id });
const removed = (user_id: string) =>
  received("ana#1", "pusher_internal:member_removed", CHANNEL, { user_id });

const facts = { channel: CHANNEL, socket: "ana#1" };

describe("a roster of certain users", () => {
  const finding = (ids: readonly string[], members: readonly string[]) =>
    judged({
      verb: "roster",
      who: "ana",
      params: { roster: "presence-room", is: [] },
      before: [roster(ids)],
      ended: { took: [0], facts: { ...facts, members } },
    });

  it("holds when the roster names the users in any order", () => {
    assertEquals(finding(["ben", "ana"], ["ana", "ben"]).holds, true);
  });

  it("fails when somebody is missing, and when somebody is there too much", () => {
    assertStringIncludes(finding(["ana"], ["ana", "ben"]).message, "ids lacks ben");
    const extra = finding(["ana", "eve"], ["ana"]);
    assertEquals(extra.holds, false);
    assertStringIncludes(extra.message, "ids has eve");
  });
});

describe("a roster that adds up", () => {
  const finding = (...before: readonly Happening[]) =>
    judged({
      verb: "roster",
      who: "ana",
      params: { roster: "presence-room", property: "adds up" },
      before,
      ended: { facts },
    });

  it("holds when every roster adds up", () => {
    assertEquals(finding(roster(["ana"]), roster(["ana", "ben"])).holds, true);
  });

  it("fails when one of them does not", () => {
    assertEquals(finding(roster(["ana"]), roster(["ana", "ben"], 3)).holds, false);
    assertEquals(finding(roster(["ana", "ana"])).holds, false);
  });

  it("is not testable without a roster", () => {
    assertEquals(finding().holds, "blocked");
  });
});

describe("a roster that changes in turns", () => {
  const finding = (before: readonly Happening[], after: readonly Happening[] = []) =>
    judged({
      verb: "roster",
      who: "ana",
      params: { roster: "presence-room", property: "changes in turns" },
      before,
      after,
      ended: { facts },
    });

  it("holds when each user comes and goes in turn", () => {
    const turns = [added("ben"), removed("ben"), added("ben"), added("cho"), removed("ben")];
    assertEquals(finding([roster(["ana"]), ...turns]).holds, true);
  });

  it("fails when somebody comes twice, or goes without having come, even late", () => {
    assertEquals(finding([roster(["ana"]), added("ben"), added("ben")]).holds, false);
    assertEquals(finding([roster(["ana"])], [removed("ben")]).holds, false);
  });
});

describe("a roster that comes first", () => {
  const finding = (...before: readonly Happening[]) =>
    judged({
      verb: "roster",
      who: "ana",
      params: { roster: "presence-room", property: "comes first" },
      before,
      ended: { facts },
    });

  it("holds when the roster comes first", () => {
    assertEquals(finding(roster(["ana"]), added("ben")).holds, true);
  });

  it("fails when a member event comes first", () => {
    assertEquals(finding(added("ana"), roster(["ana"])).holds, false);
  });

  it("leaves to others what is published meanwhile", () => {
    assertEquals(finding(received("ana#1", "News", CHANNEL, {}), roster(["ana"])).holds, true);
  });
});
