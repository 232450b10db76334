/** The frame of every page: it opens from a disk, needs no network, and asks the browser to refuse any. */
import { inline, type Markup, markup } from "./markup.ts";
import { policy } from "./policy.ts";

export interface Page {
  readonly title: string;
  /** Where a reader of screens goes at once: the id of a section, and what it is. */
  readonly skipTo: { readonly id: string; readonly text: string };
  readonly style: string;
  readonly script: string;
  /** Of the text under the pointer: whether readers of screens are told it. */
  readonly tip: "told" | "hidden";
  readonly main: Markup;
}

/** One HTML document. */
export function htmlDocument({ title, skipTo, style, script, tip, main }: Page): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title} · Plumbline</title>
${inline("style", style)}
</head>
<body>
<a class="skip-link" href="#${skipTo.id}">${skipTo.text}</a>
<main>
${main}
</main>
${
    tip === "told"
      ? markup`<div id="tip" role="tooltip" hidden></div>`
      : markup`<div id="tip" aria-hidden="true" hidden></div>`
  }
${inline("script", script)}
</body>
</html>
`.text;
}
