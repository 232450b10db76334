/** What a target said, short enough for a sentence and safe to show. */
import { beginning } from "../../record/beginning.ts";
import { shortened, visibleLine } from "../../record/visible.ts";

const LENGTH = 120;

/** The beginning of a target's text, on one line. */
export function excerpt(text: string): string {
  return shortened(visibleLine(beginning(text.trimStart(), 2 * LENGTH).trim()), LENGTH);
}

/** An HTTP answer: its status, and how its body begins. */
export function said({ status, body }: { readonly status: number; readonly body: string }): string {
  return body.trim() === "" ? `HTTP ${status}` : `HTTP ${status} ${excerpt(body)}`;
}
