/** `check` as the command line runs it: progress, reports, summary, repeats and interrupts. */
import { EXIT, type ExitCode, exitCode } from "../record/exit_code.ts";
import type { CaseResult, Verdict } from "../record/verdict.ts";
import { writeReports } from "../../reports/check/views.ts";
import { boundOwnMemory } from "../resources/own_memory.ts";
import type { Destinations } from "../../reports/kit/views.ts";
import { clientTable } from "./client_table.ts";
import { check } from "./check.ts";
import type { CheckOptions } from "./check_options.ts";
import { prepare } from "./prepare.ts";
import { showProgress } from "./progress.ts";
import { counting } from "../record/numbers.ts";
import { summary } from "./summary.ts";
import { writeExpected } from "./write_expected.ts";
import { requireWritable, requireWritableFile } from "./writable.ts";
import { type Ask, requireAllowed } from "./disruption.ts";
import { isExplored } from "./explore_in_check.ts";
import { planText } from "./show_plan.ts";
import { interruption } from "./interruption.ts";

export interface CheckCommand extends CheckOptions, Destinations {
  readonly repeat: number;
  /** Says what the check would ask of its target, and ends. */
  readonly plan: boolean;
}

/** Runs `check` as often as asked, and writes reports even for a run that failed or was interrupted. */
export async function checkCommand(
  options: CheckCommand,
  write: (text: string) => void,
): Promise<ExitCode> {
  const prepared = await prepare(options);
  if (options.plan) {
    const explores = !options.clients && isExplored(options);
    write(planText(prepared, { depth: options.depth, explores }));
    return EXIT.ok;
  }
  requireAllowed(prepared, options, asking());
  await requireWritable(options);
  if (options.writeExpected !== undefined) {
    await requireWritableFile("--write-expected", options.writeExpected);
  }
  const interrupted = interruption();
  const memory = boundOwnMemory();
  const verdicts = new Map<string, Set<Verdict>>();
  const exits: ExitCode[] = [];
  const rounds: CaseResult[][] = [];
  const warned = new Set<string>();
  for (let round = 1; round <= options.repeat && !interrupted.aborted; round++) {
    const progress = showProgress(Deno.stderr.isTerminal(), write, warned);
    const checked = await check(options, prepared, progress, interrupted);
    progress.end();
    exits.push(checked.exit);
    for (const [id, { verdict }] of checked.results) {
      verdicts.set(id, (verdicts.get(id) ?? new Set()).add(verdict));
    }
    memory.collect();
    const { view, written } = await writeReports(checked.record, options);
    rounds.push([...checked.results.values()]);
    const baseline = options.writeExpected;
    const entries = baseline === undefined
      ? 0
      : await writeExpected(baseline, rounds, view.run.target.title, checked.expected);
    if (options.clients) write(clientTable(checked.planned, checked.results));
    write(summary(checked, view, written));
    if (baseline !== undefined) write(baselineLine(baseline, entries, checked.incomplete));
  }
  const unsteady = [...verdicts].filter(([, seen]) => seen.size > 1);
  for (const [id, seen] of unsteady) write(`Unsteady: ${id} was ${[...seen].join(" and ")}\n`);
  return exitCode([
    ...exits,
    ...(exits.length < options.repeat ? [EXIT.interrupted] : []),
    ...(unsteady.length > 0 ? [EXIT.failed] : []),
  ]);
}

/** How to ask the user, where somebody can answer. */
function asking(): Ask {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal() ? confirm : undefined;
}

function baselineLine(path: string, entries: number, incomplete: string | undefined): string {
  const rest = incomplete === undefined
    ? ""
    : "; the run was not complete, and what it did not judge is not in it";
  return `${path} expects ${counting(entries, "cause")} from now on: --expected ${path}${rest}\n`;
}
