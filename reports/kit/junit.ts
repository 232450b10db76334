/** JUnit XML as the readers of GitLab, Jenkins and GitHub take it. */
import { XMLBuilder } from "fast-xml-parser";

/** An element of a document: attributes are written `@name`, text `#text`. */
export interface Element {
  readonly [attribute: `@${string}`]: string | number;
  readonly "#text"?: string;
}

/** The root: attributes, and suites of whatever elements. */
export interface TestSuites extends Element {
  readonly testsuite: object;
}

/** One document of `testsuites`. */
export function junitXml(testsuites: TestSuites): string {
  return new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    format: true,
    suppressEmptyNode: true,
  }).build({ "?xml": { "@version": "1.0", "@encoding": "UTF-8" }, testsuites });
}

/** A duration as JUnit has it: seconds with three decimals. */
export function junitSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** A moment as JUnit has it: RFC 3339 without its zone. */
export function junitTimestamp(moment: string): string {
  return moment.replace(/(\.\d+)?Z$/, "");
}
