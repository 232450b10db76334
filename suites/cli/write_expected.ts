/** A baseline: what fails now, as a file that `--expected` takes. */
import { Document } from "yaml";
import type { CaseResult, Verdict } from "../record/verdict.ts";

const WRONG: ReadonlySet<Verdict> = new Set<Verdict>([
  "fail",
  "flaky",
  "late",
  "warn",
  "expected",
]);

interface Entry {
  readonly scenario: string;
  readonly requirement: string;
  readonly reason: string;
}

/** Writes one entry for each scenario and requirement that failed; what they block is not listed. */
export async function writeExpected(
  path: string,
  results: Iterable<CaseResult>,
  title: string,
): Promise<void> {
  const document = new Document({ version: 1, about: title, expected: entriesOf(results) });
  await Deno.writeTextFile(path, document.toString({ lineWidth: 100 }));
}

function entriesOf(results: Iterable<CaseResult>): Entry[] {
  const entries = new Map<string, Entry>();
  for (const { id, checks } of results) {
    for (const { requirement, verdict, observation } of checks) {
      const key = `${id} ${requirement}`;
      if (!WRONG.has(verdict) || entries.has(key)) continue;
      entries.set(key, { scenario: id, requirement, reason: observation ?? "it fails" });
    }
  }
  return shortened([...entries.values()]);
}

/** Examples of one table that fail alike are one entry: `auth/private/wrong-key/*`. */
function shortened(entries: readonly Entry[]): Entry[] {
  const alike = Map.groupBy(entries, ({ scenario, requirement, reason }) => {
    const parts = scenario.split("/");
    return parts.length < 4
      ? `${scenario} ${requirement}`
      : `${parts.slice(0, -1).join("/")} ${requirement} ${reason}`;
  });
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first || group.length === 1) return group;
    return [{ ...first, scenario: first.scenario.replace(/\/[^/]*$/, "/*") }];
  });
}
