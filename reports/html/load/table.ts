/** Tables of figures: the first column names the row. */
import { type Content, type Markup, markup } from "../markup.ts";

/** A group of rows under a heading of its own. */
export interface Group {
  readonly heading: Content;
  readonly rows: readonly (readonly Content[])[];
}

export function table(
  head: readonly Content[],
  rows: readonly (readonly Content[])[],
  caption?: Content,
): Markup {
  return scrolling(head, markup`<tbody>${rows.map(row)}</tbody>`, caption);
}

export function groupedTable(
  head: readonly Content[],
  groups: readonly Group[],
  caption?: Content,
): Markup {
  const bodies = groups.map(({ heading, rows }) =>
    markup`<tbody><tr class="heading"><th colspan="${head.length}" scope="rowgroup">${heading}</th></tr>
${rows.map(row)}</tbody>`
  );
  return scrolling(head, bodies, caption);
}

/** A wide table scrolls in a box of its own, which the keyboard reaches. */
function scrolling(head: readonly Content[], bodies: Content, caption: Content): Markup {
  return markup`<div class="scrolls" tabindex="0"><table>
${caption !== undefined && markup`<caption>${caption}</caption>`}
<thead><tr>${head.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
${bodies}</table></div>`;
}

function row([name, ...cells]: readonly Content[]): Markup {
  return markup`<tr><th scope="row">${name}</th>${
    cells.map((cell) => markup`<td>${cell}</td>`)
  }</tr>\n`;
}
