/** A source to plant mutants in: what a ticket costs. */

/** In cents, for so many people. */
export function price(people: number): number {
  return people > 9 ? 900 * people : 1000 * people;
}

/** What to tell whoever is refused. */
export const refusal = (why: string): string => `There is no ticket for you: ${why}`;

if (import.meta.main) {
  console.log(price(Number(Deno.args[0])));
}
