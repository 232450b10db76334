/** What is made of pages that kept up: were they right, did they ever go back, how long did it take. Pure. */
import { quantile } from "simple-statistics";
import type { Evidence, EvidenceOf } from "../../record/evidence.ts";
import { quote } from "../../record/words.ts";
import { blocked, factsOf, fails, type Finding, holds, type View } from "../../engine/verb.ts";

/** What a page noted of itself. */
export function notes(
  events: readonly Evidence[],
  who: string,
  what?: string,
): EvidenceOf<"page">[] {
  return events.filter((event): event is EvidenceOf<"page"> & Evidence =>
    event.kind === "page" && event.who === who && (what === undefined || event.event === what)
  );
}

/** What a page knows beside what the application says. */
export interface Compared {
  readonly state: { readonly version: number; readonly values: Record<string, unknown> };
  readonly view: { readonly version: number; readonly values: Record<string, unknown> };
}

/** What the page knows is what the application says. */
export function judgeConsistent(view: View): Finding {
  const { state, view: known } = factsOf<Compared>(view);
  const params = notes(view.events.slice(0, view.end), view.who);
  const quotes = params.slice(-6).map(({ seq }) => seq);
  const attempt = params.slice(-6).map(quote).join(" · ");
  if (known.version !== state.version) {
    return fails(
      `${view.who} knows version ${known.version}, and the application is at ${state.version}; ${attempt}`,
      quotes,
    );
  }
  const wrong = Object.entries(state.values).find(([name, value]) =>
    name in known.values && JSON.stringify(known.values[name]) !== JSON.stringify(value)
  );
  return wrong === undefined
    ? holds(`${view.who} knows version ${known.version}${timesOf(params)}`, quotes)
    : fails(
      `${view.who} takes ${wrong[0]} for ${JSON.stringify(known.values[wrong[0]])}, and it is ${
        JSON.stringify(wrong[1])
      }; ${attempt}`,
      quotes,
    );
}

/** How long it took from the last cut to being connected, subscribed and consistent. */
function timesOf(params: readonly Evidence[]): string {
  const times = recoveryOf(params);
  return times === undefined
    ? ""
    : `; back after ${times.subscribed.toFixed(0)} ms, right after ${
      times.consistent.toFixed(0)
    } ms`;
}

export function recoveryOf(params: readonly Evidence[]) {
  const at = (what: string, from: number) =>
    params.find((event) => event.kind === "page" && event.event === what && event.t >= from)?.t;
  const lost = params.findLast((event) =>
    event.kind === "page" && event.event === "connection lost"
  )
    ?.t;
  if (lost === undefined) return undefined;
  const subscribed = at("subscribed again", lost);
  const fetched = subscribed === undefined ? undefined : at("state fetched", subscribed);
  if (subscribed === undefined || fetched === undefined) return undefined;
  return { subscribed: subscribed - lost, consistent: fetched - lost };
}

/** Whatever came late or twice, what was known only rose, and each event was applied once. */
export function judgeNeverWentBack(view: View): Finding {
  let known = -1;
  const applied = new Set<string>();
  const arrived = notes(view.events, view.who).filter(({ event }) =>
    event === "event arrived" || event === "state fetched"
  );
  for (const note of arrived) {
    const data = note.data as { happened: string; version: number; known: number; id?: string };
    if (data.known < known) {
      return fails(`${view.who} went back from ${known} to ${data.known}`, [note.seq]);
    }
    known = data.known;
    if (note.event === "event arrived" && data.happened !== "discarded" && data.id !== undefined) {
      if (applied.has(data.id)) return fails(`event ${data.id} was applied twice`, [note.seq]);
      applied.add(data.id);
    }
  }
  const discarded =
    arrived.filter(({ data }) => (data as { happened: string }).happened === "discarded").length;
  return arrived.length === 0
    ? blocked(`${view.who} was told nothing`)
    : holds(`${arrived.length} arrivals, ${discarded} of them discarded`);
}

/** All who were cut came back, and in what time. */
export function judgeTimes(view: View): Finding {
  const { times, cut } = factsOf<{
    times: ({ subscribed: number; consistent: number } | null)[];
    cut: number;
  }>(view);
  const back = times.filter((one) => one !== null && one !== undefined);
  const of = (pick: "subscribed" | "consistent") => {
    const took = back.map((one) => one[pick]);
    if (took.length === 0) return "–";
    return [0.5, 0.95, 0.99].map((share) => quantile(took, share).toFixed(0)).join(" / ");
  };
  const message = `${back.length} of ${cut} came back; p50 / p95 / p99 until subscribed ${
    of("subscribed")
  } ms, until right ${of("consistent")} ms`;
  return back.length === cut ? holds(message) : fails(message);
}
