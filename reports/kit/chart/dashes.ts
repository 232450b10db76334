/** What tells the lines of one run apart, on paper and for whoever sees no colours. */
export type Stroke = "solid" | "dashed" | "dotted" | "dash-dotted";

/** As SVG has them. */
export const DASHES: Readonly<Record<Stroke, string>> = {
  solid: "",
  dashed: "6 4",
  dotted: "1.5 4",
  "dash-dotted": "9 3 2 3",
};

/** Lines are told apart in this order. */
export const STROKES: readonly Stroke[] = ["solid", "dashed", "dotted", "dash-dotted"];
