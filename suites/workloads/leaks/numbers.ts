/**
 * A number in every way people and programs write it: grouped, with a decimal point or comma, in
 * minor or major units, or with an exponent. Numbers are compared whole: 734291 is not in 17342915.
 */

/** What stands between groups of three digits, in one country or another. */
const GROUPING = "[,.'’_ \\u00a0\\u2009\\u202f]";
/** A whole number stands alone, or at a currency such as EUR. */
const BEFORE = "(?<![0-9A-Za-z])(?:[A-Z]{3})?(?<!\\d\\.)";
const AFTER = "(?:[A-Z]{3})?(?![0-9A-Za-z])(?!\\.\\d)";
/** The unit may be a hundredth of what is planted, or a hundred times it. */
const SCALES = [1, 100, 0.01];

const EXPONENTIAL = /(?<![\d.])(\d{1,20}(?:[.,]\d{1,20})?)e([+-]?\d{1,3})(?!\d)/gi;

/** Tells whether a text has the amount in it. */
export function amountSearch(amount: number): (text: string) => boolean {
  const written = new RegExp(`${BEFORE}(?:${forms(amount).join("|")})${AFTER}`);
  const wished = new Set(SCALES.map((scale) => Number((amount * scale).toPrecision(15))));
  return (text) => written.test(text) || hasExponential(text, wished);
}

function hasExponential(text: string, wished: ReadonlySet<number>): boolean {
  for (const [, mantissa = "", exponent] of text.matchAll(EXPONENTIAL)) {
    if (wished.has(Number(`${mantissa.replace(",", ".")}e${exponent}`))) return true;
  }
  return false;
}

function forms(amount: number): string[] {
  const digits = String(amount);
  const padded = digits.padStart(3, "0");
  const major = padded.slice(0, -2);
  const cents = padded.slice(-2);
  // 500.00 may be written 500 or 500.0, but only zeros may be left out.
  const fraction = cents.replace(/0+$/, "");
  const end = fraction === "" ? "(?:[.,]0{1,6})?" : `[.,]${fraction}0{0,6}`;
  return [
    `${grouped(digits)}(?:[.,]0{1,6})?`,
    `${grouped(major)}${end}`,
    `${grouped(`${digits}00`)}(?:[.,]0{1,6})?`,
  ];
}

/** The digits plain, or in groups; a group more on the left would make it another number. */
function grouped(digits: string): string {
  const groups = digits.replace(/\B(?=(?:\d{3})+$)/g, " ").split(" ");
  if (groups.length === 1) return digits;
  return `(?:${digits}|(?<!\\d${GROUPING})${groups.join(GROUPING)})`;
}
