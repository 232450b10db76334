/** What was done to the target, in words: who connected, what was published, for how long. */
import { duration, significant, whole } from "../../../suites/record/numbers.ts";
import type { LoadPlan } from "../../../suites/record/load/plan.ts";
import { type Markup, markup } from "../../kit/markup.ts";
import type { Run } from "./run.ts";

type Clients = LoadPlan["clients"][number];
type Publisher = LoadPlan["publishers"][number];
type Phase = LoadPlan["phases"][number];

/** The load of each run, once where it was the same. */
export function load(runs: readonly Run[]): Markup {
  const byOutline = Map.groupBy(runs, ({ report }) => outline(report.load.plan).join("\n"));
  const lists = [...byOutline].map(([text, of]) =>
    markup`
${byOutline.size > 1 && markup`<h3>${of.map(({ label }) => label).join("; ")}</h3>`}
<ul>${text.split("\n").map((line) => markup`<li>${line}</li>`)}</ul>`
  );
  return markup`
<section class="plan" aria-labelledby="load">
<div class="section-head"><h2 id="load">Load</h2></div>
${lists}
</section>`;
}

function outline(plan: LoadPlan): string[] {
  const lines = [
    ...plan.clients.map((group) => clients(group)),
    ...plan.publishers.map(publisher),
    plan.phases.map(phase).join(", then "),
    `Events may arrive up to ${duration(plan.settleMs)} after their instant`,
    ...(plan.reconnect
      ? [`Clients that lose their connection reconnect after ${duration(plan.reconnect.afterMs)}`]
      : []),
  ];
  return lines.map((line) => line.replaceAll("\n", " "));
}

function clients(
  { name, count, perSecond, channels, whispers, slow, visits, authorize }: Clients,
): string {
  const distinct = new Set(channels.flat()).size;
  const each = Math.max(0, ...channels.map((of) => of.length));
  const joins = distinct === 0
    ? "subscribed to nothing"
    : distinct === 1
    ? "all on one channel"
    : `each on ${each === 1 ? "one" : whole(each)} of ${whole(distinct)} channels`;
  return [
    `${whole(count)} ${name}, ${significant(perSecond)} dialed a second, ${joins}`,
    whispers &&
    `each sends ${
      significant(whispers.perSecond)
    } client events a second of ${whispers.bytes} bytes`,
    authorize && "the application signs for what they subscribe to",
    slow && `stops reading for ${duration(slow.pauseMs)} every ${duration(slow.everyMs)}`,
    visits &&
    `leaves after ${duration(visits.stayMs)} and returns ${duration(visits.awayMs)} later`,
  ].filter((part) => part !== undefined).join("; ");
}

function publisher({ event, perSecond, channels, bytes, batch, request }: Publisher): string {
  if (request) {
    return `${event}: the application is asked for ${
      significant(perSecond)
    } a second, on one channel`;
  }
  const to = channels.length === 1 ? "one channel" : `${whole(channels.length)} channels in turn`;
  const how = batch === undefined ? "" : `, ${whole(batch)} a request`;
  return `${event}: ${significant(perSecond)} a second to ${to}, ${whole(bytes)} bytes${how}`;
}

function phase({ name, seconds, rate, measured, drop }: Phase): string {
  const notes = [
    rate !== 1 && `${significant(rate)} times the rate`,
    drop !== undefined && `${whole(drop * 100)}% of the clients cut off as it begins`,
    !measured && "not measured",
  ].filter((note) => note !== false);
  return `${name} ${duration(seconds * 1000)}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}`;
}
