/** Markdown for a pull request: the scores, what failed and why, the rest folded away. */
import type { Requirement } from "../../suites/record/requirement.ts";
import type { CauseOfFailure } from "../../suites/record/causes.ts";
import { counting } from "../../suites/record/numbers.ts";
import {
  catalogueNote,
  causes,
  durationMs,
  type Finding,
  findings,
  headline,
  whyIncomplete,
} from "./outcome.ts";
import { staleDeviations, unjudged } from "./outcome.ts";
import { offer } from "../../suites/record/probed.ts";
import type { BaselineLine } from "../../suites/record/check/lines.ts";
import type { RunView } from "../../suites/record/check/read.ts";
import { COUNTED } from "../../suites/record/fail_on.ts";
import type { Verdict } from "../../suites/record/verdict.ts";
import {
  judgedRequirements,
  NOT_PASSED,
  type ScoreCounts,
  scoresOf,
  STANDING_WORDS,
} from "./scores.ts";
import { code, plain } from "../kit/markdown_text.ts";
import { shortened } from "../../suites/record/visible.ts";

/** A comment on GitHub holds 65,536 characters; so many causes of this size stay well below. */
const CAUSES = 40;
const MESSAGE = 600;

/** The run as Markdown. */
export function markdownReport(view: RunView): string {
  const judged = judgedRequirements(view);
  const catalogue = new Map(view.run.requirements.map((row) => [row.id, row]));
  const stale = staleDeviations(view, judged);
  const left = unjudged(view);
  const incomplete = whyIncomplete(view);
  const isNew = (verdict: Verdict) =>
    view.baseline !== undefined && COUNTED[view.baseline.failOn].has(verdict);
  const note = catalogueNote(view);
  const parts = [
    `## ${plain(view.run.target.title)}: ${headline(view)}`,
    facts(view),
    view.probed && [offer(view.probed), ...view.probed.doubts].map(plain).join("  \n"),
    incomplete &&
    `> **Incomplete.** ${plain(incomplete)} Scenarios not judged: ${left.length}.`,
    note && plain(`Catalogue of ${note}.`),
    scoreTable(scoresOf(judged)),
    open(isNew("fail") ? "New failures" : "Failed", causes(view, ["fail", "flaky"]), catalogue),
    open(isNew("late") ? "New: late" : "Late", causes(view, ["late"]), catalogue),
    (isNew("warn") ? open : folded)(
      isNew("warn") ? "New warnings" : "Warnings",
      causes(view, ["warn"]),
      catalogue,
    ),
    folded("Expected", causes(view, ["expected"]), catalogue),
    folded("Known deviations", causes(view, ["known"]), catalogue),
    skips(findings(view, "skip")),
    stale.length > 0 &&
    `**Listed as known, but now held:** ${stale.join(", ")}. Take them off the target's list.`,
    view.baseline && staleEntries(view.baseline),
  ];
  return `${parts.filter((part) => part).join("\n\n")}\n`;
}

function staleEntries({ file, stale }: BaselineLine): string {
  if (stale.length === 0) return "";
  return [
    `**Expected to fail, but held.** Take them out of ${code(file)}:`,
    "",
    ...stale.map(({ scenario, requirement, at }) =>
      `- ${plain(requirement)} in ${code(scenario)} (line ${at})`
    ),
  ].join("\n");
}

function facts({ run, ...view }: RunView): string {
  return [
    code(run.target.websocket),
    code(run.target.api),
    `depth ${run.depth}`,
    `seed ${run.seed}`,
    `${(durationMs({ run, ...view }) / 1000).toFixed(1)} s`,
    run.startedAt,
  ].join(" · ");
}

function scoreTable(scores: Readonly<Record<string, ScoreCounts>>): string {
  const entries = Object.entries(scores).filter(([, { of }]) => of > 0);
  const columns = NOT_PASSED.filter((column) => entries.some(([, counts]) => counts[column] > 0));
  const titles = columns.map((column) => STANDING_WORDS[column]);
  return [
    `| Score | passed | ${titles.join(" | ")} |`,
    `|---|${"---:|".repeat(columns.length + 1)}`,
    ...entries.map(([name, counts]) =>
      `| ${name} | **${counts.passed}** of ${counts.of} | ${
        columns.map((column) => counts[column]).join(" | ")
      } |`
    ),
  ].join("\n");
}

type Catalogue = ReadonlyMap<string, Requirement>;

function open(title: string, found: readonly CauseOfFailure[], catalogue: Catalogue): string {
  if (found.length === 0) return "";
  return `### ${title} (${requirementsOf(found)})\n\n${listed(found, catalogue)}`;
}

function folded(title: string, found: readonly CauseOfFailure[], catalogue: Catalogue): string {
  if (found.length === 0) return "";
  const summary = `<summary>${title} (${requirementsOf(found)})</summary>`;
  return `<details>${summary}\n\n${listed(found, catalogue)}\n\n</details>`;
}

const requirementsOf = (found: readonly CauseOfFailure[]) =>
  new Set(found.map(({ requirement }) => requirement)).size;

function listed(found: readonly CauseOfFailure[], catalogue: Catalogue): string {
  const items = found.slice(0, CAUSES).map((cause) => item(cause, catalogue));
  const more = found.length - items.length;
  if (more > 0) items.push(`- … and ${more} more in the full report.`);
  return items.join("\n");
}

/** A cause: what it breaks, what was seen first and where, and what it keeps from being judged. */
function item(
  { requirement, level, kind, evidence, blocks }: CauseOfFailure,
  catalogue: Catalogue,
): string {
  const statement = catalogue.get(requirement)?.statement ?? "";
  const [first] = evidence;
  const more = evidence.length > 1 ? ` and ${counting(evidence.length - 1, "check")} more` : "";
  return [
    `- **${plain(requirement)}** ${level}, ${kind}: ${statement}`,
    ...(first
      ? [plain(shortened(first.check.message, MESSAGE)), `${code(first.case)}${more}`]
      : []),
    ...(blocks.length > 0 ? [`blocks ${counting(blocks.length, "check")}`] : []),
  ].join("\n  ");
}

/** What was skipped, by what the target file does not give. */
function skips(found: readonly Finding[]): string {
  if (found.length === 0) return "";
  const reasons = [...Map.groupBy(found, ({ check }) => check.message)].map(([message, of]) =>
    `- ${plain(shortened(message, MESSAGE))} (${
      [...new Set(of.map(({ check }) => plain(check.requirement)))].join(", ")
    })`
  );
  return `<details><summary>Skipped (${reasons.length})</summary>\n\n${
    reasons.join("\n")
  }\n\n</details>`;
}
