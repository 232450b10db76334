/** What the schema of leases and figures cannot say: names in them that have to be there. */
import { didYouMean, position, type Problem, type Source } from "../language/bad_file.ts";
import type { Figures } from "../language/figure.ts";
import type { Leases } from "../language/lease.ts";
import { MAKING, OWNER, type Resources } from "../language/resource.ts";

interface Declared {
  readonly leases: Leases;
  readonly figures: Figures;
  readonly resources: Resources;
  readonly roles: readonly string[];
}

type Known = (
  at: readonly PropertyKey[],
  word: string,
  of: string,
  words: readonly string[],
) => Problem[];

/** Every name that a lease or a figure uses and that the file does not have, with its place. */
export function problemsInPresence(declared: Declared, source: Source): Problem[] {
  const { leases, figures, resources } = declared;
  const complain = (at: readonly PropertyKey[], message: string): Problem => ({
    file: source.file,
    ...position(source, at),
    message,
  });
  const known: Known = (at, word, of, words) =>
    words.includes(word)
      ? []
      : [complain(at, `there is no ${of} "${word}".${didYouMean(word, words)}`)];
  const taken = [...Object.keys(leases), ...Object.keys(figures)]
    .filter((name, at, all) => name in resources || all.indexOf(name) !== at)
    .map((name) =>
      complain([name in leases ? "leases" : "figures", name], `"${name}" is another's name as well`)
    );
  return [...taken, ...inLeases(declared, known), ...inFigures(declared, known)];
}

function inLeases({ leases, resources, roles }: Declared, known: Known): Problem[] {
  return Object.entries(leases).flatMap(([name, { of, keep, read, event }]) => {
    const people = of === undefined ? roles : [...roles, OWNER];
    const all = (at: readonly PropertyKey[], those: readonly string[]) =>
      those.flatMap((who, index) => known(["leases", name, ...at, index], who, "role", people));
    return [
      ...(of === undefined
        ? []
        : known(["leases", name, "of"], of, "resource", Object.keys(resources))),
      ...all(["keep", "by"], keep.by),
      ...all(["read", "by"], read.by),
      ...all(["event", "hearers"], event?.hearers ?? []),
    ];
  });
}

function inFigures({ figures, resources, roles }: Declared, known: Known): Problem[] {
  return Object.entries(figures).flatMap(([name, { read, event, changes }]) => {
    const at = (...rest: readonly PropertyKey[]) => ["figures", name, ...rest];
    return [
      ...read.by.flatMap((who, index) => known(at("read", "by", index), who, "role", roles)),
      ...event.hearers.flatMap((who, index) =>
        known(at("event", "hearers", index), who, "role", roles)
      ),
      ...Object.entries(changes).flatMap(([value, { of, after }]) => [
        ...known(at("changes", value), value, "number", Object.keys(read.values)),
        ...known(at("changes", value, "of"), of, "resource", Object.keys(resources)),
        ...(of in resources
          ? known(at("changes", value, "after"), after, "transition", [
            ...Object.keys(resources[of]?.transitions ?? {}),
            MAKING,
          ])
          : []),
      ]),
    ];
  });
}
