/** Scenarios about what requests carry: an amount that has to rise, and an idempotency key. */
import { slug } from "../language/parse.ts";
import { OWNER, type Transition } from "../language/resource.ts";
import type { Cast, Derived, Step } from "./cast.ts";
import { connected, race, racing } from "./derive_contention.ts";

/** How often the same request is sent at one instant. */
const TAPS = 6;

export function requestScenarios(cast: Cast): Derived[] {
  return Object.entries(cast.resource.transitions).flatMap(([name, transition]) => [
    ...rising(name, transition, cast),
    ...keyed(name, transition, cast),
  ]);
}

const moves = (cast: Cast, by: string, more: Step = {}): Step => ({
  [cast.client(cast.maker(by))]: {
    resource: cast.name,
    moves: "$it",
    by,
    seenBy: cast.client(cast.reader),
    ...more,
  },
});

/** What is not above it by its step is refused, one at a time and at one instant. */
function rising(name: string, transition: Transition, cast: Cast): Derived[] {
  const { sets } = transition;
  const start = cast.startOf(name);
  const step = cast.resource.quantities[sets ?? ""]?.rises;
  if (start === undefined || sets === undefined || step === undefined) return [];
  const asks = (above: number, more: Step = {}) =>
    moves(cast, name, { above, checks: "APP-419", ...more });
  const { groups, among } = racing(name, transition, cast);
  return [
    cast.scenario({
      id: `${slug(name)}-rises`,
      title: `${name} of one ${cast.name} is taken where it is above the ${sets}, and nowhere else`,
      steps: [
        ...cast.brought(start),
        asks(0),
        asks(-1, { is: "refused" }),
        asks(-step, { is: "refused" }),
        asks(step),
        asks(-2 * step, { is: "refused" }),
        asks(0),
      ],
    }),
    cast.scenario({
      id: `${slug(sets)}-only-rises-by-${slug(name)}`,
      title: `Many ask for ${name} of one ${cast.name} at one instant, and its ${sets} only rises`,
      groups,
      steps: [...connected(cast), race(cast, start, among, ["APP-419"])],
    }),
  ];
}

/** The same request with the same key is done once: later, and at one instant. */
function keyed(name: string, { key, sets }: Transition, cast: Cast): Derived[] {
  const start = cast.startOf(name);
  if (start === undefined || key === undefined) return [];
  const maker = cast.maker(name);
  const isSecond = key === "bound" && sets !== undefined;
  const among = [{
    who: maker === OWNER ? OWNER : cast.client(maker),
    asks: name,
    times: TAPS,
    sameKey: true,
  }];
  return [
    cast.scenario({
      id: `${slug(name)}-with-one-key`,
      title: `${name} of one ${cast.name} that is sent again with its key is done once`,
      steps: [
        ...cast.brought(start),
        moves(cast, name, { key: "tap" }),
        moves(cast, name, { key: "tap", again: true, checks: "APP-011" }),
        ...(isSecond
          ? [moves(cast, name, { key: "tap", above: 1, is: "refused", checks: "APP-420" })]
          : []),
      ],
    }),
    cast.scenario({
      id: `${slug(name)}-tapped`,
      title: `${name} of one ${cast.name} that is sent many times at one instant is done once`,
      steps: [...connected(cast), race(cast, start, among, ["APP-105"])],
    }),
  ];
}
