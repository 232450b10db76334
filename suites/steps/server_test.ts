import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Attempt } from "../engine/attempt.ts";
import { openRecorder } from "../record/evidence_log.ts";
import { SERVER } from "./server.ts";

describe("server: stopped", () => {
  it("lets its clients be judged where the process lingers after it sent them away", async () => {
    const log = openRecorder(() => {}).log("a/b");
    const attempt = {
      target: { server: { stop: () => new Promise(() => {}) } },
      log,
      deadlineMs: 10,
    } as unknown as Attempt; // no more of it is asked
    const [verb] = SERVER;
    const outcome = verb?.actor === "scenario" && await verb.run({ is: "stopped" }, attempt);
    assertEquals(outcome && outcome.outcome, "done");
    assertEquals(log.events.map(({ kind }) => kind), ["note"]);
  });
});
