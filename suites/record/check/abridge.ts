/** Keeping a flood out of the record: what a scenario says first is kept whole, what follows is cut. */
import type { Evidence } from "../evidence.ts";
import { beginning } from "../beginning.ts";

/** Characters of long texts that are kept of one scenario, and of all together. */
const WHOLE = 1_000_000;
const WHOLE_OF_A_RUN = 24_000_000;
/** Characters that are left of a long text after that; shorter ones are never cut. */
const CUT = 1000;

/** Cuts events for the record, in the order they happened; judges have seen them whole. */
export function abridging(mask: (text: string) => string): (event: Evidence) => Evidence {
  const kept = new Map<string, number>();
  let ofAll = 0;
  return (event) => {
    const text = "text" in event ? event.text : "body" in event ? event.body : undefined;
    if (text === undefined || text.length <= CUT) return event;
    // What cannot be seen takes six characters each.
    const written = JSON.stringify(text).length - 2;
    const total = (kept.get(event.case) ?? 0) + written;
    kept.set(event.case, total);
    if (total <= WHOLE && ofAll + written <= WHOLE_OF_A_RUN) {
      ofAll += written;
      return event;
    }
    // Masked first: of a secret that is cut, no form is left to be found.
    const cut = `${beginning(mask(text.slice(0, 2 * CUT)), CUT)}… (${
      text.length - CUT
    } more characters)`;
    return "text" in event ? { ...event, text: cut } : { ...event, body: cut };
  };
}
