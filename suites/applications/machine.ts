/** The machine of a declared resource: where it can be, and how it gets there. */
import { didOf, OWNER, type Resource, type Transition } from "../language/resource.ts";

/** A state with its quantities, and the transitions that lead there from a new one. */
export interface Reached {
  readonly state: string;
  readonly quantities: Readonly<Record<string, number>>;
  readonly path: readonly string[];
}

/** Places looked at; what takes more transitions to reach is not planned about. */
const MOST_PLACES = 500;

type Machine = Pick<Resource, "states" | "transitions" | "quantities">;

/** The transition that its maker must have made before, where nobody else may ask for it. */
export function madeBefore({ by }: Pick<Transition, "by">): string | undefined {
  const hasRole = by.some((who) => who !== OWNER && didOf(who) === undefined);
  return hasRole ? undefined : by.map(didOf).find((name) => name !== undefined);
}

/** A new one. */
export const begun = ({ states, quantities }: Machine): Reached => ({
  state: states[0] ?? "",
  quantities: Object.fromEntries(
    Object.entries(quantities).map(([name, { initial }]) => [name, initial]),
  ),
  path: [],
});

/**
 * Where a transition leads; undefined where it may not be made. What it sets a quantity to is the
 * asker's to choose, so that a place has it as it began.
 */
export function after(
  { transitions, quantities: bounds }: Machine,
  { state, quantities, path }: Reached,
  name: string,
): Reached | undefined {
  const transition = transitions[name];
  if (!transition?.from.includes(state)) return undefined;
  const before = madeBefore(transition);
  if (before !== undefined && !path.includes(before)) return undefined;
  const next = { ...quantities };
  for (const [quantity, change] of Object.entries(transition.changes)) {
    const count = (next[quantity] ?? 0) + change;
    const { least = -Infinity, most = Infinity } = bounds[quantity] ?? {};
    if (count < least || count > most) return undefined;
    next[quantity] = count;
  }
  return { state: transition.to ?? state, quantities: next, path: [...path, name] };
}

/** Every place that can be reached, the nearest first. */
export function placesOf(machine: Machine): readonly Reached[] {
  const places = [begun(machine)];
  const firsts = Object.values(machine.transitions).flatMap((one) => madeBefore(one) ?? []);
  const keyOf = ({ state, quantities, path }: Reached) =>
    JSON.stringify([state, quantities, firsts.filter((one) => path.includes(one))]);
  const seen = new Set(places.map(keyOf));
  // What is added while it is walked is walked as well.
  for (const place of places) {
    for (const name of Object.keys(machine.transitions)) {
      const next = after(machine, place, name);
      if (next === undefined || seen.has(keyOf(next)) || places.length >= MOST_PLACES) continue;
      seen.add(keyOf(next));
      places.push(next);
    }
  }
  return places;
}

/** Whether it leads away from where it starts, so that it can be made once only. */
export const leadsAway = ({ from, to }: Transition): boolean =>
  to !== undefined && !from.includes(to);

/**
 * Transitions one after the other that visit as much as one resource can: from each place one that
 * has not been made yet, those that stay in their state first, for as long as there is one.
 */
export function lifeOf(machine: Machine): readonly string[] {
  let at = begun(machine);
  for (;;) {
    const { state, path } = at;
    const next = Object.keys(machine.transitions).filter((name) => !path.includes(name))
      .flatMap((name) => after(machine, at, name) ?? []);
    const one = next.find((place) => place.state === state) ?? next[0];
    if (one === undefined) return path;
    at = one;
  }
}
