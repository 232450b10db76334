/** `mutate`: change the reference server and application in one place at a time, and see whether `check` notices. */
import { globToRegExp, join } from "@std/path";
import { loadSource } from "../language/source.ts";
import { draw } from "../mutation/draw.ts";
import { readEquivalent } from "../mutation/equivalent.ts";
import { instrument } from "../mutation/instrument.ts";
import { mutate } from "../mutation/mutate.ts";
import { asLine, type Finding, findingOf, merged, readTable } from "../mutation/table.ts";
import { isText } from "../mutation/texts.ts";
import { asMarkdown, differences } from "../mutation/summary.ts";
import { scoreOf } from "../mutation/score.ts";
import { EXIT, type ExitCode, exitCode } from "../record/exit_code.ts";
import { UsageError } from "../record/usage_error.ts";
import { configurationsOf, MUTATED } from "./mutate_subject.ts";
import { requireWritable } from "./writable.ts";
import { interruption } from "./interruption.ts";

export interface MutateCommand {
  /** The folder that holds `scenarios/`, `suites/` and `targets/`. */
  readonly root: string;
  /** How many mutants are drawn; all without it. */
  readonly sample?: number;
  readonly seed: number;
  /** Globs of files whose mutants are tried; all without any. */
  readonly files: readonly string[];
  /** Only mutants of these hashes; all without any. */
  readonly hashes: readonly string[];
  /** Only mutants that the kept table has with one of these statuses; all without any. */
  readonly recorded: readonly string[];
  /** Go on with the table in `out`. */
  readonly resume: boolean;
  /** Write what is found into the table that is kept. */
  readonly keep: boolean;
  /** Where the table and the summary go. */
  readonly out: string;
}

/** Mutants tried at a time. */
const LANES = 4;

/** Throws `BadFile`, `UsageError` or `CannotStart`. */
export async function mutateCommand(
  options: MutateCommand,
  write: (text: string) => void,
): Promise<ExitCode> {
  const { root, out, seed, files, hashes } = options;
  const interrupted = interruption();
  const kept = join(root, "suites", "mutation", "table.jsonl");
  const list = join(root, "suites", "mutation", "equivalent.yaml");
  const cache = join(root, ".cache", "mutation");
  await requireWritable({ out });
  const [recorded, equivalents, copy] = await Promise.all([
    tableAt(kept),
    loadSource(list).then(readEquivalent),
    instrument(root, MUTATED, join(cache, "copies")),
  ]);
  const globs = files.map((file) => globToRegExp(file));
  const listed = new Map(recorded.map(({ hash, status }) => [hash, status]));
  const offered = copy.mutants.filter((mutant) =>
    !isText(mutant) && (globs.length === 0 || globs.some((glob) => glob.test(mutant.file))) &&
    (hashes.length === 0 || hashes.includes(mutant.hash)) &&
    (options.recorded.length === 0 ||
      options.recorded.includes(listed.get(mutant.hash) ?? ""))
  );
  if (offered.length === 0) {
    throw new UsageError("no mutant has such a file, hash or status", "PLB_UNKNOWN_NAME");
  }
  const drawn = draw(offered, options.sample ?? offered.length, seed);
  write(`${drawn.length} of ${offered.length} mutants, seed ${seed}\n`);

  const table = join(out, "mutants.jsonl");
  const before = options.resume ? await tableAt(table) : [];
  await Deno.writeTextFile(table, before.map(asLine).join(""));
  const done = new Set(before.map(({ hash }) => hash));
  const reasons = new Map(equivalents.map(({ mutant, reason }) => [mutant, reason]));
  const found = drawn.filter(({ hash }) => done.has(hash) || reasons.has(hash)).flatMap(
    (mutant) => {
      const message = reasons.get(mutant.hash);
      return message !== undefined
        ? [findingOf(mutant, { status: "equivalent", message })]
        : before.filter(({ hash }) => hash === mutant.hash);
    },
  );
  const configurations = await configurationsOf({
    root,
    copy,
    cache,
    signal: interrupted,
    write,
  });
  const keepFinding = (finding: Finding, durationMs: number) => {
    Deno.writeTextFileSync(table, asLine(finding), { append: true });
    write(lineOf(finding, durationMs));
  };
  const { findings, unfit } = await mutate({
    copy,
    configurations,
    mutants: drawn.filter(({ hash }) => !done.has(hash) && !reasons.has(hash)),
    before: recorded,
    lanes: LANES,
    signal: interrupted,
    onFound: keepFinding,
  });
  const all = [...found, ...findings];
  for (const id of unfit) write(`${id} fails without any mutant: it was not asked\n`);
  const { worse, unlisted } = differences(all, recorded);
  const summary = await asMarkdown(root, all, { seed, drawn: drawn.length, of: offered.length });
  await Deno.writeTextFile(join(out, "mutation.md"), summary);
  await Deno.writeTextFile(
    join(out, "mutation.json"),
    JSON.stringify({ seed, of: offered.length, score: scoreOf(all), findings: all }, null, 2),
  );
  write(summary);
  const offer = new Set(copy.mutants.map(({ hash }) => hash));
  for (const { mutant, line } of equivalents.filter(({ mutant }) => !offer.has(mutant))) {
    write(`${list}:${line}: ${mutant} is no mutant any more\n`);
  }
  for (const finding of worse) write(`no longer noticed: ${lineOf(finding)}`);
  for (const finding of unlisted) write(`not listed: ${lineOf(finding)}`);
  write(
    `${drawn.length} drawn with seed ${seed}: ${worse.length} no longer noticed, ${unlisted.length} not listed\n`,
  );
  if (options.keep) {
    const lines = merged(recorded, all, copy.mutants).map(asLine);
    await Deno.writeTextFile(kept, lines.join(""));
  }
  return exitCode([
    ...(interrupted.aborted ? [EXIT.interrupted] : []),
    ...(!options.keep && worse.length + unlisted.length > 0 ? [EXIT.failed] : []),
  ]);
}

async function tableAt(file: string): Promise<Finding[]> {
  const text = await Deno.readTextFile(file).catch(() => ""); // there may be none yet
  return readTable(text);
}

function lineOf(finding: Finding, durationMs?: number): string {
  const { status, requirement, scenario, file, line, mutator, original, replacement } = finding;
  const by = [requirement, scenario, finding.configuration && `with ${finding.configuration}`]
    .filter((part) => part !== undefined).join(" ");
  const took = durationMs === undefined ? "" : ` (${(durationMs / 1000).toFixed(1)} s)`;
  return `${status} ${finding.hash} ${file}:${line} ${mutator}: ${original.slice(0, 60)} → ${
    replacement.slice(0, 60)
  }${by && `; ${by}`}${took}\n`;
}
