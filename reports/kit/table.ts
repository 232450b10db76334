/** Tables of figures: the first column names the row. */
import { type Content, type Markup, markup } from "./markup.ts";

/** A group of rows under a heading of its own. */
export interface Group {
  readonly heading: Content;
  readonly rows: readonly (readonly Content[])[];
}

export function table(
  head: readonly Content[],
  rows: readonly (readonly Content[])[],
): Markup {
  return scrolling(head, markup`<tbody>${rows.map(row)}</tbody>`);
}

export function groupedTable(
  head: readonly Content[],
  groups: readonly Group[],
): Markup {
  const bodies = groups.map(({ heading, rows }) =>
    markup`<tbody><tr class="heading"><th colspan="${head.length}" scope="rowgroup">${heading}</th></tr>
${rows.map(row)}</tbody>`
  );
  return scrolling(head, bodies);
}

/** A wide table scrolls in a box of its own, which the keyboard reaches; a head of nothing is left out. */
export function scrolling(head: readonly Content[], bodies: Content): Markup {
  const names = head.map((name) => markup`<th scope="col">${name}</th>`);
  return markup`<div class="scrolls" tabindex="0"><table>
${head.some((name) => name !== "") && markup`<thead><tr>${names}</tr></thead>`}
${bodies}</table></div>`;
}

function row([name, ...cells]: readonly Content[]): Markup {
  return markup`<tr><th scope="row">${name}</th>${
    cells.map((cell) => markup`<td>${cell}</td>`)
  }</tr>\n`;
}
