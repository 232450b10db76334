/**
 * The last word on what a terminal or a log of CI is given. What a target says is made visible where
 * it is quoted; here nothing is left that a terminal would obey or a runner take for a command.
 */
import { visible } from "../record/visible.ts";

/** Plumbline's own: colours, and the line that is written over. */
// deno-lint-ignore no-control-regex -- colours are made of them
const OWN = /(\r\x1b\[K|\x1b\[\d+(?:;\d+)*m)/;

/** The text with nothing hidden in it but Plumbline's own colours. */
export function consoleText(text: string): string {
  return text.split(OWN).map((part, index) => index % 2 === 1 ? part : defused(visible(part)))
    .join("");
}

/** GitHub's runner takes `::error::` at the beginning of a line for a command, and `##[error]` anywhere. */
function defused(text: string): string {
  return text.replace(/^([^\S\n]*):(?=:)/gm, "$1\\u{3a}").replaceAll("##[", "#\\u{23}[");
}
