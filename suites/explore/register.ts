/** The register of known differences: what servers are known to answer differently, and why. */
import { z } from "zod";
import { stringify } from "yaml";
import { BadFile, problemsOf, type Source } from "../language/bad_file.ts";
import { version } from "../language/version.ts";
import { REQUIREMENT_ID } from "../record/requirement.ts";
import type { Difference } from "./differences.ts";

const entry = z.strictObject({
  when: z.string().min(1).describe("what was done; * stands for any text"),
  seenBy: z.enum(["itself", "another", "answer"]).describe("who saw what came of it"),
  does: z.record(z.string(), z.string()).describe("a target's name to what it did; * for any text"),
  requirement: z.string().regex(REQUIREMENT_ID).optional().describe("the row that speaks to it"),
  ambiguity: z.string().regex(/^A\d+$/).optional().describe("the ambiguity that leaves it open"),
  reason: z.string().optional().describe("why it is so, where neither says it"),
});
export const registerSchema = z.strictObject({
  version,
  about: z.string().optional(),
  differences: z.array(entry),
});

export type KnownDifference = z.infer<typeof entry>;
export type Register = z.infer<typeof registerSchema>;

/** Parses a register. Throws `BadFile`. */
export function readRegister(source: Source): Register {
  const parsed = registerSchema.safeParse(source.document.toJS());
  if (parsed.success) return parsed.data;
  throw new BadFile(
    problemsOf(
      source,
      parsed.error,
      [],
      (path) => Object.keys(path.length === 0 ? registerSchema.shape : entry.shape),
    ),
  );
}

/** The entry that speaks of this difference between these targets, if there is one. */
export function knownAs(
  { when, seenBy, behaviours }: Omit<Difference, "shown">,
  targets: readonly string[],
  { differences }: Register,
): KnownDifference | undefined {
  return differences.find((known) =>
    known.seenBy === seenBy && matches(known.when, when) &&
    targets.every((name, at) => {
      const pattern = known.does[name];
      return pattern !== undefined && matches(pattern, behaviours[at] ?? "");
    })
  );
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}

/** A new entry. */
export const entryOf = (
  { when, seenBy, behaviours }: Omit<Difference, "shown">,
  targets: readonly string[],
  requirement: string | undefined,
): KnownDifference => ({
  when,
  seenBy,
  does: Object.fromEntries(targets.map((name, at) => [name, behaviours[at] ?? ""])),
  ...(requirement === undefined ? {} : { requirement }),
});

/**
 * Fewer entries: where the same verb has the same outcome in several situations, one pattern stands
 * for all of them.
 */
export function generalised(differences: readonly KnownDifference[]): KnownDifference[] {
  const groups = Map.groupBy(differences, ({ when, seenBy, does }) => {
    const names = Object.keys(does).sort().map((name) => `${name} ${does[name]}`);
    return [when.split(" ")[0], seenBy, ...names].join("\n");
  });
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    if (!first) return [];
    const spoken = alike.find(({ requirement, ambiguity }) => requirement ?? ambiguity) ?? first;
    return [{ ...spoken, when: patternOf([...new Set(alike.map(({ when }) => when))]) }];
  });
}

/** The words that all of them begin and end with, and `*` between. */
function patternOf(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  if (others.length === 0) return first;
  const words = texts.map((text) => text.split(" "));
  const own = first.split(" ");
  let start = 0;
  while (words.every((all) => all[start] !== undefined && all[start] === own[start])) start++;
  let end = 0;
  const shortest = Math.min(...words.map((all) => all.length)) - start;
  while (end < shortest && words.every((all) => all.at(-1 - end) === own.at(-1 - end))) end++;
  return [...own.slice(0, start), "*", ...own.slice(own.length - end)].join(" ")
    .replaceAll(" *", "*").replaceAll("* ", "*");
}

/** The register as YAML, its entries in the order of their words. */
export function registerText({ about, differences }: Omit<Register, "version">): string {
  const sorted = generalised(differences).toSorted((a, b) =>
    `${a.when} ${a.seenBy}` < `${b.when} ${b.seenBy}` ? -1 : 1
  );
  return stringify({ version: 1, ...(about ? { about } : {}), differences: sorted }, {
    lineWidth: 100,
  });
}
