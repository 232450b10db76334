/** One card a score: how many of N, and a bar of the rest. */
import { type ScoreCounts, type Scores, type Standing, STANDING_WORDS, WRONG } from "../scores.ts";
import { type Markup, markup } from "../../kit/markup.ts";

const MEANING: Readonly<Record<keyof Scores, string>> = {
  conformance: "what the documents state",
  compatibility: "what official libraries depend on",
  robustness: "what any sane server has",
  limits: "hosted Pusher’s own quotas",
  clients: "what client libraries owe",
  application: "what applications owe",
};

type Counted = Exclude<Standing, "informs">;

/** From left to right: what held, what did not, what is not known. */
const ORDER: readonly Counted[] = [
  "passed",
  "partlyBlocked",
  ...WRONG,
  "blocked",
  "skipped",
  "notOffered",
  "untested",
];

export function scoreCards(scores: Scores): Markup {
  // The keys of an object typed as Scores are the names of scores.
  const entries = (Object.entries(scores) as [keyof Scores, ScoreCounts][])
    .filter(([, { of }]) => of > 0);
  return markup`
<section class="cards" aria-label="Scores">${
    entries.map(([name, it]) => card(name, it))
  }</section>`;
}

function card(name: keyof Scores, counts: ScoreCounts): Markup {
  const parts = ORDER.filter((standing) => counts[standing] > 0);
  return markup`
<article class="card">
<h2>${name}</h2>
<p class="gloss">${MEANING[name]}</p>
<p class="big"><b>${counts.passed}</b> of ${counts.of} passed</p>
${bar(counts, parts)}
<ul class="key">${parts.map((standing) => part(standing, counts[standing]))}</ul>
</article>`;
}

/** Widths in hundredths of the bar; a share too small to see is drawn as wide as a hair. */
function bar(counts: ScoreCounts, parts: readonly Counted[]): Markup {
  let x = 0;
  const segments = parts.map((standing) => {
    const width = counts[standing] / Math.max(1, counts.of) * 100;
    const [from, shown] = [x.toFixed(2), Math.max(0.4, width - 0.5).toFixed(2)];
    x += width;
    return markup`<rect class="s-${standing}" x="${from}" width="${shown}" height="8"/>`;
  });
  return markup`
<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">${segments}</svg>`;
}

function part(standing: Standing, count: number): Markup {
  const word = STANDING_WORDS[standing];
  return markup`<li><i class="s-${standing}"></i><b>${count}</b> ${word}</li>`;
}
