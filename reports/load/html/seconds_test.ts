import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { interruptedLoad, sampleLoad } from "../../testing/load_sample.ts";
import { runsOf } from "./run.ts";
import { clock, overTime, spansOf, thinned, timeAxis } from "./seconds.ts";

const spans = (report: ReturnType<typeof sampleLoad>) =>
  runsOf([report]).flatMap(spansOf).map(({ from, to }) => [from, to]);

describe("the seconds of a run", () => {
  it("lie in the phases, one after the other", () => {
    assertEquals(spans(sampleLoad()), [[0, 2.5], [2.5, 4.5], [4.5, 9.5]]);
  });

  it("end where an interrupted run did", () => {
    assertEquals(spans(interruptedLoad()), [[0, 2], [2, 2], [2, 2]]);
  });

  it("of several runs count from where the phases begin", () => {
    const [run] = runsOf([sampleLoad(), sampleLoad()]);
    assertEquals(run && spansOf(run).map(({ from }) => from), [-2.5, 0, 2]);
  });

  it("are drawn at their end where they tell of it: a drop not before the phase that makes it", () => {
    const [run] = runsOf([sampleLoad()]);
    assert(run);
    const seconds = run.report.load.measurements.intervals.map(({ second }) => second);
    assertEquals(overTime(run, () => 0).map(({ x }) => x), seconds);
    assertEquals(overTime(run, () => 0, "end").map(({ x }) => x), seconds.map((x) => x + 1));
  });

  it("are so few that a chart can show them, and no peak and no dip is lost", () => {
    const odd = new Map([[1777, 9], [2900, -9]]);
    const points = Array.from({ length: 3600 }, (_, x) => ({ x, y: odd.get(x) ?? x % 5 }));
    const some = thinned(points);
    assertEquals(some.length, 240);
    assertEquals(some.filter(({ y }) => Math.abs(y) === 9), [{ x: 1785, y: 9 }, {
      x: 2880,
      y: -9,
    }]);
    assert(some.every(({ x }, at) => at === 0 || x > (some[at - 1]?.x ?? 0)));
  });

  it("that nobody knows of stay unknown", () => {
    const some = thinned(Array.from({ length: 3600 }, (_, x) => ({ x, y: x < 1800 ? NaN : 1 })));
    assert(some.slice(0, 120).every(({ y }) => Number.isNaN(y)));
    assert(some.slice(120).every(({ y }) => y === 1));
  });

  it("are written as a clock has them", () => {
    assertEquals([0, 5, 65, -3, 3600, 3725, -0.2].map(clock), [
      "0:00",
      "0:05",
      "1:05",
      "-0:03",
      "1:00:00",
      "1:02:05",
      "0:00",
    ]);
  });

  it("have at most eight ticks, at round moments", () => {
    const report = sampleLoad();
    const [interval] = report.load.measurements.intervals;
    if (interval) report.load.measurements.intervals = [{ ...interval, second: 3699 }];
    assertEquals(timeAxis(runsOf([report])).scale?.ticks, [0, 600, 1200, 1800, 2400, 3000, 3600]);
  });
});
