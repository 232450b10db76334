/** A proof as people read it: check by check, then what nobody caught. */
import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import type { Outcome } from "./outcome.ts";
import type { Proof } from "./prove.ts";

/** Names in full up to this many, then how many more. */
const NAMED = 6;

/** The whole table, with the counts last. */
export function table(proof: Proof, outcome: Outcome): string {
  const { checks, uncaught, explained, unexplained, stale } = outcome;
  const faulty = proof.attempts.filter(({ faults }) => faults.length > 0);
  return [
    bold("Checks, and the breaks that make them fail"),
    ...checks.filter(({ breaks }) => breaks.length > 0).map(({ check, breaks }) =>
      `  ${green("✔")} ${check.requirement} ${check.family}:${check.line}  ${dim(few(breaks))}`
    ),
    ...section(
      "Checks that fail without any break",
      proof.spoiled.map(({ scenario, requirement, message }) =>
        red(`✘ ${requirement} ${scenario}: ${message}`)
      ),
    ),
    ...section(
      "Breaks in which something else went wrong",
      faulty.map(({ broken, faults }) => red(`✘ ${broken.name}: ${faults.join("; ")}`)),
    ),
    ...section(
      "Breaks that no check of what they violate has caught",
      uncaught.map(({ broken, acted, alsoFailed }) => {
        const others = alsoFailed.length > 0
          ? `; others failed: ${few(alsoFailed.map(({ key }) => key))}`
          : "";
        return yellow(
          `! ${broken.name} (${broken.violates.join(", ")}; acted ${acted} times${others})`,
        );
      }),
    ),
    ...section(
      "Checks no break has made fail, and why",
      explained.map(({ check, reason }) => `– ${check.key}: ${reason}`),
    ),
    ...section(
      "Checks no break has made fail, unexplained",
      unexplained.map(({ key, text, file, line }) =>
        red(`✘ ${key}  ${dim(`${file}:${line} ${text}`)}`)
      ),
    ),
    ...section(
      "Stale: listed as unproven, yet proven or gone",
      stale.map(({ scenario, requirement, line }) =>
        yellow(`! ${scenario} ${requirement} (line ${line})`)
      ),
    ),
    "",
    bold(counts(proof, outcome)),
    "",
  ].join("\n");
}

/** One line that says it all. */
function counts(
  { attempts }: Proof,
  { checks, uncaught, explained, unexplained }: Outcome,
): string {
  const proven = checks.filter(({ breaks }) => breaks.length > 0).length;
  return `${proven} of ${checks.length} checks caught failing, ${explained.length} explained, ` +
    `${unexplained.length} unexplained; ${
      attempts.length - uncaught.length
    } of ${attempts.length} breaks caught`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", bold(title), ...lines.map((line) => `  ${line}`)];
}

function few(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return names.slice(0, NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
