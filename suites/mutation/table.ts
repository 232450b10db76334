/** What is known of each mutant, one line of JSON each: written as it is found, read again later. */
import { z } from "zod";
import type { Mutant } from "./mutant.ts";

/**
 * - `noticed`: a must failed that says what is wrong.
 * - `crash`: only P-032, P-318 or the time limit told that something is.
 * - `survived`: no must failed of all that execute it; a should that did is its requirement.
 * - `uncovered`: no scenario executes it.
 * - `invalid`: it did not start, or did not come through the probe.
 * - `equivalent`: nobody can tell it from the original; listed with a reason.
 * - `text`: it changes words for people only (`texts.ts`).
 */
export const STATUSES = [
  "noticed",
  "crash",
  "survived",
  "uncovered",
  "invalid",
  "equivalent",
  "text",
] as const;
export type Status = typeof STATUSES[number];

const findingSchema = z.strictObject({
  hash: z.string(),
  file: z.string(),
  line: z.number(),
  mutator: z.string(),
  original: z.string(),
  replacement: z.string(),
  status: z.enum(STATUSES),
  /** The requirement that failed: a must of what was noticed, a should of what survived. */
  requirement: z.string().optional(),
  scenario: z.string().optional(),
  /** Where it is not the default: what the server ran with. */
  configuration: z.string().optional(),
  /** What was seen, or why it is equivalent or invalid. */
  message: z.string().optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** What came of trying a mutant. */
export type Came = Pick<
  Finding,
  "status" | "requirement" | "scenario" | "configuration" | "message"
>;

/** Characters of a changed text that are kept. */
const LONGEST = 160;
/** Folders of this machine, before the part of a path that every machine has. */
const FOLDERS = /(?:\/[^\s/]+)+\/(?=targets\/|apps\.json)/g;

export function findingOf(
  { hash, file, line, mutator, original, replacement }: Mutant,
  came: Came,
): Finding {
  const cut = (text: string) => text.replace(/\s+/g, " ").slice(0, LONGEST);
  const { message, ...rest } = came;
  return {
    hash,
    file,
    line,
    mutator,
    original: cut(original),
    replacement: cut(replacement),
    ...rest,
    ...(message === undefined ? {} : { message: cut(message.replace(FOLDERS, "")) }),
  };
}

/** Reads a table; an unfinished last line, as an interrupt may leave it, is left out. */
export function readTable(text: string): Finding[] {
  const lines = text.split("\n");
  lines.pop();
  return lines.map((line) => findingSchema.parse(JSON.parse(line)));
}

export const asLine = (finding: Finding): string => `${JSON.stringify(finding)}\n`;

/** A table with what was found anew, in the order of the sources; mutants that are gone are dropped. */
export function merged(
  before: readonly Finding[],
  found: readonly Finding[],
  mutants: readonly Mutant[],
): Finding[] {
  const known = new Map([...before, ...found].map((finding) => [finding.hash, finding]));
  return mutants.flatMap(({ hash, line }) => {
    const finding = known.get(hash);
    return finding ? [{ ...finding, line }] : [];
  });
}
