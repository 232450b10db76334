/** What the options of several commands have in common: their words, and how a value is read. */
import { InvalidArgumentError } from "commander";
import { invocation } from "../record/invocation.ts";

/** An option that may be repeated. */
export const list = (value: string, all: readonly string[]) => [...all, value];

export function count(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("expected a whole number above 0.");
  return Number(text);
}

/** A duration in milliseconds. */
export function milliseconds(text: string): number {
  const [, value, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  if (unit === undefined) throw new InvalidArgumentError("expected a duration such as 30s or 2m.");
  return Number(value) * { ms: 1, s: 1000, m: 60_000 }[unit as "ms" | "s" | "m"]; // the pattern lets no other pass
}

export function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1000)) throw new InvalidArgumentError("expected a number above 0.");
  return value;
}

/** For `--help`: each example, from the name of its command on. */
export const examples = (...lines: string[]) =>
  `\nExamples:\n${lines.map((line) => `  ${invocation(line)}`).join("\n")}\n`;

export const target = [
  "-t, --target <name|file>",
  "a file of targets/ or your own; without it, the reference server is started",
] as const;
export const start = [
  "--start",
  "let the target file install, configure and start its server",
] as const;
export const json = ["--json <file>", "write report.json here as well"] as const;
export const junit = ["--junit <file>", "write JUnit XML here"] as const;
export const annotations = [
  "--annotations <file>",
  "write GitHub's workflow commands here, one for each cause; - is standard output",
] as const;
export const markdown = ["--markdown <file>", "write Markdown for a pull request here"] as const;
