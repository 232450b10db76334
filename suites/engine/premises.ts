/** Sets of premises: requirement ids that a step takes for granted. */

/** One text for one set, whatever the order. */
export const setOf = (premises: readonly string[]): string =>
  [...new Set(premises)].sort().join(" ");

/** The premises but one. */
export const without = (premises: readonly string[], one: string): readonly string[] =>
  premises.filter((premise) => premise !== one);
