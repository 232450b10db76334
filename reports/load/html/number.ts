/** Figures as the page writes them: three digits that mean something, and no more. */
import { percent } from "../../../suites/record/numbers.ts";

/** A latency in milliseconds without its unit: `0.42`, `8.13`, `33.9`, `2,406`. */
export function milliseconds(microseconds: number): string {
  return threeDigits(microseconds / 1000);
}

/** `0.42`, `8.13`, `33.9`, `2,406`. */
export function threeDigits(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** A rate as a scenario has it, without digits that only arithmetic brought in: `2`, `0.5`, `1,200`. */
export function pace(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** `12,345`. */
export function whole(count: number): string {
  return Math.round(count).toLocaleString("en");
}

/** A share in percent, never rounded up to all; a dash where nothing was owed. */
export function share(part: number, of: number): string {
  return of === 0 ? "–" : percent(part, of);
}

/** Bytes with decimal prefixes and three digits: `812 B`, `9.05 kB`, `62.1 MB`, `1.20 GB`. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(1, Math.abs(count))) / 3), 4);
  if (power <= 0) return `${whole(count)} B`;
  return `${threeDigits(count / 1000 ** power)} ${units[power]}`;
}
