/** Text of others as Markdown that says nothing but that text. */
import { visibleLine } from "../../suites/record/visible.ts";

/**
 * Text as a code span: nothing in it is Markdown, HTML, a link or a mention. The fence is longer
 * than any run of backticks inside.
 */
export function code(text: string): string {
  const inner = visibleLine(text);
  const longest = Math.max(0, ...(inner.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${inner}${pad}${fence}`;
}

/**
 * Text as plain words: what Markdown or HTML would take for a sign is escaped, and what a forge
 * would turn into a mention, a reference or a link is broken by a zero-width space.
 */
export function plain(text: string): string {
  return visibleLine(text)
    .replace(/[@#!$%~](?=\w)|:(?=\/\/)|www(?=\.)/gi, "$&\u200b")
    .replace(/&/g, "&amp;")
    .replace(/[\\`*_~|[\]<>]/g, "\\$&")
    .replace(/^(\d+)(?=[.)])|^[#+=-]/, (start) => /\d/.test(start) ? `${start}\\` : `\\${start}`);
}
