/**
 * A load run as JUnit XML: a test case for each objective and each finding, and one for the
 * generator, so that a reader of tests shows what made the run fail.
 */
import { junitSeconds, junitTimestamp, junitXml } from "../kit/junit.ts";
import type { LoadReport } from "../../suites/record/load/report.ts";
import { visibleLine } from "../../suites/record/visible.ts";

interface TestCase {
  readonly "@name": string;
  readonly failure?: { readonly "@message": string };
  readonly error?: { readonly "@message": string };
}

/** The run as JUnit XML. */
export function loadJunit(report: LoadReport): string {
  const { load, target, evidence } = report;
  const cases = testCases(load);
  const time = junitSeconds(evidence.durationMs);
  const totals = {
    "@tests": cases.length,
    "@failures": cases.filter(({ failure }) => failure).length,
    "@errors": cases.filter(({ error }) => error).length,
    "@time": time,
  };
  return junitXml({
    "@name": visibleLine(`Plumbline: ${target.title}`),
    ...totals,
    testsuite: {
      "@name": visibleLine(`load: ${load.scenario.title}`),
      ...totals,
      "@timestamp": junitTimestamp(evidence.startedAt),
      "@hostname": visibleLine(target.name),
      testcase: cases.map((of) => ({
        ...of,
        "@classname": visibleLine(`load.${load.scenario.name}`),
        "@file": visibleLine(load.scenario.file),
      })),
    },
  });
}

/** What is not known is an error and not a failure: nobody was found wanting, and nothing passed. */
function testCases(
  { objectives, findings, generatorBound, measurements }: LoadReport["load"],
): TestCase[] {
  return [
    ...objectives.map(({ text, measured, verdict }): TestCase => {
      const message = { "@message": visibleLine(measured ?? "not measured") };
      return {
        "@name": visibleLine(text),
        ...(verdict === "missed" && { failure: message }),
        ...(verdict === "unknown" && { error: message }),
      };
    }),
    ...(findings.length > 0 ? findings : [undefined]).map((finding): TestCase => ({
      "@name": "the target made no errors",
      ...(finding !== undefined && { failure: { "@message": visibleLine(finding) } }),
    })),
    {
      "@name": "the target was measured, and not the generator",
      ...(generatorBound.length > 0 &&
        { error: { "@message": visibleLine(generatorBound.join("; ")) } }),
    },
    {
      "@name": "the run was completed",
      ...(!measurements.complete && { error: { "@message": "it was interrupted" } }),
    },
  ];
}
