import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { FeatureState } from "../record/probed.ts";
import type { Attempt } from "./attempt.ts";
import { publishAll } from "./publish.ts";
import type { ApiCall } from "./signed_request.ts";

const events = ["one", "two", "three"].map((name) => ({ name, channel: "orders", data: "{}" }));

/** Publishes to a target whose batches are in this state; the paths that were called. */
async function pathsCalled(batchEvents: FeatureState, statuses = [200, 200, 200]) {
  const calls: string[] = [];
  const attempt = {
    probed: { features: { batchEvents: { state: batchEvents, observation: "" } } },
    call: ({ path }: ApiCall) => {
      calls.push(path);
      return Promise.resolve({ kind: "response", status: statuses[calls.length - 1], body: "" });
    },
  } as unknown as Attempt; // no more of it is asked
  const answer = await publishAll(events, attempt);
  return { calls, status: answer.kind === "response" ? answer.status : undefined };
}

describe("publishing many events, where only their arrival matters", () => {
  it("takes one batch where the target has them", async () => {
    assertEquals(await pathsCalled("offered"), { calls: ["/batch_events"], status: 200 });
  });

  it("takes one call after the other where it has none, or they deliver nothing", async () => {
    const singly = { calls: ["/events", "/events", "/events"], status: 200 };
    assertEquals(await pathsCalled("absent"), singly);
    assertEquals(await pathsCalled("broken"), singly);
  });

  it("ends with the first call that is refused", async () => {
    assertEquals(await pathsCalled("absent", [200, 413]), {
      calls: ["/events", "/events"],
      status: 413,
    });
  });
});
