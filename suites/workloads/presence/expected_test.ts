import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { openRecorder } from "../../record/evidence_log.ts";
import { received } from "../../cli/testing/history.ts";
import { settled } from "./expected.ts";

const CHANNEL = "presence-room";

const roster = (ids: readonly string[]) =>
  received("ana#1", "pusher_internal:subscription_succeeded", CHANNEL, {
    presence: { ids, hash: Object.fromEntries(ids.map((id) => [id, null])), count: ids.length },
  });
const told = (change: "added" | "removed", user_id: string) =>
  received("ana#1", `pusher_internal:member_${change}`, CHANNEL, { user_id });

/** Ana, who is in the channel, and what she is told. */
function watch(deadlineMs: number) {
  const log = openRecorder(() => {}).log("test/by/hand");
  const ana = {
    socket: "ana#1",
    until: (wanted: Parameters<typeof log.until>[0], deadlineMs: number, from = 0) =>
      log.until(wanted, { from, deadlineMs }),
  };
  return {
    log,
    knows: (...members: readonly string[]) =>
      settled(ana, CHANNEL, new Set(members), { log, deadlineMs }),
  };
}

describe("waiting until a watcher knows who is there", () => {
  it("is over at once where he knows already", async () => {
    const { log, knows } = watch(0);
    log.add(roster(["ana"]));
    log.add(told("added", "ben"));
    assertEquals(await knows("ana", "ben"), true);
  });

  it("ends with the event that completes them", async () => {
    const { log, knows } = watch(5000);
    log.add(roster(["ana"]));
    const settling = knows("ana", "ben", "cho");
    log.add(told("added", "ben"));
    log.add(told("added", "cho"));
    assertEquals(await settling, true);
  });

  it("does not end with what he knew once, and knows no longer", async () => {
    const { log, knows } = watch(20);
    log.add(roster(["ana", "ben"]));
    log.add(told("removed", "ben"));
    assertEquals(await knows("ana", "ben"), false);
  });
});
