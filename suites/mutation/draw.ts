/** Drawing a random sample of mutants that a seed gives again. */
import { random } from "../engine/random.ts";
import type { Mutant } from "./mutant.ts";

/** Each mutant has a place of its own for a seed, so that others may come and go. */
export function draw(mutants: readonly Mutant[], size: number, seed: number): Mutant[] {
  return mutants.map((mutant) => ({ mutant, rank: random(`${seed}/${mutant.hash}`)(2 ** 32) }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, size)
    .map(({ mutant }) => mutant);
}
