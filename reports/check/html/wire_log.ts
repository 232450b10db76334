/**
 * The wire log of a scenario, cut to what can be read: its beginning, its end, and every line that
 * a check quotes. What is left out is said.
 */
import { bytes, counting } from "../../../suites/record/numbers.ts";
import type { Evidence, EvidenceOf } from "../../../suites/record/evidence.ts";
import type { CaseView } from "../../../suites/record/check/read.ts";
import { shortened } from "../../../suites/record/visible.ts";
import { type WireLine, wireLine } from "../../../suites/record/words.ts";
import { type Markup, markup } from "../../kit/markup.ts";

/** Lines shown from the beginning and from the end. */
const FIRST = 200;
const LAST = 100;
/** Characters of a payload shown at once, and shown at all. */
const GLANCE = 220;
const WHOLE = 2000;

/** The log of a scenario; nothing where nothing was recorded. */
export function wireLog(of: CaseView): Markup | false {
  const quoted = quotedBy(of);
  const start = of.evidence[0]?.t ?? 0;
  const rows = selected(of.evidence, quoted, FIRST, LAST).map((part) => {
    if (typeof part === "number") return gapRow(part);
    if (part.kind === "step-begin" && part.step >= 0) return stepRow(of, part);
    return eventRow(wireLine(part, start), quoted.has(part.seq));
  });
  const total = counting(of.evidence.length, "event");
  return rows.length > 0 && markup`
<h4>Wire log <span>${total}; milliseconds from the first</span></h4>
${table(rows, "Wire log")}`;
}

/** A log of events that belong to no scenario; times are the run's. */
export function plainLog(events: readonly Evidence[]): Markup {
  const rows = selected(events, new Set(), FIRST, LAST).map((part) =>
    typeof part === "number" ? gapRow(part) : eventRow(wireLine(part, 0), false)
  );
  return table(rows, "Events outside the scenarios");
}

/** The id of a quoted row, for links to it. */
export function rowId(seq: number): string {
  return `event-${seq}`;
}

/** Sequence numbers that some check of the scenario points at. */
export function quotedBy(of: CaseView): Set<number> {
  return new Set(of.result?.checks.flatMap((check) => check.quotes));
}

/** The events to show, in order, with the number of those left out where they were. */
export function selected(
  events: readonly Evidence[],
  quoted: ReadonlySet<number>,
  first: number,
  last: number,
): (Evidence | number)[] {
  const parts: (Evidence | number)[] = [];
  let left = 0;
  events.filter(tells).forEach((event, index, { length }) => {
    if (index >= first && index < length - last && !quoted.has(event.seq)) {
      left += 1;
      return;
    }
    if (left > 0) parts.push(left);
    left = 0;
    parts.push(event);
  });
  return left > 0 ? [...parts, left] : parts;
}

/** A step that ended as it should adds nothing to the log of what it did. */
function tells(event: Evidence): boolean {
  return event.kind !== "step-end" || event.outcome !== "done";
}

function table(rows: readonly Markup[], name: string): Markup {
  return markup`
<div class="wire" role="region" tabindex="0" aria-label="${name}"><table><tbody>${rows}
</tbody></table></div>`;
}

function gapRow(left: number): Markup {
  return markup`
<tr class="gap"><td colspan="4">${counting(left, "event")} not shown</td></tr>`;
}

function stepRow(of: CaseView, { step, who }: EvidenceOf<"step-begin">): Markup {
  const written = of.attempt.steps[step]?.text ?? "";
  // A step for every client names none of them; the log says whose turn this is.
  const text = written.includes(who) ? written : `${who}: ${written}`;
  return markup`
<tr class="step"><td colspan="4"><span>${step + 1}</span> <code>${text}</code></td></tr>`;
}

const ARROWS: Readonly<Record<WireLine["way"], Markup>> = {
  out: markup`<td class="way" aria-label="to the target">→</td>`,
  in: markup`<td class="way" aria-label="from the target">←</td>`,
  none: markup`<td class="way">·</td>`,
};

function eventRow(line: WireLine, isQuoted: boolean): Markup {
  const id = isQuoted && markup` id="${rowId(line.seq)}"`;
  const name = isQuoted ? `${line.way} quoted` : line.way;
  const what = line.what !== "" &&
    markup`<span class="event">${shortened(line.what, GLANCE)}</span> `;
  return markup`
<tr${id} class="${name}"><td class="t">+${line.offset.toFixed(1)}</td>
<td class="who">${line.who}</td>${ARROWS[line.way]}<td>${what}${payload(line)}</td></tr>`;
}

/** The payload, folded where it is long and cut where it is very long. */
function payload({ payload: text, bytes: length }: WireLine): Markup | false {
  if (text === "") return false;
  const whole = Math.max(length ?? 0, text.length);
  if (text.length <= GLANCE) {
    // The recorder cuts long payloads; a size far above what is shown says that it did.
    const cut = whole > text.length * 4 && markup` <span class="size">of ${bytes(whole)}</span>`;
    return markup`<code>${text}</code>${cut}`;
  }
  const note = text.length > WHOLE ? `first 2 kB of ${bytes(whole)}` : bytes(whole);
  return markup`<details class="fold"><summary><code>${shortened(text, GLANCE)}</code>
<span class="size">${note}</span></summary><code>${shortened(text, WHOLE)}</code></details>`;
}
