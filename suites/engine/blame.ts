/**
 * Who is to blame for a step that did not come to what it waits for: the requirement it checks, or one
 * of those it takes for granted.
 */
import type { Kind } from "../client/premises.ts";
import type { BlockedBy } from "../record/verdict.ts";

/**
 * The first check that accuses each requirement of not working: something did not come, or was
 * refused. What guards a kind of channel is accused on each kind apart.
 */
export type Accused = Map<string, BlockedBy & { readonly kind: "cause" }>;

/** Where a requirement stands among the accused, by the kind of channel it was asked about. */
export const placeOf = (requirement: string, kind: Kind | undefined): string =>
  kind?.guardedBy === requirement ? `${requirement} ${kind.prefix}` : requirement;

/** What accuses a requirement as far as it concerns this kind of channel. */
export const accusedOf = (accused: Accused, requirement: string, kind: Kind | undefined) =>
  accused.get(placeOf(requirement, kind)) ?? accused.get(requirement);

export type Blame =
  /** The requirement the step checks, or a premise that nothing has accused yet; `isShown` by a control. */
  | { readonly kind: "accuse"; readonly requirement: string; readonly isShown: boolean }
  | { readonly kind: "blocked"; readonly by: BlockedBy };

/** What is known of the other steps of the run. */
export interface Others {
  /** Sets of premises on which some step stood that worked. */
  readonly worked: ReadonlySet<string>;
  /** Requirements that came to nothing, each with the premises on which its step stood: `lackOf`. */
  readonly lacked: ReadonlySet<string>;
  readonly accused: Accused;
  readonly grading: { readonly isStrict?: true };
}

/** One text for one set of premises, whatever the order. */
export const setOf = (premises: readonly string[]): string =>
  [...new Set(premises)].sort().join(" ");

/** One text for a requirement whose step stood on `premises`. */
export const lackOf = (requirement: string, premises: readonly string[]): string =>
  `${requirement}: ${setOf(premises)}`;

const without = (premises: readonly string[], one: string): readonly string[] =>
  premises.filter((premise) => premise !== one);

/**
 * The blame for a step that took `premises` for granted, and checks `requirement` if it has a check.
 * The control comes first: a premise is to blame when a step worked that lacks it alone, unless the
 * same check came to nothing without it too. `isBroken`
 * says that the step could not be taken at all, so that its check was never put.
 */
export function blameFor(
  premises: readonly string[],
  requirement: string | undefined,
  { worked, lacked, accused, grading }: Others,
  isBroken: boolean,
  kind?: Kind,
): Blame {
  const accuse = (id: string, isShown: boolean): Blame => {
    const by = id === requirement ? undefined : accusedOf(accused, id, kind);
    return by ? { kind: "blocked", by } : { kind: "accuse", requirement: id, isShown };
  };
  if (requirement !== undefined && grading.isStrict) return accuse(requirement, true);
  const hasWorked = (set: readonly string[]) => set.length > 0 && worked.has(setOf(set));
  const others = premises.filter((premise) => premise !== requirement);
  // What was asked for is to blame before a premise that a control would accuse as well.
  if (requirement !== undefined && hasWorked(others)) return accuse(requirement, true);
  const lacksWithout = (one: string) =>
    requirement !== undefined && lacked.has(lackOf(requirement, without(premises, one)));
  if (!hasWorked(premises)) {
    // Of several, the last is the most particular.
    const odd = premises.findLast((one) =>
      one !== requirement && hasWorked(without(premises, one)) && !lacksWithout(one)
    );
    if (odd !== undefined) return accuse(odd, true);
  }
  const known = others.find((premise) => accusedOf(accused, premise, kind));
  if (known !== undefined) return accuse(known, false);
  // Nothing tells them apart: what was asked for in vain is to blame, or what every step like it needs.
  const isOwn = !isBroken || others.some(lacksWithout);
  const general = isOwn ? requirement ?? premises[0] : premises[0] ?? requirement;
  if (general === undefined) throw new Error("a step without premises and check blames nobody");
  return accuse(general, false);
}
