import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { openRecorder } from "../record/evidence_log.ts";
import { untilDeath } from "./until_death.ts";

describe("an answer is waited for", () => {
  const log = () => openRecorder(() => {}).log("ordering/a/b");
  const never = new Promise<string>(() => {});

  it("until it comes, or fails", async () => {
    const unlessDead = untilDeath(log());
    assertEquals(await unlessDead(Promise.resolve("it")), "it");
    await assertRejects(
      () => unlessDead(Promise.reject(new Error("no answer"))),
      Error,
      "no answer",
    );
  });

  it("no longer once the server has died, nor when it had died before", async () => {
    const evidence = log();
    const unlessDead = untilDeath(evidence);
    const waiting = assertRejects(() => unlessDead(never), Error, "the server died");
    evidence.add({ kind: "server", what: "died", detail: "it ended" });
    await waiting;
    await assertRejects(() => unlessDead(never), Error, "the server died");
  });
});
