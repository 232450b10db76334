/**
 * The part of a scenario's evidence that shows one failure: nothing after it, and nothing that only
 * this project needed.
 */
import type { Evidence } from "../../suites/record/evidence.ts";
import { frameOf } from "../../suites/record/frames.ts";
import type { CheckResult } from "../../suites/record/verdict.ts";
import { isRecord } from "../../suites/wire/frame.ts";

/** Channels by which scenarios prove that something was not sent. */
const FENCE = /^(private-fence-|fence-|private-whisper-fence)/;

/** What was done and seen up to the failure. */
export function sliceOf(events: readonly Evidence[], { step, quotes }: CheckResult): Evidence[] {
  const quoted = new Set(quotes);
  const shown = events.findLastIndex(({ seq }) => quoted.has(seq));
  const judged = step < 0
    ? -1
    : events.findLastIndex((event) => event.kind === "step-end" && event.step === step);
  const last = Math.max(shown, judged);
  const next = events.findIndex((event, at) => at > last && isAct(event));
  const until = last < 0 ? events : events.slice(0, next < 0 ? events.length : next);
  const fences = new Set<number>();
  for (const event of until) {
    if (event.kind === "request" && isFence(event)) fences.add(event.exchange);
  }
  return until.filter((event) =>
    !isFence(event) && !("exchange" in event && fences.has(event.exchange))
  );
}

/** Something that this end does. */
function isAct(event: Evidence): boolean {
  return event.kind === "sent" || event.kind === "request" || event.kind === "dial" ||
    event.kind === "fault" || (event.kind === "closed" && event.by === "plumbline");
}

function isFence(event: Evidence): boolean {
  if (event.kind === "request") return /"channel":"fence-/.test(event.body);
  const frame = frameOf(event);
  if (!frame) return false;
  const data = frame.data;
  const channel = frame.channel ?? (isRecord(data) ? data.channel : undefined);
  return typeof channel === "string" && FENCE.test(channel);
}
