/**
 * Figures: numbers that are computed from what there is and told every few seconds, while somebody
 * listens. What is told is what is read, and it changes when something is done.
 *
 * An event can come late and never early, so that too many of them since the channel was asked for
 * accuse the application however busy a machine is.
 */
import { z } from "zod";
import { delay } from "@std/async";
import { valueAt } from "../../applications/answers.ts";
import { subscribeTo } from "../../applications/subscribe.ts";
import type { Client } from "../../client/client.ts";
import type { Answer } from "../../language/application.ts";
import type { Figure } from "../../language/figure.ts";
import type { Evidence } from "../../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../../record/frames.ts";
import { quote } from "../../record/words.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  blocked,
  broken,
  clientVerb,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Outcome,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import { turnsOf } from "../../engine/view.ts";
import { exchangeIn } from "../../steps/application/acting.ts";
import { why } from "../../steps/application/people.ts";
import { givenFor } from "../../steps/application/resources.ts";
import { isRecord } from "../../wire/frame.ts";

const figure = z.string().describe("the figure, by its name in the application file");
const follows = z.strictObject({ figure, follows: z.null() });
const learns = z.strictObject({
  figure,
  learns: z.null(),
  times: z.number().int().min(1).max(10).default(1).describe("so many events, one after the other"),
  tells: z.string().optional().describe(
    "a number, as it was read last; told within the next three",
  ),
});
const reads = z.strictObject({
  figure,
  reads: z.enum(["shown", "nothing", "quiet"]).describe(
    "shown: its numbers; nothing: it is refused, or has none; quiet: nothing is told while nobody listens",
  ),
  value: z.string().optional().describe("the number that has changed since it was read before"),
  by: z.number().int().optional().describe("by how much"),
});

/** Its numbers, and the version of what was told last. */
interface Numbers {
  readonly values: Readonly<Record<string, number>>;
  readonly version: number;
}

/** What a reading leaves; `later` is one that came three intervals after it. */
interface Facts {
  readonly answer: Answer<Numbers>;
  readonly later?: Answer<Numbers>;
}

function figureNamed(name: string, attempt: Attempt): Figure {
  const found = attempt.application.figures[name];
  if (found === undefined) {
    throw new Error(`the application has no figure ${name}, yet it was planned`);
  }
  return found;
}

function ask(name: string, who: string, attempt: Attempt): Promise<Answer<Numbers>> {
  const { read } = figureNamed(name, attempt);
  return attempt.visitor(who).request(read, givenFor(who, undefined, attempt), (body) => {
    const values: Record<string, number> = {};
    for (const [value, path] of Object.entries(read.values)) {
      const found = valueAt(body, path);
      if (typeof found !== "number") {
        return `${name} promises the number ${value} (at "${path}"), but none is there`;
      }
      values[value] = found;
    }
    return { values, version: Number(valueAt(body, read.version ?? "none")) };
  });
}

/** What was read of a number before. */
function readBefore(name: string, value: string, events: readonly Evidence[]): number | undefined {
  return [...turnsOf(events, 0).values()].flat().flatMap(({ params, view }) => {
    if (!isRecord(params) || params.figure !== name || !("reads" in params)) return [];
    const { answer } = factsOf<Facts>(view);
    return answer.outcome === "accepted" ? answer.value.values[value] ?? [] : [];
  }).at(-1);
}

async function read(
  { figure: name, reads: wanted, value = "", by = 0 }: z.output<typeof reads>,
  who: string,
  attempt: Attempt,
): Promise<Outcome> {
  const everyMs = 1000 * figureNamed(name, attempt).every;
  if (wanted === "quiet") {
    // What was under way when the last one left may still be told.
    await delay(everyMs);
    const answer = await ask(name, who, attempt);
    await delay(3 * everyMs);
    return done([], { answer, later: await ask(name, who, attempt) });
  }
  const expected = (readBefore(name, value, attempt.log.events) ?? NaN) + by;
  const until = performance.now() + attempt.deadlineMs;
  for (let pauseMs = 10;; pauseMs = Math.min(2 * pauseMs, 200)) {
    const answer = await ask(name, who, attempt);
    const isRight = Number.isNaN(expected) || answer.outcome !== "accepted" ||
      answer.value.values[value] === expected;
    if (isRight || performance.now() > until) return done([], { answer });
    await delay(pauseMs);
  }
}

function judgeRead(params: z.output<typeof reads>, view: View): Finding {
  const { figure: name, reads: wanted, value, by = 0 } = params;
  const { answer, later } = factsOf<Facts>(view);
  const exchange = exchangeIn(view.events, answer.exchange);
  const quotes = exchange.map(({ seq }) => seq);
  const seen = exchange.map(quote).join(" → ");
  if (wanted === "nothing") {
    if (answer.outcome === "unknown") return fails(`${name}: ${answer.why}; ${seen}`, quotes);
    return answer.outcome === "accepted"
      ? fails(`${view.who} is shown ${name}; ${seen}`, quotes)
      : holds(seen, quotes);
  }
  if (answer.outcome !== "accepted") return fails(`${name}: ${why(answer)}; ${seen}`, quotes);
  if (later !== undefined) return judgeQuiet(name, answer.value, later);
  if (value === undefined) return holds(seen, quotes);
  const before = readBefore(name, value, view.events.slice(0, view.begin));
  if (before === undefined) return blocked(`${value} was not read before`);
  const now = answer.value.values[value];
  return now === before + by
    ? holds(`${value} was ${before}, and is ${now}; ${seen}`, quotes)
    : fails(`${value} was ${before}, and is ${now} instead of ${before + by}; ${seen}`, quotes);
}

