/**
 * Causes: what went wrong, each told once, with everything that it kept from being judged.
 *
 * A cause is a requirement and the observation that differs. Results hold it already, check by
 * check; this gathers them, so that a record of a run that was killed has causes too.
 */
import {
  ACCUSATIONS,
  type CaseResult,
  type Cause,
  type CheckResult,
  type Level,
  type Verdict,
  worst,
} from "./verdict.ts";

/** A check and the scenario that holds it. */
export interface Placed {
  readonly case: string;
  readonly check: CheckResult;
}

export interface CauseOfFailure {
  readonly requirement: string;
  readonly level: Level;
  readonly observation: string;
  /** The gravest verdict of its checks. */
  readonly verdict: Verdict;
  readonly kind: Cause;
  /** The checks that show it, in the order of the run. */
  readonly evidence: readonly Placed[];
  /** The checks that could not be judged because of it. */
  readonly blocks: readonly Placed[];
}

/** What a baseline lists is a cause of its own: the same failure elsewhere is new. */
const keyOf = ({ requirement, observation, verdict }: CheckResult) =>
  `${requirement}\n${observation ?? ""}\n${verdict === "expected"}`;

/** Every cause of a run, the gravest first, then by how many checks it blocks. */
export function causesOf(results: Iterable<CaseResult>): CauseOfFailure[] {
  const found = new Map<string, { evidence: Placed[]; blocks: Placed[] }>();
  const placeOf = new Map<string, string>();
  const all = [...results];
  for (const { id, checks } of all) {
    for (const check of checks) {
      if (!ACCUSATIONS.has(check.verdict)) continue;
      const key = keyOf(check);
      const entry = found.get(key) ?? { evidence: [], blocks: [] };
      found.set(key, entry);
      entry.evidence.push({ case: id, check });
      const place = `${check.requirement}\n${id}\n${check.step}`;
      if (!placeOf.has(place)) placeOf.set(place, key);
    }
  }
  for (const { id, checks } of all) {
    for (const check of checks) {
      const by = check.blockedBy;
      if (check.verdict !== "blocked" || by?.kind !== "cause") continue;
      const key = placeOf.get(`${by.requirement}\n${by.case}\n${by.step}`);
      if (key !== undefined) found.get(key)?.blocks.push({ case: id, check });
    }
  }
  const causes = [...found.values()].flatMap(({ evidence, blocks }): CauseOfFailure[] => {
    const first = evidence[0]?.check;
    if (!first) return [];
    return [{
      requirement: first.requirement,
      level: first.level,
      observation: first.observation ?? "",
      verdict: worst(evidence.map(({ check }) => check.verdict)),
      kind: first.cause ?? "implementation",
      evidence,
      blocks,
    }];
  });
  const gravity = (verdict: Verdict) => [...ACCUSATIONS].indexOf(verdict);
  return causes.toSorted((a, b) =>
    gravity(b.verdict) - gravity(a.verdict) || b.blocks.length - a.blocks.length
  );
}
