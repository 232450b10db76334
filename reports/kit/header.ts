/** What the head of every page has: the mark, and facts in pairs of name and value. */
import { type Content, type Markup, markup } from "./markup.ts";

/** The bar above a page's title: the project, what kind of report it is, and the switch of colours. */
export function bar(kind: string): Markup {
  return markup`<div class="bar-top">
<p class="mark">Plumbline <span>${kind}</span></p>
<button type="button" id="theme" class="quiet" hidden>Auto</button>
</div>`;
}

/** One entry of `<dl class="facts">`. */
export function fact(name: string, value: Content): Markup {
  return markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
