/**
 * Names of a scenario's own: every channel and user gets a suffix of the run and the scenario, so
 * that hundreds of scenarios share one application without meeting, and a shared or hosted target
 * is safe to use.
 *
 * A suffix, not a prefix: the first characters of a channel name decide what it is (`private-`,
 * `privateer`), and a scenario about names must keep them.
 */
export interface Names {
  readonly suffix: string;
  /** `orders` becomes `orders-k3f9-02a`. Empty names and names made by `name` stay as they are. */
  of(name: string): string;
  /** Makes `of` leave this name as it is. */
  keep(name: string): string;
}

export function namesOf(run: string, index: number): Names {
  // Of one width, so that no suffix is the beginning of another; and with an end of its own, so that
  // no name without its last character, or with another, is a neighbour's.
  const suffix = `-${run}-${index.toString(36).padStart(3, "0")}n`;
  const kept = new Set<string>();
  return {
    suffix,
    of: (
      name,
    ) => (name === "" || kept.has(name) || name.endsWith(suffix) ? name : `${name}${suffix}`),
    keep: (name) => {
      kept.add(name);
      return name;
    },
  };
}
