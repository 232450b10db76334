/** What the colours and strokes of a chart mean. */
import { whole } from "../../../suites/record/numbers.ts";
import { type Content, type Markup, markup } from "../markup.ts";
import type { Series } from "./chart.ts";
import { DASHES } from "./dashes.ts";

/** Of one run each line is named; of several, the colours are runs and the strokes are names. */
export function legend(series: readonly Series[]): Markup {
  const runs = new Map(series.flatMap((it) => it.run === undefined ? [] : [[it.run, it]]));
  if (runs.size === 0) return list(series.map((it) => item(swatch(it), it.name, it.count)));
  const names = new Map(series.map((it) => [it.name, it]));
  return list([
    ...[...runs].map(([run, { colour }]) => item(blot(colour), run)),
    ...(names.size > 1
      ? [...names].map(([name, it]) => item(swatch(it, "var(--soft)"), name))
      : []),
  ]);
}

function list(items: readonly Markup[]): Markup {
  return markup`<ul class="legend">${items}</ul>`;
}

function item(sign: Markup, name: Content, count?: number): Markup {
  const of = count !== undefined && ` (${whole(count)})`;
  return markup`<li>${sign}${name}${of}</li>`;
}

/** The colour of a run, as its heading has it. */
export function blot(colour: number): Markup {
  return markup`<svg width="10" height="10" aria-hidden="true"><circle cx="5" cy="5" r="5" fill="var(--c${colour})"/></svg>`;
}

function swatch({ colour, stroke = "solid", shape }: Series, ink = `var(--c${colour})`): Markup {
  const mark = shape === "points"
    ? markup`<circle cx="13" cy="5" r="3" fill="${ink}"/>`
    : markup`<line x1="1" y1="5" x2="25" y2="5" stroke="${ink}" stroke-width="2" stroke-dasharray="${
      DASHES[stroke]
    }"/>`;
  return markup`<svg width="26" height="10" aria-hidden="true">${mark}</svg>`;
}
