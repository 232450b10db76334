/** A baseline: what fails now, as a file that `--expected` takes. */
import { globToRegExp } from "@std/path";
import { Document } from "yaml";
import type { Expected } from "../engine/expected.ts";
import { type CauseOfFailure, causesOf, type Placed } from "../record/causes.ts";
import type { CaseResult } from "../record/verdict.ts";

interface Entry {
  readonly scenario: string;
  readonly requirement: string;
  readonly observation?: string;
  readonly reason: string;
  readonly sometimes?: true;
  readonly blocks?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Writes one entry a cause, with what it blocks beside it.
 *
 * @param rounds The results of each run of a repeat; what failed in some of them only fails `sometimes`.
 * @param earlier The baseline that they were held against: what failed `sometimes` does so still.
 * @returns how many entries it wrote.
 */
export async function writeExpected(
  path: string,
  rounds: readonly (readonly CaseResult[])[],
  title: string,
  earlier: readonly Expected[] = [],
): Promise<number> {
  const unsteady = earlier.filter(({ sometimes }) => sometimes);
  const written = entriesOf(rounds, unsteady);
  const unseen = unsteady.filter((entry) => !written.some(({ failing }) => isOf(entry, failing)))
    .map(({ line: _, ...entry }) => entry);
  const expected = [...written.map(({ entry }) => entry), ...unseen];
  const document = new Document({ version: 1, about: title, expected });
  await Deno.writeTextFile(path, document.toString({ lineWidth: 0 }));
  return expected.length;
}

/** A cause as an entry, and the checks that show it. */
interface Written {
  readonly entry: Entry;
  readonly failing: readonly Placed[];
}

/** Whether an entry is about one of these checks. */
function isOf(
  { scenario, requirement, observation }: Expected,
  places: readonly Placed[],
): boolean {
  const glob = globToRegExp(scenario);
  return places.some((place) =>
    place.check.requirement === requirement && glob.test(place.case) &&
    (observation === undefined || observation === place.check.observation)
  );
}

function entriesOf(
  rounds: readonly (readonly CaseResult[])[],
  earlier: readonly Expected[],
): Written[] {
  const all = rounds.flat();
  const causes = causesOf(all.map(listedOnly)).toSorted((a, b) =>
    a.requirement < b.requirement ? -1 : a.requirement > b.requirement ? 1 : 0
  );
  const inRound = rounds.map((results) => new Set(causesOf(results.map(listedOnly)).map(keyOf)));
  return causes.map((cause) => {
    const { requirement, observation, evidence, blocks } = cause;
    const failing = new Set(evidence.map((place) => place.case));
    const others = new Set(
      all.filter(({ id, checks }) =>
        !failing.has(id) && checks.some((check) => check.requirement === requirement)
      ).map(({ id }) => id),
    );
    const unsteady = evidence.some(({ check }) => check.verdict === "flaky") ||
      earlier.some((entry) => isOf(entry, evidence)) ||
      inRound.some((seen) => !seen.has(keyOf(cause)));
    const blocked = blocksOf(blocks);
    const entry: Entry = {
      scenario: globOf([...failing], others),
      requirement,
      ...(observation === "" ? {} : { observation }),
      reason: evidence.find(({ check }) => check.reason !== undefined)?.check.reason ??
        (observation === "" ? "it fails" : observation),
      ...(unsteady ? { sometimes: true as const } : {}),
      ...(blocks.length > 0 ? { blocks: blocked } : {}),
    };
    return { entry, failing: evidence };
  });
}

const keyOf = ({ requirement, observation }: CauseOfFailure) => `${requirement}\n${observation}`;

/** A result without what the target file admits to; what an earlier baseline expects fails still. */
function listedOnly(result: CaseResult): CaseResult {
  const checks = result.checks.filter(({ verdict }) => verdict !== "known")
    .map((check) => check.verdict === "expected" ? { ...check, verdict: "fail" as const } : check);
  return { ...result, checks };
}

function blocksOf(blocks: readonly Placed[]): Record<string, string[]> {
  const scenarios = Map.groupBy(blocks, ({ check }) => check.requirement);
  return Object.fromEntries(
    [...scenarios].toSorted(([a], [b]) => a < b ? -1 : 1)
      .map(([id, places]) => [id, [...new Set(places.map((place) => escaped(place.case)))]]),
  );
}

/**
 * A short glob for these scenarios that no other one which judges the requirement matches: a new
 * failure beside them is new.
 */
function globOf(ids: readonly string[], others: ReadonlySet<string>): string {
  const [first = "", ...rest] = ids;
  if (rest.length === 0) return escaped(first);
  const isOwn = (glob: string) => {
    const pattern = globToRegExp(glob);
    return ![...others].some((id) => pattern.test(id));
  };
  let common = 0;
  const parts = first.split("/");
  while (ids.every((id) => id.split("/")[common] === parts[common])) common++;
  const folder = parts.slice(0, common).map((part) => `${escaped(part)}/`).join("");
  const inFolder = ids.map((id) => id.split("/").slice(common));
  if (inFolder.every(({ length }) => length === 1) && isOwn(`${folder}*`)) return `${folder}*`;
  if (isOwn(`${folder}**`)) return `${folder}**`;
  const groups = Map.groupBy(inFolder, (id) => id.slice(0, -1).map(escaped).join("/"));
  const globs = [...groups].flatMap(([group, members]) => {
    const names = members.map((id) => id.map(escaped).join("/"));
    const all = group === "" ? "*" : `${group}/*`;
    return names.length > 1 && isOwn(`${folder}${all}`) ? [all] : names;
  });
  return globs.length === 1 ? `${folder}${globs[0]}` : `${folder}{${globs.join(",")}}`;
}

/** An id in which nothing is a sign of a glob. */
const escaped = (id: string) => id.replace(/[*?[\]{}()!+@|,\\]/g, "\\$&");
