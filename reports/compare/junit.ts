/** A comparison as JUnit XML: a test case a row, a failure for each regression. */
import { visibleLine } from "../../suites/record/visible.ts";
import { type Element, junitTimestamp, junitXml } from "../kit/junit.ts";
import { sideInWords, wordsOf } from "./compare.ts";
import type { Comparison, Row } from "./row.ts";

/** The comparison as JUnit XML. */
export function comparisonJunit(comparison: Comparison): string {
  const { rows, kind } = comparison;
  const groups = Map.groupBy(rows, ({ group }) => group);
  return junitXml({
    "@name": visibleLine(`Plumbline: ${sideInWords(comparison.base)} → ${comparison.new.title}`),
    ...totals(rows),
    testsuite: [...groups].map(([group, all]) => ({
      "@name": `compare ${kind}: ${group}`,
      ...totals(all),
      "@timestamp": junitTimestamp(comparison.new.startedAt),
      testcase: all.map((row) => testcase(row, kind)),
    })),
  });
}

function totals(rows: readonly Row[]): Element {
  return {
    "@tests": rows.length,
    "@failures": rows.filter(({ isRegression }) => isRegression).length,
    "@errors": 0,
    "@skipped": rows.filter(isOpen).length,
  };
}

/** What nobody can tell is neither a success nor a failure. */
const isOpen = ({ change }: Row) => change === "unknown" || change === "gone";

function testcase(row: Row, kind: string): object {
  const message = { "@message": visibleLine(`${row.change}: ${wordsOf(row)}`) };
  return {
    "@name": visibleLine(row.detail === undefined ? row.name : `${row.name}: ${row.detail}`),
    "@classname": `compare.${kind}.${row.group.toLowerCase()}`,
    ...(row.isRegression ? { failure: message } : isOpen(row) ? { skipped: message } : {}),
  };
}
