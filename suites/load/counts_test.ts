/** The counts of a load are those of the truth that was planted, and add up whatever clients do. */
import { assert, assertEquals } from "@std/assert";
import { beforeAll, describe, it } from "@std/testing/bdd";
import type { Counts, LoadMeasurements } from "../record/load/measurements.ts";
import { totalOf } from "./embedded/testing/plan.ts";
import { countedOf, planted, plantedPlan } from "./testing/planted.ts";
import { againstScript, WAYS } from "./testing/ways.ts";

/** Of every phase, and so of every event and subscriber of it. */
function addUp({ phases }: LoadMeasurements): void {
  for (const { name, counts: { expected, delivered, lost, late } } of phases) {
    assertEquals(delivered + lost + late, expected, name);
    assert(lost >= 0 && late >= 0 && delivered >= 0, `${name}: nothing is less than none`);
  }
}

const SEEDS = [1, 2, 3];

/** All runs of one way, at once: they mostly wait. */
function begin(way: string) {
  const allLate = { fate: () => ({ afterMs: 3000 }), whisper: () => ({ afterMs: 3000 }) };
  const { clients: [crowd, talkers] } = plantedPlan({ websocket: "", api: "" });
  assert(crowd && talkers);
  return {
    planted: SEEDS.map((seed) => againstScript(planted(seed), way)),
    allLate: againstScript(allLate, way),
    restless: againstScript({}, way, {
      clients: [
        crowd,
        { ...talkers, name: "passers-by", visits: { stayMs: 210, awayMs: 90 } },
        { ...talkers, name: "slow", count: 2, slow: { pauseMs: 150, everyMs: 200 } },
      ],
      phases: [
        { name: "first", seconds: 1, rate: 1, measured: true },
        { name: "second", seconds: 1, rate: 2, measured: true, drop: 0.5 },
      ],
      reconnect: { afterMs: 50 },
    }),
  };
}

for (const way of Object.keys(WAYS)) {
  describe(`what ${way} counts`, () => {
    let runs: ReturnType<typeof begin>;
    beforeAll(async () => {
      runs = begin(way);
      await Promise.allSettled([...runs.planted, runs.allLate, runs.restless]);
    });

    for (const [at, seed] of SEEDS.entries()) {
      it(`is what was planted by seed ${seed}`, async () => {
        const { measurements, truth } = await runs.planted[at]!; // one a seed
        assertEquals(countedOf(measurements), truth);
        assert(truth.late > 0 && truth.unanswered > 0 && truth.refused > 0);
        addUp(measurements);
      });
    }

    it("is late where all of it is three seconds late", async () => {
      const { measurements, truth } = await runs.allLate;
      assertEquals(countedOf(measurements), truth);
      assertEquals(truth.late, truth.expected);
    });

    it("adds up under visits, drops, slow readers and whispers: nothing is lost", async () => {
      const { measurements } = await runs.restless;
      addUp(measurements);
      const total: Counts = totalOf(measurements);
      assertEquals(total, { ...total, lost: 0, late: 0, duplicated: 0, unexpected: 0 });
      assert(total.delivered > 300, `${total.delivered} deliveries`);
    });
  });
}
