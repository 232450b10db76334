/** What a change has come to, as an answer. */
import type { Outcome } from "../changes.ts";
import { refuse } from "./auctions.ts";
import type { Asked } from "./request.ts";

/** What `shown` shows of it, or 409 with the refusal. */
export function answer<T>(
  asked: Asked,
  outcome: Outcome<T>,
  shown: (value: T) => Readonly<Record<string, unknown>>,
  status: 200 | 201 = 200,
) {
  return outcome.ok
    ? asked.json({ success: true, data: shown(outcome.value) }, status)
    : asked.json(refuse(outcome.refusal, undefined), 409);
}
