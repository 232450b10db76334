/**
 * JUnit XML as the readers of GitLab, Jenkins and GitHub take it: a suite for each of Plumbline's,
 * a test case for each scenario, with the scenario's own file and line.
 *
 * A scenario holds one `failure` at most, because some readers show only the first. What did not
 * fail but deserves a word (a warning, a known deviation) goes where each reader shows it.
 */
import type { CheckResult, Verdict } from "../../suites/record/verdict.ts";
import { type Element, junitSeconds, junitTimestamp, junitXml } from "../kit/junit.ts";
import { excerpt } from "./excerpt.ts";
import { durationMs, whyIncomplete } from "./outcome.ts";
import type { CaseView, RunView } from "../../suites/record/check/read.ts";
import { visible, visibleLine } from "../../suites/record/visible.ts";

interface TestCase extends Element {
  readonly failure?: Element;
  readonly error?: Element;
  readonly skipped?: Element;
  readonly "system-out"?: Element;
}

/** The run as JUnit XML. */
export function junitReport(view: RunView): string {
  const suites = [...bySuite(view.cases)].map(([name, cases]) => ({
    "@name": visibleLine(name),
    ...totals(cases),
    "@timestamp": junitTimestamp(view.run.startedAt),
    "@hostname": visibleLine(view.run.target.name),
    testcase: cases.map((of) => testCase(of, whyIncomplete(view))),
  }));
  return junitXml({
    "@name": visibleLine(`Plumbline: ${view.run.target.title}`),
    ...totals(view.cases),
    "@time": junitSeconds(durationMs(view)),
    testsuite: suites,
  });
}

function bySuite(cases: readonly CaseView[]): Map<string, CaseView[]> {
  return Map.groupBy(cases, (of) => of.attempt.suite);
}

function totals(cases: readonly CaseView[]): Element {
  const count = (holds: (of: CaseView) => boolean) => cases.filter(holds).length;
  return {
    "@tests": cases.length,
    "@failures": count(isFailed),
    "@errors": count((of) => of.result === undefined),
    "@skipped": count(isSkipped),
    "@time": junitSeconds(cases.reduce((sum, of) => sum + (of.result?.durationMs ?? 0), 0)),
  };
}

function testCase(of: CaseView, incomplete: string | undefined): TestCase {
  const { attempt, result } = of;
  return {
    "@name": visibleLine(attempt.title),
    "@classname": attempt.id.replaceAll("/", "."),
    "@time": junitSeconds(result?.durationMs ?? 0),
    "@file": attempt.file,
    "@line": attempt.at,
    ...outcome(of, incomplete),
  };
}

function outcome(of: CaseView, incomplete: string | undefined): Partial<TestCase> {
  if (!of.result) {
    return { error: { "@message": visibleLine(`Not judged. ${incomplete ?? ""}`.trim()) } };
  }
  const { checks } = of.result;
  const having = (words: ReadonlySet<Verdict>) =>
    checks.filter(({ verdict }) => words.has(verdict));
  if (isFailed(of)) {
    const failed = having(FAILED);
    return {
      failure: {
        "@message": failed[0] ? visibleLine(sentence(failed[0])) : "The scenario failed",
        "@type": failed[0]?.cause ?? "failure",
        "#text": visible(described(of, failed)),
      },
    };
  }
  const remarks = having(REMARKED);
  // What makes the scenario so; what that blocks says no more.
  const reason = having(new Set([of.result.verdict])).map(sentence).join("; ");
  return {
    ...(isSkipped(of) && { skipped: { "@message": visibleLine(reason) } }),
    ...(remarks.length > 0 && { "system-out": { "#text": visible(described(of, remarks)) } }),
  };
}

const FAILED: ReadonlySet<Verdict> = new Set<Verdict>(["fail", "flaky"]);
const REMARKED: ReadonlySet<Verdict> = new Set<Verdict>(["warn", "late", "known", "expected"]);
/** Neither a success nor news; readers have `skipped` for that. */
const UNJUDGED: ReadonlySet<Verdict> = new Set<Verdict>(["skip", "blocked", "known", "expected"]);

const isFailed = ({ result }: CaseView) => result !== undefined && FAILED.has(result.verdict);

const isSkipped = ({ result }: CaseView) => result !== undefined && UNJUDGED.has(result.verdict);

function sentence({ requirement, level, verdict, message }: CheckResult): string {
  const word = FAILED.has(verdict) ? level : verdict;
  return `${requirement} (${word}): ${message}`;
}

/** Each check with its cause and the part of the wire log that shows it. */
function described(of: CaseView, checks: readonly CheckResult[]): string {
  const lines = checks.flatMap((check) => [
    sentence(check),
    ...(check.cause ? [`cause: ${check.cause}`] : []),
    ...excerpt(of, [check]).map((line) => `  ${line}`),
    "",
  ]);
  return [...lines, `${of.attempt.file}:${of.attempt.at}`].join("\n");
}
