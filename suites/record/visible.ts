/**
 * Text that came from a target, made safe to look at.
 *
 * Control characters, lone surrogates and the marks that turn the direction of writing could break
 * a file format or make a report read other than it is. They are shown as escapes instead. Escaping
 * for HTML, XML or Markdown comes after this, in the view that needs it.
 */
import { beginning } from "./beginning.ts";
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff]/gu;

/** Shows what cannot be seen as `\u{…}`; keeps tabs and newlines. */
export function visible(text: string): string {
  return text.replace(HIDDEN, escaped);
}

/** The same on one line: newlines and tabs become escapes too. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** Cuts to `length` characters and says so with an ellipsis. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${beginning(text, length - 1)}…`;
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
