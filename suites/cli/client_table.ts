/** Which client keeps which row, a line each. */
import { libraryOf } from "../pages/subject.ts";
import type { Plan } from "../engine/plan.ts";
import { type CaseResult, type Level, type Verdict, worst } from "../record/verdict.ts";

const WORDS: Readonly<Record<Verdict, string>> = {
  pass: "passed",
  info: "noted",
  skip: "n/a",
  blocked: "blocked",
  known: "known",
  expected: "expected",
  late: "late",
  flaky: "FLAKY",
  warn: "warned",
  fail: "FAILED",
};
const WIDTH = 13;

/** A table of requirements and clients; `n/a` where a row does not apply to a client. */
export function clientTable(
  { run, skipped }: Plan,
  results: ReadonlyMap<string, CaseResult>,
): string {
  const levels = new Map<string, Level>();
  const verdicts = new Map<string, Map<string, Verdict[]>>();
  const clients = new Set<string>();
  const inapplicable = new Set(skipped.map(({ scenario }) => scenario));
  for (const scenario of [...run, ...inapplicable]) {
    const client = libraryOf(scenario);
    clients.add(client);
    for (const { requirement, level, ...check } of results.get(scenario.id)?.checks ?? []) {
      const verdict = inapplicable.has(scenario) ? "skip" : check.verdict;
      levels.set(requirement, level);
      const row = verdicts.get(requirement) ?? new Map<string, Verdict[]>();
      verdicts.set(requirement, row.set(client, [...row.get(client) ?? [], verdict]));
    }
  }
  const cell = (seen: readonly Verdict[] | undefined) => {
    if (!seen) return "–";
    // A row with several scenarios applies where any of them does.
    const applicable = seen.filter((verdict) => verdict !== "skip");
    return WORDS[applicable.length === 0 ? "skip" : worst(applicable)];
  };
  const line = (first: string, level: string, cells: readonly string[]) =>
    `  ${[first.padEnd(6), level.padEnd(7), ...cells.map((text) => text.padEnd(WIDTH))].join("")}`
      .trimEnd();
  const rows = [...verdicts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, row]) =>
    line(id, levels.get(id) ?? "", [...clients].map((client) => cell(row.get(client))))
  );
  return `${[line("", "", [...clients]), ...rows].join("\n")}\n`;
}
