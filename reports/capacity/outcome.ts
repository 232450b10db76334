/** What a search for a capacity comes to, in the words every report of it opens with. */
import { counting, whole } from "../../suites/record/numbers.ts";
import type { CapacityReport } from "../../suites/record/capacity/report.ts";

export interface CapacityOutcome {
  readonly sentence: string;
  /** On what it rests: how many of how many runs. */
  readonly grounds: string;
  /** `warn` where the end of the target was not seen. */
  readonly tone: "pass" | "warn" | "fail";
}

/** `703 connections`, `40 events/s`. */
export function loadInWords(load: number, dimension: CapacityReport["dimension"]): string {
  return dimension === "connections" ? counting(load, "connection") : `${whole(load)} events/s`;
}

export function capacityOutcome(
  { result, dimension, ended }: CapacityReport,
): CapacityOutcome {
  if (!result) {
    return {
      sentence: ended === undefined ? "The search was interrupted" : "The search ended early",
      grounds: ended ?? "the figures cover the time until then",
      tone: "warn",
    };
  }
  const loads = (load: number) => loadInWords(load, dimension);
  const runs = ({ met, runs }: { met: number; runs: number }) =>
    `${met} of ${counting(runs, "run")}`;
  /** Where its end was not seen, what it carries is not known. */
  const atLeast = ({ load, met, runs }: { load: number; met: number; runs: number }) =>
    `At least ${loads(load)}${met === runs ? ", none failed" : ""}`;
  switch (result.kind) {
    case "found":
      return {
        sentence: `It carries ${loads(result.highest.load)}`,
        grounds: `${runs(result.highest)} met the objectives, and ${runs(result.beyond)} at ${
          loads(result.beyond.load)
        }`,
        tone: "pass",
      };
    case "max":
      return {
        sentence: atLeast(result.highest),
        grounds: `${runs(result.highest)} met the objectives; this is the highest load allowed`,
        tone: "warn",
      };
    case "generator": {
      const gaveOut = `the generator reached its limit first, at ${loads(result.beyond.load)}`;
      return result.highest
        ? {
          sentence: atLeast(result.highest),
          grounds: `${runs(result.highest)} met the objectives; ${gaveOut}`,
          tone: "warn",
        }
        : { sentence: "No capacity was found", grounds: gaveOut, tone: "warn" };
    }
    case "none":
      return {
        sentence: `It does not carry ${loads(result.beyond.load)}`,
        grounds: `${runs(result.beyond)} met the objectives`,
        tone: "fail",
      };
  }
}
