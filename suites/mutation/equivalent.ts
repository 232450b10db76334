/** The list of mutants that nobody can tell from the original, each with its reason. */
import { z } from "zod";
import { BadFile, position, problemsOf, type Source } from "../language/bad_file.ts";
import { version } from "../language/version.ts";

const KEYS = ["mutant", "file", "change", "reason"];
const equivalentSchema = z.strictObject({
  version,
  equivalent: z.array(z.strictObject({
    mutant: z.string().regex(/^[0-9a-f]{12}$/).describe("its hash, as the table has it"),
    file: z.string().min(1),
    change: z.string().min(1).describe("the text before and after, for readers"),
    reason: z.string().min(1),
  })),
});

export interface Equivalent {
  readonly mutant: string;
  readonly reason: string;
  /** One-based, in the list's file. */
  readonly line: number;
}

/** Parses the list. Throws `BadFile`, also where a mutant is listed twice. */
export function readEquivalent(source: Source): Equivalent[] {
  const parsed = equivalentSchema.safeParse(source.document.toJS());
  if (!parsed.success) throw new BadFile(problemsOf(source, parsed.error, [], () => KEYS));
  const list = parsed.data.equivalent.map(({ mutant, reason }, index) => ({
    mutant,
    reason,
    line: position(source, ["equivalent", index]).line,
  }));
  const twice = list.find(({ mutant }, at) => list.findIndex((one) => one.mutant === mutant) < at);
  if (twice) {
    const { line, mutant } = twice;
    throw new BadFile([{
      file: source.file,
      line,
      column: 1,
      message: `${mutant} is listed twice`,
    }]);
  }
  return list;
}
