/**
 * Rules of plain channels that another kind of channel must keep as well. Where one holds on plain
 * channels and never on a kind, the requirement that guards the kind is to blame.
 */
import type { Judged } from "./judge.ts";

/** The kinds of channel on which each requirement held. */
export type KindsHeld = ReadonlyMap<string, ReadonlySet<string>>;

const PLAIN = "plain";

/** What held on which kind of channel in a whole run. */
export function kindsHeld(judged: readonly Judged[]): KindsHeld {
  const held = new Map<string, Set<string>>();
  for (const { check, finding, kind = PLAIN } of judged.flatMap(({ questions }) => questions)) {
    if (finding.holds !== true) continue;
    held.set(check.requirement, (held.get(check.requirement) ?? new Set()).add(kind));
  }
  return held;
}

/** The requirement that guards this kind, where it is to blame. */
export function kindToBlame(
  requirement: string,
  kind: string | undefined,
  held: KindsHeld,
): string | undefined {
  const kinds = held.get(requirement);
  const isOdd = kind !== undefined && kind !== requirement &&
    kinds?.has(PLAIN) === true && !kinds.has(kind);
  return isOdd ? kind : undefined;
}
