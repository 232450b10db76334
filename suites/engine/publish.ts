/** Publishing many events where only their arrival matters, not the endpoint. */
import type { Attempt, Exchange } from "./attempt.ts";

/** One event as POST /events and POST /batch_events take it. */
export interface Publication {
  readonly name: string;
  readonly channel: string;
  readonly data: string;
}

/**
 * Publishes events in order, in one call of POST /batch_events; one after the other where the probe
 * found no such endpoint, or one that delivers nothing. Returns the answer to the last call, or the first that was refused.
 */
export async function publishAll(
  events: readonly Publication[],
  attempt: Attempt,
): Promise<Exchange> {
  if (events.length > 1 && takesBatches(attempt)) {
    return await attempt.call({ method: "POST", path: "/batch_events", body: { batch: events } });
  }
  let answer: Exchange | undefined;
  for (const body of events) {
    answer = await attempt.call({ method: "POST", path: "/events", body });
    if (!isAccepted(answer)) break;
  }
  if (!answer) throw new Error("there is nothing to publish");
  return answer;
}

/** Whether the probe found no fault in POST /batch_events. */
export function takesBatches({ probed }: Attempt): boolean {
  const state = probed?.features.batchEvents.state;
  return state !== "absent" && state !== "broken";
}

/** Whether a call was answered and not refused. */
export function isAccepted(answer: Exchange): boolean {
  return answer.kind === "response" && answer.status < 300;
}
