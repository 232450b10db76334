import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { differenceOf, type Figure, isBeyond, together } from "./difference.ts";

const figure = (value: number): Figure => ({ value, variance: 0.0001, freedom: Infinity });
const runs = (...values: readonly number[]) => {
  const figure = together(values.map((value) => ({ value, freedom: Infinity })), 0.2);
  assert(figure);
  return figure;
};

describe("a difference", () => {
  it("is the share that the new adds, with its interval around it", () => {
    const { share, interval } = differenceOf(figure(100), figure(120), 1);
    assertAlmostEquals(share, 0.2);
    // By hand: the standard error is √0.0002, and 1.96 of those are 0.0277.
    assertAlmostEquals(interval?.low ?? 0, 1.2 * Math.exp(-0.0277) - 1, 0.001);
    assertAlmostEquals(interval?.high ?? 0, 1.2 * Math.exp(0.0277) - 1, 0.001);
  });

  it("counts beyond the threshold, and only where the noise cannot be it", () => {
    const difference = differenceOf(figure(100), figure(120), 1);
    assert(isBeyond(difference, 0.1));
    assert(!isBeyond(difference, 0.25), "below the threshold");
    const noisy = differenceOf(runs(80, 100, 125), runs(96, 120, 150), 1);
    assertAlmostEquals(noisy.share, 0.2);
    assert(!isBeyond(noisy, 0.1), "within the noise");
  });

  it("has wider intervals the more are judged together", () => {
    const width = (of: number) => differenceOf(figure(100), figure(120), of).interval?.high ?? 0;
    assert(width(20) > width(1));
  });

  it("has none where nothing tells how certain a figure is", () => {
    assertEquals(differenceOf({ value: 1, freedom: Infinity }, figure(2), 1).interval, undefined);
  });
});

describe("figures of several runs", () => {
  it("tell how much runs differ, from three on, by Student's t", () => {
    const { value, variance, freedom } = runs(98, 100, 102);
    assertAlmostEquals(value, 100, 0.02);
    assertAlmostEquals(variance ?? 0, 0.02 ** 2 / 3, 1e-6);
    assertEquals(freedom, 2);
    // t(0.975) of 4 degrees of freedom is 2.776.
    const { interval } = differenceOf(runs(98, 100, 102), runs(98, 100, 102), 1);
    assertAlmostEquals(Math.log1p(interval?.high ?? 0), 2.776 * Math.sqrt(2 * 0.02 ** 2 / 3), 4e-4);
  });

  it("are taken to differ as assumed where fewer cannot tell", () => {
    assertAlmostEquals(together([figure(100)], 0.2)?.variance ?? 0, 0.0401);
    assertEquals(together([], 0.2), undefined);
  });
});
