/** Figures as the page writes them: three digits that mean something, and no more. */

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

/** `12,345`. */
export function whole(count: number): string {
  return Math.round(count).toLocaleString("en");
}

/** A share that is only called whole where it is: `100 %`, `99.9 %`, `99.9991 %`. */
export function share(part: number, of: number): string {
  if (of === 0) return "–";
  if (part === of) return "100 %";
  const percent = 100 * part / of;
  for (const digits of [1, 2, 3, 4, 5, 6]) {
    const text = percent.toFixed(digits);
    if (Number(text) !== 100 && (Number(text) !== 0 || part === 0)) return `${text} %`;
  }
  return `${percent} %`;
}

/** Bytes with decimal prefixes and three digits: `812 B`, `9.05 kB`, `62.1 MB`, `1.20 GB`. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(1, Math.abs(count))) / 3), 4);
  if (power <= 0) return `${whole(count)} B`;
  return `${threeDigits(count / 1000 ** power)} ${units[power]}`;
}
