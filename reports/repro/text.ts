/** Recorded text as a JavaScript template literal, in which what differs in every run is computed. */

/** What stands in a recorded text, and the expression that computes it when the file runs. */
export interface Substitution {
  readonly text: string;
  readonly expression: string;
}

/** So many times the same character become `repeat`. */
const LONG_RUN = /([^`$\\])\1{59,}/g;

/** The literal, backticks included. Longer substitutions go first: one may hold another. */
export function literal(text: string, substitutions: readonly Substitution[]): string {
  const found = substitutions.filter(({ text: one }) => one !== "" && text.includes(one))
    .toSorted((a, b) => b.text.length - a.text.length);
  const expressions = new Map(found.map(({ text, expression }) => [text, expression]));
  const parts = found.length === 0
    ? [text]
    : text.split(new RegExp(`(${found.map(({ text }) => RegExp.escape(text)).join("|")})`));
  const inner = parts.map((part) => {
    const expression = expressions.get(part);
    return expression === undefined ? quoted(part) : `\${${expression}}`;
  });
  return `\`${inner.join("")}\``;
}

function quoted(text: string): string {
  let out = "";
  let at = 0;
  for (const run of text.matchAll(LONG_RUN)) {
    out += escaped(text.slice(at, run.index));
    out += `\${${JSON.stringify(run[1])}.repeat(${run[0].length})}`;
    at = run.index + run[0].length;
  }
  return out + escaped(text.slice(at));
}

function escaped(text: string): string {
  return text.replaceAll(/[\\`]|\$(?=\{)/g, "\\$&")
    .replaceAll(
      /[\p{Cc}\u2028\u2029\ufeff]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}
