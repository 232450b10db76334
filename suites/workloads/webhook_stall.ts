/** Channel events while a webhook endpoint is silent: they must come as fast as before (P-293). */
import { z } from "zod";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame } from "../record/frames.ts";
import { blocked, done, fails, holds, missed, scenarioVerb, type Verb } from "../engine/verb.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { dataText } from "../steps/api.ts";

const stallDelaysNothing = z.strictObject({
  event: z.string().describe("the event that was published before and after"),
  on: z.string().describe("the channel"),
});

/** A median this many times longer than before is a delay, and not noise, where it is also long. */
const SLOWER = 10;
const NOISE_MS = 1000;

/** Milliseconds from each publication, by API or client, to its last delivery; none if it was lost. */
function delays(
  events: readonly Evidence[],
  event: string,
  channel: string,
): { readonly at: number; readonly ms: number | undefined }[] {
  const deliveries = events.filter((e) => isFrame(e, { event, channel }));
  return events.flatMap((sent, at) => {
    const data = publishedData(sent, event, channel);
    if (data === undefined) return [];
    const last = deliveries.findLast((d) => {
      const frame = frameOf(d);
      return frame !== undefined && dataText(frame.data) === data && d.t >= sent.t;
    });
    return [{ at, ms: last && last.t - sent.t }];
  });
}

/** The data of an event as a client sent it or an API call published it. */
function publishedData(sent: Evidence, event: string, channel: string): string | undefined {
  if (sent.kind === "request") {
    const body = readJson(sent.body);
    return isRecord(body) && body.name === event && body.channel === channel
      ? dataText(body.data)
      : undefined;
  }
  if (sent.kind !== "sent") return undefined;
  const frame = frameOf(sent);
  return frame?.event === event && frame.channel === channel ? dataText(frame.data) : undefined;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const shown = (ms: number) => `${ms.toFixed(1)} ms`;

export const WEBHOOK_STALL: readonly Verb[] = [
  scenarioVerb({
    name: "stallDelaysNothing",
    summary:
      "Events, told apart by their data, came as fast after the webhook endpoint fell silent as before.",
    schema: stallDelaysNothing,
    run: async ({ event, on }, attempt) => {
      const channel = attempt.names.of(on);
      const { events } = attempt.log;
      const allCame = () => delays(events, event, channel).every(({ ms }) => ms !== undefined);
      if (!allCame()) {
        await attempt.log.until(allCame, { from: events.length, deadlineMs: attempt.deadlineMs });
      }
      return done([], { channel });
    },
    judge: ({ event }, view) => {
      const channel = String(view.ended.facts?.channel);
      const events = view.events.slice(0, view.end);
      const silence = events.findIndex((e) => e.kind === "webhook" && e.answered === 0);
      if (silence < 0) {
        return blocked("the target sent no webhook that could be left unanswered");
      }
      const all = delays(events, event, channel);
      const before = all.filter(({ at }) => at < silence).flatMap(({ ms }) => ms ?? []);
      const after = all.filter(({ at }) => at > silence);
      if (before.length === 0 || after.length === 0) {
        return blocked(`${event} was not sent both before and after the endpoint fell silent`);
      }
      const quotes = [events[silence]?.seq ?? 0];
      const lost = after.filter(({ ms }) => ms === undefined).length;
      if (lost > 0) {
        return missed(
          `${lost} of ${after.length} ${event} did not come while a webhook waited`,
          quotes,
        );
      }
      const healthy = median(before);
      const stalled = median(after.flatMap(({ ms }) => ms ?? []));
      const figures = `median ${shown(healthy)} before, ${shown(stalled)} while a webhook waited`;
      return stalled > healthy * SLOWER && stalled > healthy + NOISE_MS
        ? fails(figures, quotes)
        : holds(figures, quotes);
    },
  }),
];
