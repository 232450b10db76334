import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { LoadPlan } from "../../record/load/plan.ts";
import { beyondBound } from "./bound.ts";
import { planFor } from "./testing/plan.ts";

const beyond = (change: Partial<LoadPlan>) =>
  beyondBound(planFor({ websocket: "ws://127.0.0.1:1", api: "http://127.0.0.1:1" }, change));

const crowd = { name: "crowd", count: 2000, perSecond: 500, channels: [[0]] };
const tick = { event: "tick", perSecond: 2, channels: [0], bytes: 200 };

describe("the bound of the embedded engine", () => {
  it("takes two thousand subscribers and two events a second", () => {
    assertEquals(beyond({ clients: [crowd], publishers: [tick] }), undefined);
  });

  it("is what one event makes at once, over all groups of clients", () => {
    const more = { ...crowd, name: "more", count: 1 };
    const says = beyond({ clients: [crowd, more], publishers: [{ ...tick, perSecond: 0.1 }] });
    assert(says?.includes("2001 deliveries of one event") && says.includes("--engine k6"), says);
  });

  it("is the deliveries of the busiest second", () => {
    const phases = [
      { name: "calm", seconds: 5, rate: 1, measured: true },
      { name: "rush", seconds: 5, rate: 3, measured: true },
    ];
    const says = beyond({ clients: [crowd], publishers: [tick], phases });
    assert(says?.includes("12000 deliveries a second"), says);
  });

  it("counts of a channel those who subscribe to it, and each channel for its share", () => {
    const channels = ["a", "b"];
    // Of 3,999 clients, 2,000 are in the first channel and 1,999 in the second.
    const clients = [{ ...crowd, count: 3999, channels: [[0], [1]] }];
    const publishers = [{ ...tick, channels: [0, 1] }];
    assertEquals(beyond({ channels, clients, publishers }), undefined);
    const says = beyond({ channels, clients: [{ ...crowd, count: 4001, channels: [[0], [1]] }] });
    assert(says?.includes("2001 deliveries of one event"), says);
  });

  it("counts client events, each by those who hear it", () => {
    const clients = [{ ...crowd, count: 100, whispers: { perSecond: 1, bytes: 80 } }];
    const says = beyond({ clients, publishers: [] });
    assert(says?.includes("10000 deliveries a second"), says);
  });

  it("counts requests to the API, a batch as one", () => {
    const clients = [{ ...crowd, count: 1 }];
    const publishers = [{ ...tick, perSecond: 2000, batch: 10 }];
    assertEquals(beyond({ clients, publishers }), undefined);
    const says = beyond({ clients, publishers: [{ ...tick, perSecond: 2000 }] });
    assert(says?.includes("2000 requests a second"), says);
  });
});
