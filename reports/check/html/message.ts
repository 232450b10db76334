/** What a check says: one paragraph, and below it what has to keep its lines, such as a timeline. */
import { type Markup, markup } from "../../kit/markup.ts";

export function message(text: string): Markup {
  const [first = "", ...rest] = text.split("\n");
  const kept = rest.length > 0 && markup`<pre class="timeline">${rest.join("\n")}</pre>`;
  return markup`<p class="message">${first}</p>${kept}`;
}
