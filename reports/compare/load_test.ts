import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { emptyHistogram, encodeHistogram } from "../../suites/record/load/histogram.ts";
import type { LoadReport } from "../../suites/record/load/report.ts";
import { sampleLoad } from "../testing/load_sample.ts";
import { halvesOf, recordedRuns, slowed } from "./testing/recorded.ts";
import { compareLoads, loadOf } from "./load.ts";
import { THRESHOLDS } from "./row.ts";

/** Numbers from 0 to 1 that are the same in every run of the test (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Box and Muller. */
const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const EVENTS = 600;

/** A load run on a machine of its own, whose latencies are so many times those of the server as it was. */
function run(random: () => number, slowness: number): LoadReport {
  // Runs of one server differ by 4%, whatever is measured in them.
  const factor = slowness * Math.exp(0.04 * normal(random));
  const latencies = (typicalMs: number) => {
    const histogram = emptyHistogram();
    for (let at = 0; at < EVENTS; at++) {
      histogram.recordValue(Math.round(1000 * typicalMs * factor * Math.exp(0.5 * normal(random))));
    }
    return encodeHistogram(histogram);
  };
  const { resources: _, ...sample } = sampleLoad();
  const { load } = sample;
  const phases = load.measurements.phases.map((phase) => ({
    ...phase,
    counts: { ...phase.counts, accepted: EVENTS, expected: 5000, delivered: 5000 },
    latencies: phase.measured && phase.name !== "ramp"
      ? { answer: latencies(3), delivery: latencies(8) }
      : phase.name === "ramp"
      ? { connect: latencies(1), handshake: latencies(2), subscribe: latencies(2) }
      : {},
  }));
  return {
    ...sample,
    load: {
      ...load,
      generatorBound: [],
      measurements: { ...load.measurements, complete: true, phases },
    },
  };
}

const runs = (random: () => number, slowness = 1) =>
  Array.from({ length: 5 }, () => run(random, slowness));
const regressions = (base: readonly LoadReport[], other: readonly LoadReport[]) =>
  compareLoads(base, other, THRESHOLDS).rows.filter(({ isRegression }) => isRegression);

describe("load runs compared", () => {
  it("are equal of one server, and 20% slower is found: 38 of 40 pairs at least", () => {
    const random = seeded(1);
    let [equal, found] = [0, 0];
    for (let pair = 0; pair < 40; pair++) {
      const base = runs(random);
      if (regressions(base, runs(random)).length === 0) equal++;
      if (regressions(base, runs(random, 1.2)).length > 0) found++;
    }
    assert(equal >= 38, `${equal} of 40 pairs of one server are equal`);
    assert(found >= 38, `${found} of 40 slowed servers are found`);
  });

  it("that were recorded are equal, and 20% slower is found: 38 of 40 pairs at least", async () => {
    // Of all pairs, in an order that does not follow the recording.
    const pairs = [...halvesOf(await recordedRuns())].filter((_, at) => at % 3 === 0).slice(0, 40);
    assertEquals(pairs.length, 40);
    const equal = pairs.filter(([base, other]) => regressions(base, other).length === 0);
    const found = pairs.filter(([base, other]) =>
      regressions(base, other.map((run) => slowed(run, 1.2))).length > 0
    );
    assert(equal.length >= 38, `${equal.length} of 40 are equal`);
    assert(found.length >= 38, `${found.length} of 40 are found`);
  });

  it("say that one run tells little, and call a difference noise that another run may show", () => {
    const random = seeded(2);
    const { rows, notes } = compareLoads([run(random, 1)], [run(random, 1.3)], THRESHOLDS);
    assertMatch(notes.join(), /fewer than 3 runs on a side/);
    const changes = new Set(
      rows.filter(({ group }) => group === "Latency").map((row) => row.change),
    );
    assertEquals([...changes], ["noise"]);
    const connecting = rows.filter(({ name }) => /^(connect|handshake|subscribe)/.test(name));
    assertEquals(connecting, [], "what lasts a second tells nothing");
    assert(regressions([run(random, 1)], [run(random, 8)]).length > 0, "a gross one is found");
  });

  it("leave out runs whose figures are the generator's, and are not complete without others", () => {
    const random = seeded(3);
    const bound = run(random, 3);
    bound.load.generatorBound.push("its timers woke it late");
    const base = runs(random);
    const mixed = compareLoads(base, [...runs(random), bound], THRESHOLDS);
    assertMatch(mixed.notes.join(), /1 run left out/);
    assertEquals(mixed.incomplete, undefined);
    const alone = compareLoads(base, [bound], THRESHOLDS);
    assertMatch(alone.incomplete ?? "", /the generator was measured/);
    assertEquals(alone.rows.filter(({ group }) => group === "Latency"), []);
  });

  it("tell of objectives that are missed now, and of deliveries that are lost", () => {
    const random = seeded(4);
    const [base, other] = [run(random, 1), run(random, 1)];
    base.load.objectives = [{ text: "delivered >= 99%", measured: "100%", verdict: "met" }];
    other.load.objectives = [{ text: "delivered >= 99%", measured: "90%", verdict: "missed" }];
    for (const phase of other.load.measurements.phases) phase.counts.delivered = 4500;
    assertEquals(
      regressions([base], [other]).map((
        { name, change, base, new: is },
      ) => [name, change, base, is]),
      [
        ["delivered >= 99%", "broken", "100%", "90%"],
        ["delivered", "worse", "100%", "90%"],
      ],
    );
  });

  it("are of one load, wherever it went", () => {
    const base = sampleLoad();
    const elsewhere = structuredClone(base);
    elsewhere.load.plan.target.websocket = "ws://127.0.0.1:1";
    assertEquals(loadOf(elsewhere), loadOf(base));
    const [group] = elsewhere.load.plan.clients;
    if (group) group.count += 1;
    assert(loadOf(elsewhere) !== loadOf(base));
  });
});
