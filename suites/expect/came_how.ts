/**
 * By which kind of request an event was published that a step waited for. What several events or
 * channels of one request stand on is shown by all but the first: a server that cares for no more
 * than the first publishes that one as it publishes any.
 */
import type { View } from "../engine/verb.ts";
import type { EvidenceOf } from "../record/evidence.ts";
import { frameOf } from "../record/frames.ts";
import { isRecord, readJson } from "../wire/frame.ts";

/** What the arrival of `event` stands on besides: P-252 in a batch, P-241 where several channels got it. */
export function cameHow(event: string, channel: string | undefined, view: View): string[] {
  const request = lastPublishing(view);
  const body = readJson(request?.body ?? "");
  if (!request || !isRecord(body)) return [];
  const taken = view.events.find(({ seq }) => seq === view.ended.took[0]);
  const frame = taken?.kind === "received" ? frameOf(taken) : undefined;
  if (isBatch(request)) {
    const [first] = Array.isArray(body.batch) ? body.batch : [];
    const isFirst = isRecord(first) && first.name === event && first.data === frame?.data &&
      first.channel === frame?.channel;
    return isFirst ? [] : ["P-252"];
  }
  const channels = Array.isArray(body.channels) ? body.channels : [];
  const at = frame?.channel ?? channels.find((one) => String(one).startsWith(channel ?? ""));
  const isAmong = body.name === event && channels.length > 1 && channels.includes(at);
  return isAmong && (frame === undefined || channels[0] !== at) ? ["P-241"] : [];
}

/** Whether the last that was published before the step went by POST /batch_events. */
export function cameByBatch(view: View): boolean {
  const request = lastPublishing(view);
  return request !== undefined && isBatch(request);
}

const isBatch = ({ path }: EvidenceOf<"request">) => /\/batch_events(?:\?|$)/.test(path);

/** The last request before the end of the step that published something. */
function lastPublishing({ events, end }: View): EvidenceOf<"request"> | undefined {
  for (let index = end - 1; index >= 0; index--) {
    const event = events[index];
    // A fence is published by itself, whatever was sent before it.
    if (event?.kind !== "request" || event.body.includes('"fence-')) continue;
    if (/\/(batch_)?events(?:\?|$)/.test(event.path)) return event;
  }
  return undefined;
}
