/** What a difference must exceed to count: `--threshold latency=15%`, or a file of such. */
import { z } from "zod";
import { THRESHOLDS, type Thresholds } from "../../reports/compare/row.ts";
import { BadFile, didYouMean, problemsOf } from "../language/bad_file.ts";
import { loadSource } from "../language/source.ts";
import { version } from "../language/version.ts";
import { UsageError } from "../record/usage_error.ts";
import { defined } from "../../targets/file.ts";

const share = z.string().regex(/^\d+(\.\d+)?%$/, 'expected a share such as "15%"')
  .transform((text) => Number(text.slice(0, -1)) / 100);

const shares = {
  latency: share.optional().describe("of each percentile of a load run"),
  resources: share.optional().describe("of cores and memory"),
  capacity: share.optional().describe("of the highest load that is carried"),
  lost: share.optional().describe("of all deliveries, those that were lost"),
};
/** The shape of a file of thresholds. */
const schema = z.strictObject({ version, ...shares });
const NAMES = Object.keys(shares);

/** The file's, overruled by the options, over what holds without. Throws `BadFile` and `UsageError`. */
export async function thresholdsOf(
  options: readonly string[],
  file: string | undefined,
): Promise<Thresholds> {
  const named = options.map((option) => {
    const [, name = "", text = ""] = /^([^=]*)=?(.*)$/.exec(option) ?? [];
    if (!NAMES.includes(name)) {
      throw new UsageError(`there is no threshold "${name}".${didYouMean(name, NAMES)}`);
    }
    const parsed = share.safeParse(text);
    if (parsed.success) return [name, parsed.data] as const;
    throw new UsageError(`--threshold ${option}: expected a share such as ${name}=15%`);
  });
  const { version: _, ...inFile } = file === undefined ? { version: 1 } : await read(file);
  return { ...THRESHOLDS, ...defined<Partial<Thresholds>>(inFile), ...Object.fromEntries(named) };
}

async function read(file: string): Promise<z.output<typeof schema>> {
  const source = await loadSource(file);
  const parsed = schema.safeParse(source.document.toJS());
  if (parsed.success) return parsed.data;
  throw new BadFile(problemsOf(source, parsed.error, [], () => ["version", ...NAMES]));
}
