/** What the run was to achieve, and what it did. */
import { type Content, type Markup, markup } from "../../kit/markup.ts";
import type { LoadReport } from "../../../suites/record/load/report.ts";
import type { Run } from "./run.ts";
import { table } from "../../kit/table.ts";

type Objective = LoadReport["load"]["objectives"][number];

const TONES: Readonly<Record<Objective["verdict"], string>> = {
  met: "pass",
  missed: "fail",
  unknown: "warn",
};

export function objectives(runs: readonly Run[]): Markup | false {
  const texts = new Set(
    runs.flatMap(({ report }) => report.load.objectives.map(({ text }) => text)),
  );
  const head = runs.length > 1
    ? ["Objective", ...runs.map(({ label }) => label)]
    : ["Objective", "Measured", "Verdict"];
  const rows = [...texts].map((text) => [markup`<code>${text}</code>`, ...cells(runs, text)]);
  return texts.size > 0 && markup`
<section aria-labelledby="objectives">
<div class="section-head"><h2 id="objectives">Objectives</h2></div>
${table(head, rows)}
</section>`;
}

function cells(runs: readonly Run[], text: string): Content[] {
  const found = runs.map(({ report }) => report.load.objectives.find((it) => it.text === text));
  if (runs.length > 1) {
    return found.map((it) => it ? markup`${it.measured ?? "–"} ${word(it)}` : "–");
  }
  return found.flatMap((it) => it ? [it.measured ?? "–", word(it)] : []);
}

function word({ verdict }: Objective): Markup {
  return markup`<span class="word ${TONES[verdict]}">${verdict}</span>`;
}
