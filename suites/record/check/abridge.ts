/** Keeping a flood out of the record: what a scenario says first is kept whole, what follows is cut. */
import type { Evidence } from "../evidence.ts";

/** Characters of long texts that are kept of one scenario. */
const WHOLE = 1_000_000;
/** Characters that are left of a long text after that; shorter ones are never cut. */
const CUT = 1000;

/** Cuts events for the record, in the order they happened; judges have seen them whole. */
export function abridging(): (event: Evidence) => Evidence {
  const kept = new Map<string, number>();
  return (event) => {
    const text = "text" in event ? event.text : "body" in event ? event.body : undefined;
    if (text === undefined || text.length <= CUT) return event;
    const total = (kept.get(event.case) ?? 0) + text.length;
    kept.set(event.case, total);
    if (total <= WHOLE) return event;
    const cut = `${text.slice(0, CUT)}… (${text.length - CUT} more characters)`;
    return "text" in event ? { ...event, text: cut } : { ...event, body: cut };
  };
}