/** One more may have been under way; a second one was begun when nobody listened. */
function judgeQuiet(name: string, before: Numbers, later: Answer<Numbers>): Finding {
  if (later.outcome !== "accepted") return fails(`${name}: ${why(later)}`);
  const [first, last] = [before.version, later.value.version];
  if (Number.isNaN(first) || Number.isNaN(last)) return blocked(`${name} says no version`);
  return last - first >= 2
    ? fails(`nobody listens, and ${name} went from version ${first} to ${last}`)
    : holds(`nobody listens, and ${name} is at version ${last}`);
}

async function learn(
  { figure: name, times, tells }: z.output<typeof learns>,
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const declared = figureNamed(name, attempt);
  const { event, every } = declared;
  const expected = tells === undefined ? undefined : readBefore(name, tells, attempt.log.events);
  const took: number[] = [];
  const from = attempt.log.events.length;
  // The first may have been computed before what was done, and the second on its way.
  for (let at = 0; at < (tells === undefined ? times : 3); at++) {
    const frame = await client.until(
      (one) =>
        isFrame(one, { event: event.name, channel: event.channel }) && one.seq >= from &&
        !took.includes(one.seq) && !attempt.taken.has(one.seq),
      1500 * every + attempt.deadlineMs,
    );
    if (frame === undefined) break;
    took.push(frame.seq);
    if (tells !== undefined && numberIn(frame, declared, tells) === expected) break;
  }
  return done(took, { declared, expected });
}

const numberIn = (frame: Evidence, { event }: Figure, value: string): unknown =>
  valueAt(frameOf(frame)?.decoded, event.values[value] ?? "");

function judgeLearnt({ figure: name, times, tells }: z.output<typeof learns>, view: View): Finding {
  const { declared, expected } = factsOf<{ declared: Figure; expected?: number }>(view);
  const { took } = view.ended;
  const last = view.events.find(({ seq }) => seq === took.at(-1));
  if (last === undefined || (tells === undefined && took.length < times)) {
    return fails(
      `expected ${declared.event.name} every ${declared.every} s, and ${took.length} came of ${times}`,
      took,
    );
  }
  if (tells !== undefined) {
    const found = numberIn(last, declared, tells);
    return found === expected
      ? holds(quote(last), [last.seq])
      : fails(`${tells} was read as ${expected}, and ${found} is told; ${quote(last)}`, took);
  }
  return tooOften(name, declared, last, view) ?? holds(quote(last), took);
}

/** More events since the channel was asked for than the interval lets come. */
function tooOften(
  name: string,
  { event, every }: Figure,
  last: Evidence,
  { who, events }: View,
): Finding | undefined {
  const asked = [...turnsOf(events, 0).values()].flat().findLast(({ params, view }) =>
    isRecord(params) && params.figure === name && "follows" in params && view.who === who &&
    view.begin < events.indexOf(last)
  );
  const since = asked && events[asked.view.begin];
  if (since === undefined) return undefined;
  const came = events.filter((one) =>
    isOf(who, one) && isFrame(one, { event: event.name, channel: event.channel }) &&
    one.seq > since.seq && one.seq <= last.seq
  );
  const seconds = (last.t - since.t) / 1000;
  // A clock that goes by timers may be a little ahead.
  return came.length > seconds / (0.9 * every) + 1
    ? fails(
      `${came.length} of ${event.name} came in ${
        seconds.toFixed(1)
      } s, and one every ${every} s was expected`,
      came.map(({ seq }) => seq),
    )
    : undefined;
}

export const FIGURE: readonly Verb[] = [
  clientVerb({
    name: "follows",
    form: "figure",
    summary: "Subscribes to the channel on which a figure of the application file is told.",
    schema: follows,
    run: async ({ figure }, client, attempt) => {
      const { channel } = figureNamed(figure, attempt).event;
      const refused = await subscribeTo(channel, client, attempt);
      return refused === undefined ? done([], { channel }) : broken(refused);
    },
  }),
  clientVerb({
    name: "learns",
    form: "figure",
    summary: "Is told a figure, as often as its file says, and as it was read.",
    schema: learns,
    run: learn,
    judge: judgeLearnt,
  }),
  clientVerb({
    name: "reads",
    form: "figure",
    summary: "Reads a figure from the application: its numbers, and by how much one has changed.",
    schema: reads,
    run: (params, { name }, attempt) => read(params, name, attempt),
    judge: judgeRead,
  }),
];
