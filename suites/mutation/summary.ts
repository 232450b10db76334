/** What a run over mutants comes to, as Markdown; and where it differs from the table that is kept. */
import { join } from "@std/path";
import { scoreOf, type Share } from "./score.ts";
import type { Finding } from "./table.ts";

/** What is worse than the kept table says. */
export interface Differences {
  /** Recorded as noticed, and noticed no more. */
  readonly worse: readonly Finding[];
  /** Survived, and not recorded as such. */
  readonly unlisted: readonly Finding[];
}

const MISSED: ReadonlySet<string> = new Set(["survived", "uncovered"]);

export function differences(
  findings: readonly Finding[],
  recorded: readonly Finding[],
): Differences {
  const before = new Map(recorded.map((finding) => [finding.hash, finding.status]));
  const missed = findings.filter(({ status }) => MISSED.has(status));
  return {
    worse: missed.filter(({ hash }) => before.get(hash) === "noticed"),
    unlisted: missed.filter(({ hash }) => {
      const status = before.get(hash);
      return status !== "noticed" && (status === undefined || !MISSED.has(status));
    }),
  };
}

/** The score of all, per file, per mutator, and every mutant that was not noticed. */
export async function asMarkdown(
  root: string,
  findings: readonly Finding[],
  { seed, drawn, of }: { readonly seed: number; readonly drawn: number; readonly of: number },
): Promise<string> {
  const { counts, withoutCrashes, withCrashes, withShoulds } = scoreOf(findings);
  const files = [...Map.groupBy(findings, ({ file }) => file)].toSorted();
  const lines = new Map(
    await Promise.all(files.map(async ([file]) => {
      const text = await Deno.readTextFile(join(root, file)).catch(() => ""); // it may be gone
      return [file, text.split("\n").length - 1] as const;
    })),
  );
  const part = (share: Share) => `${percent(share.share)} (${share.part} of ${share.of})`;
  const row = (name: string, some: readonly Finding[], more: string[]) => {
    const score = scoreOf(some);
    const missed = score.counts.survived + score.counts.uncovered;
    const cells = [name, ...more, part(score.withoutCrashes), score.counts.crash, missed];
    return `| ${cells.join(" | ")} |`;
  };
  const folders = Map.groupBy(findings, ({ file }) => file.split("/").slice(0, 3).join("/"));
  const mutators = [...Map.groupBy(findings, ({ mutator }) => mutator)].toSorted();
  const missed = findings.filter(({ status }) => MISSED.has(status)).toSorted((a, b) =>
    a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1
  );
  return [
    `# Mutation score`,
    ``,
    `${drawn} of ${of} mutants, drawn with seed ${seed}: ${
      Object.entries(counts).filter(([, n]) => n > 0).map(([status, n]) => `${n} ${status}`)
        .join(", ")
    }.`,
    ``,
    `- Without crashes: **${part(withoutCrashes)}**, 95 % interval ${interval(withoutCrashes)}`,
    `- With crashes: ${part(withCrashes)}, 95 % interval ${interval(withCrashes)}`,
    `- Without crashes, with what a should warns of: ${part(withShoulds)}, 95 % interval ${
      interval(withShoulds)
    }`,
    ``,
    `| part | noticed | crashes | missed |`,
    `| ---- | ------- | ------- | ------ |`,
    ...[...folders].toSorted().map(([folder, some]) => row(`\`${folder}\``, some, [])),
    ``,
    `| file | lines | noticed | crashes | missed |`,
    `| ---- | ----- | ------- | ------- | ------ |`,
    ...files.map(([file, some]) => row(`\`${file}\``, some, [String(lines.get(file) ?? 0)])),
    ``,
    `| mutator | noticed | crashes | missed |`,
    `| ------- | ------- | ------- | ------ |`,
    ...mutators.map(([mutator, some]) => row(mutator, some, [])),
    ``,
    ...(missed.length === 0 ? [] : [`## Not noticed`, ``]),
    ...missed.map(({ hash, status, file, line, mutator, original, replacement, requirement }) =>
      `- ${status} \`${hash}\` ${file}:${line} ${mutator}: ${code(original)} → ${
        code(replacement)
      }${requirement === undefined ? "" : `; ${requirement} warns`}`
    ),
    ``,
  ].join("\n");
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const interval = ({ from, to }: Share) => `${percent(from)} to ${percent(to)}`;
const code = (text: string) => `\`${text.replaceAll("`", "'").slice(0, 80)}\``;
