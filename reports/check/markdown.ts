/** Markdown for a pull request: the scores, what failed and why, the rest folded away. */
import type { Requirement } from "../../suites/record/requirement.ts";
import { durationMs, type Finding, findings, headline, whyIncomplete } from "./outcome.ts";
import { staleDeviations, unjudged } from "./outcome.ts";
import { offer } from "../../suites/record/probed.ts";
import type { RunView } from "../../suites/record/check/read.ts";
import { judgedRequirements, type ScoreCounts, scoresOf } from "./scores.ts";
import { code, plain } from "../kit/markdown_text.ts";
import { shortened } from "../../suites/record/visible.ts";

/** A comment on GitHub holds 65,536 characters; so many findings of this size stay well below. */
const FINDINGS = 40;
const MESSAGE = 600;

/** The run as Markdown. */
export function markdownReport(view: RunView): string {
  const judged = judgedRequirements(view);
  const catalogue = new Map(view.run.requirements.map((row) => [row.id, row]));
  const stale = staleDeviations(view, judged);
  const left = unjudged(view);
  const incomplete = whyIncomplete(view);
  const parts = [
    `## ${plain(view.run.target.title)}: ${headline(view)}`,
    facts(view),
    view.probed && [offer(view.probed), ...view.probed.doubts].map(plain).join("  \n"),
    incomplete &&
    `> **Incomplete.** ${plain(incomplete)} Scenarios not judged: ${left.length}.`,
    scoreTable(scoresOf(judged)),
    open("Failed", findings(view, "fail"), catalogue),
    folded("Warnings", findings(view, "warn"), catalogue),
    folded("Known deviations", findings(view, "known"), catalogue),
    folded("Skipped", findings(view, "skip"), catalogue),
    stale.length > 0 &&
    `**Listed as known, but now held:** ${stale.join(", ")}. Take them off the target's list.`,
  ];
  return `${parts.filter((part) => part).join("\n\n")}\n`;
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
  const rows = Object.entries(scores).filter(([, { of }]) => of > 0).map(([name, it]) => {
    const { passed, of, failed, warned, known, notOffered, skipped, untested } = it;
    const rest = [failed, warned, known, notOffered, skipped, untested];
    return `| ${name} | **${passed}** of ${of} | ${rest.join(" | ")} |`;
  });
  return [
    "| Score | Passed | Failed | Warned | Known | Not offered | Skipped | Untested |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
    ...rows,
  ].join("\n");
}

type Catalogue = ReadonlyMap<string, Requirement>;

function open(title: string, found: readonly Finding[], catalogue: Catalogue): string {
  if (found.length === 0) return "";
  return `### ${title} (${found.length})\n\n${listed(found, catalogue)}`;
}

function folded(title: string, found: readonly Finding[], catalogue: Catalogue): string {
  if (found.length === 0) return "";
  const summary = `<summary>${title} (${found.length})</summary>`;
  return `<details>${summary}\n\n${listed(found, catalogue)}\n\n</details>`;
}

function listed(found: readonly Finding[], catalogue: Catalogue): string {
  const items = found.slice(0, FINDINGS).map((finding) => item(finding, catalogue));
  const more = found.length - items.length;
  if (more > 0) items.push(`- … and ${more} more in the full report.`);
  return items.join("\n");
}

function item({ of, check }: Finding, catalogue: Catalogue): string {
  const row = catalogue.get(check.requirement);
  const name = `**${plain(check.requirement)}** ${check.level}`;
  const cause = check.cause ? `, ${check.cause}` : "";
  const message = plain(shortened(check.message, MESSAGE));
  const where = code(`${of.attempt.id}`);
  return `- ${name}${cause}: ${row?.statement ?? ""}\n  ${message}\n  ${where}`;
}
