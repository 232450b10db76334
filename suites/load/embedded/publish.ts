/** Publishing at the plan's pace: through the HTTP API, or by asking an application. */
import { prefixOf } from "../../engine/signed_request.ts";
import { bodyMd5, signRequest } from "../../wire/signature.ts";
import { type HttpLane, openLane } from "../../wire/http.ts";
import type { LoadPlan } from "../../record/load/plan.ts";
import { ANSWER_MS } from "./application.ts";
import { type Nanos, now } from "./clock.ts";
import type { Outcome, Publication } from "./ledger.ts";
import { pace } from "./pace.ts";
import { filledIn, payload } from "./payload.ts";
import type { Run } from "./run.ts";

type Publisher = LoadPlan["publishers"][number];

/**
 * Bounds the requests without an answer: a server that has stopped answering must not take this
 * process with it. Those beyond wait, and their latencies go on counting.
 */
const IN_FLIGHT = 4096;
/** Of a refusal, how much is told. */
const BODY_TOLD = 200;

/** Runs every publisher; resolves when the last turn of each has been sent. */
export async function publish(
  run: Run,
  starts: readonly Nanos[],
  signal: AbortSignal,
): Promise<void> {
  const { plan } = run;
  // As many connections as there are requests on their way: a slow answer delays no other event.
  const lane = openLane(
    new URL(plan.target.api),
    plan.target.ca === undefined ? {} : { ca: plan.target.ca },
    IN_FLIGHT,
  );
  run.over.addEventListener("abort", () => lane.close());
  await Promise.all(plan.publishers.map((publisher, number) => {
    const { request, batch, perSecond } = publisher;
    if (request) {
      return pace(plan.phases, starts, perSecond, signal, (turn, phase, intended) => {
        const [event] = issue(run, { ...publisher, batch: 1 }, number, turn, phase + 1, intended);
        if (event) void ask(run, request, run.asked.note(number, event), event);
      });
    }
    return pace(plan.phases, starts, perSecond / (batch ?? 1), signal, (turn, phase, intended) => {
      const events = issue(run, publisher, number, turn, phase + 1, intended);
      void send(run, lane, publisher, events, intended);
    });
  }));
}

/** Enters the events of one turn. */
function issue(
  run: Run,
  { channels, batch = 1 }: Publisher,
  number: number,
  turn: number,
  phase: number,
  intended: Nanos,
): Publication[] {
  return Array.from({ length: batch }, (_, n) => {
    const channel = channels[(turn * batch + n) % channels.length] ?? 0;
    const stream = run.streams.published(number, channel);
    return run.ledger.issue({ stream, channel, phase, intended, whisper: false });
  });
}

/** Publishes the events of one turn in one request. */
async function send(
  run: Run,
  lane: HttpLane,
  publisher: Publisher,
  events: readonly Publication[],
  intended: Nanos,
): Promise<void> {
  const body = bodyOf(run, publisher, events);
  const path = `/apps/${run.plan.target.appId}/${
    (publisher.batch ?? 1) > 1 ? "batch_events" : "events"
  }`;
  const request = {
    method: "POST",
    // A prefix that a proxy takes away goes on the wire and is not signed.
    target: `${prefixOf(run.plan.target.api)}${path}?${query(run, path, body)}`,
    headers: { "content-type": "application/json" },
    body,
  };
  const answered = lane.send(request, ANSWER_MS);
  run.sendLag.record(now() - intended);
  let outcome: Outcome = "accepted";
  try {
    const { status, body } = await answered;
    if (status !== 200) {
      outcome = "refused";
      run.troubles.note("publish", `HTTP ${status} ${JSON.stringify(body.slice(0, BODY_TOLD))}`);
    }
  } catch (error) {
    outcome = "unknown";
    if (!run.over.aborted) run.troubles.note("publish", error);
  }
  for (const event of events) run.ledger.answer(event, outcome);
  const [first] = events;
  if (outcome === "accepted" && first) {
    run.tallyOf(first.phase).record("answer", now() - intended);
  }
}

/** Has the application publish one event, the one with this number. */
async function ask(
  run: Run,
  request: NonNullable<Publisher["request"]>,
  number: number,
  event: Publication,
): Promise<void> {
  const answered = run.application.ask(request, number, IN_FLIGHT);
  run.sendLag.record(now() - event.intended);
  const { outcome, said } = await answered;
  run.ledger.answer(event, outcome);
  if (outcome === "accepted") run.tallyOf(event.phase).record("answer", now() - event.intended);
  else if (!run.over.aborted) run.troubles.note("publish", said);
}

function bodyOf(
  run: Run,
  { event: name, bytes, template, batch = 1 }: Publisher,
  events: readonly Publication[],
): string {
  const dataOf = (event: Publication) =>
    template === undefined ? payload(event, bytes) : filledIn(event, template);
  const list = events.map((event) => ({
    name,
    data: run.sealing.seal(event.channel, dataOf(event)),
    channel: run.plan.channels[event.channel],
  }));
  if (batch > 1) return JSON.stringify({ batch: list });
  return JSON.stringify(
    list.map(({ name, data, channel }) => ({ name, data, channels: [channel] }))[0],
  );
}

function query(run: Run, path: string, body: string): string {
  const fields = {
    auth_key: run.credentials.key,
    // The wall clock's, as the protocol wants it.
    auth_timestamp: String(Math.floor(Date.now() / 1000)),
    auth_version: "1.0",
    body_md5: bodyMd5(body),
  };
  const auth_signature = signRequest(run.credentials.secret, "POST", path, fields);
  return new URLSearchParams({ ...fields, auth_signature }).toString();
}
