/**
 * Workflow commands that make GitHub show each finding beside the scenario's own line. Other
 * runners print them as plain lines.
 */
import { type Finding, findings } from "./outcome.ts";
import type { RunView } from "../../suites/record/check/read.ts";
import { visible } from "../../suites/record/visible.ts";

/** One line for each failure and each warning, failures first; empty when there are none. */
export function annotations(view: RunView): string {
  const lines = [
    ...findings(view, "fail").map((found) => command("error", found)),
    ...findings(view, "flaky").map((found) => command("error", found)),
    ...findings(view, "late").map((found) => command("warning", found)),
    ...findings(view, "warn").map((found) => command("warning", found)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function command(kind: "error" | "warning", { of, check }: Finding): string {
  const { file, at, steps, id } = of.attempt;
  const line = steps[check.step]?.at ?? at;
  const title = property(`${check.requirement} in ${id}`);
  return `::${kind} file=${property(file)},line=${line},title=${title}::${data(check.message)}`;
}

/** A message may hold anything but what would end the line or start an escape. */
function data(text: string): string {
  return visible(text).replaceAll("%", "%25").replaceAll("\n", "%0A");
}

/** A property ends at a comma or a colon. */
function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
