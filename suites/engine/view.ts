/** One turn of one step, cut out of a case's evidence for its judge. */
import type { View } from "./verb.ts";
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import { isRecord } from "../wire/frame.ts";

export interface Turn {
  readonly params: unknown;
  readonly view: View;
}

/** Every event that a step waited for and got, fences included. */
export function takenBy(events: readonly Evidence[]): ReadonlySet<number> {
  const taken = new Set<number>();
  for (const event of events) {
    if (event.kind === "step-end") { for (const seq of event.took) taken.add(seq); }
  }
  return taken;
}

/**
 * The turn of the step that has just ended, while the scenario goes on. `taken` is what was taken so
 * far: gathering it anew after every step would make long scenarios slow.
 */
export function lastTurn(
  events: readonly Evidence[],
  turn: number,
  taken: ReadonlySet<number>,
  clockOffsetMs: number,
): Turn | undefined {
  const end = events.findLastIndex((event) => event.kind === "step-end" && event.turn === turn);
  const begin = events.findLastIndex((event) => event.kind === "step-begin" && event.turn === turn);
  const [began, ended] = [events[begin], events[end]];
  if (began?.kind !== "step-begin" || ended?.kind !== "step-end") return undefined;
  return {
    params: began.params,
    view: { who: began.who, events, begin, end, ended, taken, clockOffsetMs },
  };
}

/** The turns of every step that began and ended, by step index. */
export function turnsOf(events: readonly Evidence[], clockOffsetMs: number): Map<number, Turn[]> {
  const taken = takenBy(events);
  const open = new Map<number, { index: number; began: EvidenceOf<"step-begin"> }>();
  const turns = new Map<number, Turn[]>();
  for (const [index, event] of events.entries()) {
    if (event.kind === "step-begin") open.set(event.turn, { index, began: event });
    if (event.kind !== "step-end") continue;
    const start = open.get(event.turn);
    if (!start) continue;
    const { began } = start;
    const view: View = {
      who: began.who,
      events,
      begin: start.index,
      end: index,
      ended: event,
      taken,
      clockOffsetMs,
    };
    const list = turns.get(began.step) ?? [];
    list.push({ params: began.params, view });
    turns.set(began.step, list);
  }
  return turns;
}

/** Whether the client last opened a connection with a key of the scenario's own: one that no app has. */
export function usesUnknownKey({ events, begin, who }: View): boolean {
  const opened = events.slice(0, begin).findLast((event) =>
    event.kind === "step-begin" && event.who === who && isRecord(event.params) &&
    ("opens" in event.params || "connects" in event.params)
  );
  return opened?.kind === "step-begin" && isRecord(opened.params) && "key" in opened.params;
}
