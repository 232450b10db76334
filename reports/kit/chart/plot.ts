/** Draws with Observable Plot, as markup of the page's own: no style, no script, text escaped. */
import { DOMParser } from "linkedom";
import * as Plot from "@observablehq/plot";
import { type Content, element, type Markup } from "../markup.ts";

const document = new DOMParser().parseFromString("<html></html>", "text/html");

/** So much of a node as it takes to write it anew. */
interface Node {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<Node>;
}

const ELEMENT = 1;
const TEXT = 3;

export interface Drawing {
  readonly svg: Markup;
  /** Where a value of the horizontal axis lies, in units of the drawing. */
  readonly across: (x: number) => number;
}

/** One drawing, with what it shows in words for those who do not see it. */
export function drawing(options: Plot.PlotOptions, inWords: string): Drawing {
  const plot: Node & Plot.Plot = Plot.plot({ ...options, document, className: "plot" });
  const named = [["role", "img"], ["aria-label", inWords]] as const;
  const scale = plot.scale("x");
  return {
    svg: element("svg", [...attributesOf(plot), ...named], copied(plot)),
    across: (x) => Number(scale?.apply(x) ?? 0),
  };
}

function copied({ childNodes }: Node): Content[] {
  return [...childNodes].flatMap((node): Content[] => {
    if (node.nodeType === TEXT) return [node.textContent];
    // The policy of the page refuses styles that are not its own.
    if (node.nodeType !== ELEMENT || node.nodeName.toLowerCase() === "style") return [];
    return [element(node.nodeName, attributesOf(node), copied(node))];
  });
}

/** The drawing is one image in words; what Plot says of its parts would only be noise. */
function attributesOf({ attributes }: Node): (readonly [string, string])[] {
  return [...attributes].filter(({ name }) => name !== "style" && !name.startsWith("aria-"))
    .map(({ name, value }) => [name, rounded(value)] as const);
}

/** Tenths of a pixel are enough, and halve the page. */
function rounded(value: string): string {
  return value.replace(/-?\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10));
}
