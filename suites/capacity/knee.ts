/**
 * The knee of a curve that rises slowly and then steeply, as latency does over load: where it lies
 * furthest below the straight line between its ends (Satopää and others, Finding a "Kneedle" in a
 * Haystack, 2011).
 */
export interface KneePoint {
  readonly load: number;
  readonly latency: number;
}

/** A curve bent less than this, of 1, is a straight line as far as anybody can tell. */
const LEAST_BEND = 0.2;
const LEAST_POINTS = 4;

/** The load at the knee, or `undefined` where none is to be seen. Points are in order of load. */
export function kneeOf(points: readonly KneePoint[]): number | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < LEAST_POINTS) return undefined;
  let highest = 0;
  // Latency does not fall with load: where it seems to, the run before was unlucky.
  const rising = points.map(({ load, latency }) => ({
    load,
    latency: highest = Math.max(highest, latency),
  }));
  const [wide, high] = [last.load - first.load, highest - first.latency];
  if (wide <= 0 || high <= 0) return undefined;
  const bends = rising.map(({ load, latency }) => ({
    load,
    bend: (load - first.load) / wide - (latency - first.latency) / high,
  }));
  const knee = bends.reduce((best, point) => point.bend > best.bend ? point : best);
  return knee.bend >= LEAST_BEND ? knee.load : undefined;
}
