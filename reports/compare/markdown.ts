/** A comparison as Markdown for a pull request: regressions stand open, the rest is folded. */
import { plain } from "../kit/markdown_text.ts";
import { outcomeOf, sideInWords, wordsOf } from "./compare.ts";
import type { Comparison, Row } from "./row.ts";

/** A comment on GitHub holds 65,536 characters. */
const ROWS = 60;

/** The comparison as Markdown. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { rows, notes, incomplete } = comparison;
  const shown = rows.filter(({ isRegression }) => isRegression);
  const rest = rows.filter(({ isRegression }) => !isRegression);
  const parts = [
    `## ${outcomeOf(comparison)}`,
    `Base: ${plain(sideInWords(comparison.base))}  \nNew: ${plain(sideInWords(comparison.new))}`,
    incomplete !== undefined && `> **Not complete.** ${plain(incomplete)}`,
    ...notes.map((note) => `> ${plain(note)}`),
    shown.length > 0 && table(shown),
    rest.length > 0 &&
    `<details><summary>Everything else (${rest.length})</summary>\n\n${table(rest)}\n\n</details>`,
  ];
  return `${parts.filter((part) => part).join("\n\n")}\n`;
}

function table(rows: readonly Row[]): string {
  const lines = rows.slice(0, ROWS).map((row) =>
    `| ${row.change} | ${plain(row.name)} | ${plain(wordsOf(row))} |`
  );
  const more = rows.length - lines.length;
  return [
    "| | What | Base → new |",
    "|---|---|---|",
    ...lines,
    ...(more > 0 ? [`| | and ${more} more | |`] : []),
  ].join("\n");
}
