/** The views of a comparison. */
import { type Destinations, type View, writeViews } from "../kit/views.ts";
import { comparisonJunit } from "./junit.ts";
import { comparisonMarkdown } from "./markdown.ts";
import { comparisonPage } from "./page.ts";
import type { Comparison } from "./row.ts";
import { jsonText } from "../../suites/record/json_text.ts";

const VIEWS: readonly View<Comparison>[] = [
  { file: "compare.html", render: comparisonPage },
  {
    option: "json",
    file: "compare.json",
    render: (it) => `${jsonText({ schemaVersion: 1, ...it }, 2)}\n`,
  },
  { option: "junit", render: comparisonJunit },
  { option: "markdown", render: comparisonMarkdown },
];

/** Writes every view that is asked for; the paths written. */
export function writeComparison(
  comparison: Comparison,
  destinations: Destinations,
): Promise<string[]> {
  return writeViews("a comparison", comparison, VIEWS, destinations);
}
