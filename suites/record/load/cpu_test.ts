import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Resources } from "./resources.ts";
import { cpuOf, cpuPerDelivery, crowd, generatorCpu } from "./cpu.ts";
import { measurementsOf } from "../../load/testing.ts";

/** Samples at these seconds of the run, the last of which is after it. */
const resources = (host: number): Resources => ({
  startedAt: "2026-11-25T11:59:59.000Z", // a second before the run
  sources: [],
  samples: [1, 3, 3.9, 9].map((at) => ({
    at,
    process: { cpu: at === 3 ? 0.4 : at === 3.9 ? 0.6 : 9 },
    host: { cpu: host },
  })),
  restarts: [],
  memory: {},
});

describe("the cores", () => {
  it("of target and generator are those of the phases that are measured", () => {
    assertEquals(cpuOf(resources(2), measurementsOf()), 0.5);
    assertEquals(generatorCpu(measurementsOf()), 0.1);
    assertEquals(cpuOf({ ...resources(2), samples: [] }, measurementsOf()), undefined);
  });

  it("of the target come to so many microseconds a delivery", () => {
    // Half a core for two seconds, and fifty deliveries in them.
    assertEquals(cpuPerDelivery(resources(2), measurementsOf()), 20_000);
    assertEquals(cpuPerDelivery({ ...resources(2), samples: [] }, measurementsOf()), undefined);
  });

  it("that other programs took are told where none was left", () => {
    assertEquals(
      crowd(resources(2), measurementsOf(), 2),
      "other programs used 1.4 of this machine's 2 cores, which affects the figures",
    );
    assertEquals(crowd(resources(1.5), measurementsOf(), 2), undefined); // some was left
    assertEquals(crowd(resources(2), measurementsOf(), 16), undefined);
  });
});
