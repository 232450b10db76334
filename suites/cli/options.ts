/** What the options of several commands have in common: their words, and how a value is read. */
import { InvalidArgumentError } from "commander";
import { LIMITED, type Limits } from "../engine/budget.ts";
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

/** A day such as 2026-11-30. */
export function day(text: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError("expected a day such as 2026-11-30.");
  }
  return text;
}

/** `messages=1000,connections=50`. */
export function limits(text: string): Limits {
  const entries = text.split(",").map((part) => {
    const [, name, number] = /^([a-z]+)=(\d+)$/.exec(part.trim()) ?? [];
    const key = LIMITED.find((known) => known === name);
    if (key === undefined) {
      throw new InvalidArgumentError(`expected ${LIMITED.map((one) => `${one}=N`).join(" or ")}.`);
    }
    return [key, Number(number)] as const;
  });
  return Object.fromEntries(entries);
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
