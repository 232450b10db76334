/** JSON that holds no character which cannot be seen: whoever looks at a file sees what it says. */
const HIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff]/gu;

/** As `JSON.stringify`, with invisible characters as escapes; parsed again, it is the same value. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(HIDDEN, escaped);
}

/** Of what lies beyond 16 bits, both halves. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");
}
