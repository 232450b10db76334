import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { law } from "../record/capacity/scaling_law.ts";
import { fitScaling, type Point } from "./scaling.ts";

const LOADS = [100, 200, 400, 800, 1600, 3200];

/** What a server of these parameters does; a unit of its load is 100. */
function curve(lambda: number, alpha: number, beta: number, noise = () => 1): Point[] {
  return LOADS.map((load) => ({
    load,
    throughput: law(load / 100, lambda, alpha, beta) * noise(),
  }));
}

describe("the Universal Scalability Law", () => {
  for (
    const [lambda, alpha, beta] of [
      [1000, 0.02, 0.0005],
      [995.6486, 0.02671591, 0.0007690945], // the worked example of the "usl" package for R
      [40, 0.2, 0],
      [250_000, 0.001, 0.01],
      [5, 0, 0],
    ] as const
  ) {
    it(`finds λ ${lambda}, α ${alpha}, β ${beta} again in the curve that they draw`, () => {
      const fit = fitScaling(curve(lambda, alpha, beta));
      assert(fit);
      assertAlmostEquals(fit.lambda / lambda, 1, 1e-3);
      assertAlmostEquals(fit.alpha, alpha, 1e-3);
      assertAlmostEquals(fit.beta, beta, 1e-5);
      assert(fit.explained > 0.9999, `${fit.explained}`);
      assert(fit.residuals.every(({ residual }) => Math.abs(residual) < 1e-3));
      assertEquals(fit.unit, 100);
    });
  }

  it("has its peak where contention and coherency have eaten all gain", () => {
    const fit = fitScaling(curve(1000, 0.04, 0.0024));
    assertAlmostEquals(fit?.peak ?? 0, 100 * Math.sqrt(0.96 / 0.0024), 20);
  });

  it("foretells no peak from far below it", () => {
    assertEquals(fitScaling(curve(1000, 0.01, 0.00001))?.peak, undefined);
  });

  it("has no peak on a server that scales on and on", () => {
    assertEquals(fitScaling(curve(5, 0, 0))?.peak, undefined);
  });

  it("tells by its residuals how far noise took each point from it", () => {
    let at = 0;
    const fit = fitScaling(curve(1000, 0.05, 0.001, () => [1.05, 0.95][at++ % 2] ?? 1));
    assert(fit);
    const largest = Math.max(...fit.residuals.map(({ residual }) => Math.abs(residual)));
    assert(largest > 0.02 && largest < 0.1, `${largest}`);
    assert(fit.explained < 0.99999 && fit.explained > 0.95, `${fit.explained}`);
  });

  it("is not fitted to fewer loads than it has parameters, and one more", () => {
    const [one, two, three] = curve(1000, 0.05, 0.001);
    assert(one && two && three);
    assertEquals(fitScaling([one, two, three, three]), undefined);
  });
});
