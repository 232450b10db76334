/** Fits Gunther's Universal Scalability Law (scaling_law.ts) to what was measured. */
import { levenbergMarquardt } from "ml-levenberg-marquardt";
import { mean, sum } from "simple-statistics";
import { law } from "../record/capacity/scaling_law.ts";

export interface Point {
  readonly load: number;
  /** Of whatever kind, a second. */
  readonly throughput: number;
}

export interface Scaling {
  /** The load that N = 1 stands for: the least that was measured. */
  readonly unit: number;
  readonly lambda: number;
  readonly alpha: number;
  readonly beta: number;
  /** How much of the variation of throughput the curve explains (R²). */
  readonly explained: number;
  /** For each point, what was measured less what the curve says, relative to the latter. */
  readonly residuals: readonly (Point & { readonly residual: number })[];
  /** The load at which throughput is highest; absent where what was measured does not tell. */
  readonly peak?: number;
}

/** Three parameters need more points than three to be held to anything. */
export const LEAST_POINTS = 4;
/** A peak further off than so many times the highest load is a guess and no extrapolation. */
const FORESIGHT = 3;

/** Fits the law; `undefined` where there are too few loads to fit it to. */
export function fitScaling(points: readonly Point[]): Scaling | undefined {
  const loads = new Set(points.map(({ load }) => load));
  if (loads.size < LEAST_POINTS) return undefined;
  const unit = Math.min(...loads);
  if (points.some(({ throughput }) => throughput <= 0)) return undefined;
  // What is fitted is the throughput a unit, which is of one size at all loads: each counts alike.
  const x = points.map(({ load }) => load / unit);
  const y = points.map(({ load, throughput }) => throughput / (load / unit));
  const best = Math.max(...y);
  const { parameterValues: [first = 0, alpha = 0, beta = 0] } = levenbergMarquardt(
    { x, y: y.map((each) => each / best) },
    ([lambda = 0, alpha = 0, beta = 0]) => (n) => law(n, lambda, alpha, beta) / n,
    {
      initialValues: [1, 0.01, 0.0001],
      minValues: [0, 0, 0],
      maxValues: [Infinity, 1, 1],
      gradientDifference: [1e-4, 1e-6, 1e-8],
      centralDifference: true,
      damping: 0.01,
      maxIterations: 1000,
      errorTolerance: 1e-12,
    },
  );
  const lambda = first * best;
  const curve = (load: number) => law(load / unit, lambda, alpha, beta);
  const average = mean(points.map(({ throughput }) => throughput));
  const squares = (of: (point: Point) => number) => sum(points.map((point) => of(point) ** 2));
  const around = squares(({ throughput }) => throughput - average);
  const left = squares(({ load, throughput }) => throughput - curve(load));
  const peak = unit * Math.sqrt((1 - alpha) / beta);
  return {
    unit,
    lambda,
    alpha,
    beta,
    explained: around === 0 ? 0 : 1 - left / around,
    residuals: points.map(({ load, throughput }) => ({
      load,
      throughput,
      residual: throughput / curve(load) - 1,
    })),
    ...(peak <= FORESIGHT * Math.max(...loads) ? { peak } : {}),
  };
}
