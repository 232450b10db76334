/**
 * Many who ask for transitions of one declared resource at one instant: some order of what they
 * asked, by the machine of the application file, has to explain every answer and the state after.
 */
import { z } from "zod";
import { clientName } from "../../language/client_name.ts";
import type { Answer, ResourceAnswer } from "../../language/application.ts";
import type { Resource } from "../../language/resource.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  blocked,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Outcome,
  scenarioVerb,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import type { Evidence } from "../../record/evidence.ts";
import { type Answered, type Operation, overlap, timeline } from "../races/history.ts";
import { judgeHistory } from "../races/linearizable.ts";
import { type Before, resourceModel } from "../races/resource_model.ts";
import { quote } from "../../record/words.ts";
import { leastOf } from "../../steps/application/resource_moves.ts";
import {
  failsUnread,
  givenFor,
  resourceNamed,
  unread,
  unreadPremises,
} from "../../steps/application/resources.ts";
import { exchangeIn } from "../../steps/application/acting.ts";
import { why } from "../../steps/application/people.ts";
import { isTurnedAway } from "./happened.ts";

const races = z.strictObject({
  resource: z.string().describe("the resource, by its name in the application file"),
  of: z.string().describe("its id"),
  among: z.array(z.strictObject({
    who: clientName("a client or a group; each asks"),
    asks: z.string().describe("for this transition"),
    times: z.number().int().min(1).max(50).default(1).describe("each asks so many times at once"),
    sameKey: z.boolean().default(false).describe(
      "true: all that one asks is one request, sent again with its key",
    ),
  })).min(1).describe("who races, and for what"),
  reader: clientName("a client who reads it before and after"),
});
type Races = z.output<typeof races>;

/** What the race leaves for its judge, and for whoever asks later what has happened. */
export interface RaceOf {
  readonly declared: Resource;
  readonly reader: string;
  readonly before: ResourceAnswer;
  readonly started: readonly {
    readonly who: string;
    readonly asks: string;
    readonly answer: Answer<ResourceAnswer>;
    readonly key?: string;
    readonly amount?: number;
  }[];
  readonly after: Answer<ResourceAnswer>;
  /** What the first of them is told who asks once more, alone, where nobody was agreed to. */
  readonly alone?: {
    readonly who: string;
    readonly asks: string;
    readonly answer: Answer<ResourceAnswer>;
  };
}

/** What is asked: each with a key of its own, amounts from the least upwards, two of each, mixed. */
function startsOf(
  { of: id, among }: Races,
  declared: Resource,
  before: ResourceAnswer,
  attempt: Attempt,
) {
  const pick = attempt.random("amounts");
  return among.flatMap(({ who, asks, times, sameKey }) => {
    const { sets, key: hasKey } = declared.transitions[asks] ?? {};
    const least = leastOf(declared, asks, before);
    const step = declared.quantities[sets ?? ""]?.rises ?? 0;
    const clients = attempt.clients(who);
    const amounts = Array.from(
      { length: clients.length * times },
      (_, at) =>
        least === undefined ? undefined : least + (sameKey ? 0 : Math.floor(at / 2) * step),
    );
    return clients.flatMap(({ name }) => {
      const same = givenFor(name, id, attempt).key;
      return Array.from({ length: times }, () => {
        const [amount] = amounts.splice(pick(amounts.length), 1);
        const own = givenFor(name, id, attempt);
        const given = { ...own, amount: amount ?? null, ...(sameKey ? { key: same } : {}) };
        return {
          who: name,
          asks,
          given,
          ...(hasKey === undefined ? {} : { key: String(given.key) }),
          ...(amount === undefined ? {} : { amount }),
        };
      });
    });
  });
}

async function run(params: Races, attempt: Attempt): Promise<Outcome> {
  const { resource, of: id, reader } = params;
  const read = () =>
    attempt.visitor(reader).ask({ resource, part: "read" }, givenFor(reader, id, attempt));
  const before = await read();
  if (before.outcome !== "accepted") {
    return unread(`it could not be read: ${why(before)}`, resource, before);
  }
  const declared = resourceNamed(resource, attempt);
  const starts = startsOf(params, declared, before.value, attempt);
  // Connections are opened beforehand: what is raced is the application, not the making of them.
  const own = Map.groupBy(starts, ({ who }) => who);
  await Promise.all([...own].map(([who, those]) => attempt.visitor(who).warmUp(those.length)));
  const answers = await Promise.all(
    starts.map(({ who, asks, given }) =>
      attempt.visitor(who).ask({ resource, transition: asks }, given)
    ),
  );
  const started = starts.map(({ given: _, ...start }, at) => ({ ...start, answer: answers[at] }));
  const after = await read();
  // Whoever offered most, alone: he is the likeliest to be agreed to.
  const first = starts.toSorted((a, b) => (b.amount ?? 0) - (a.amount ?? 0))[0];
  const isRefused = answers.every((answer) =>
    answer.outcome === "refused" && !isTurnedAway(answer)
  );
  const alone = first !== undefined && isRefused
    ? {
      who: first.who,
      asks: first.asks,
      answer: await attempt.visitor(first.who).ask(
        { resource, transition: first.asks },
        first.given,
      ),
    }
    : undefined;
  const agreed = started.filter(({ answer }) => answer?.outcome === "accepted");
  return done([], {
    declared,
    reader,
    before: before.value,
    started,
    after,
    ...(alone === undefined ? {} : { alone }),
    fitted: [`${resource}.read`, ...new Set(agreed.map(({ asks }) => `${resource}.${asks}`))],
  });
}

/** What was read, as far as the machine knows of it. */
function seen(answer: ResourceAnswer, { quantities }: Resource): Partial<Before> {
  const counts = Object.keys(quantities).filter((name) => name in answer)
    .map((name) => [name, Number(answer[name])]);
  return {
    ...(answer.state === undefined ? {} : { status: String(answer.state) }),
    ...(counts.length === 0 ? {} : { quantities: Object.fromEntries(counts) }),
  };
}

const beforeOf = ({ before, declared }: RaceOf): Before => ({
  status: "",
  quantities: {},
  ...seen(before, declared),
});

/** The machine of the file, from the state that was read before the race. */
export const modelOf = (race: RaceOf) => resourceModel(race.declared, beforeOf(race));

/** The requests of a race and the reading after it, as a history. */
export function historyOf(race: RaceOf, events: readonly Evidence[]): readonly Operation[] {
  const { started, reader, after, declared } = race;
  const operation = (
    who: string,
    asked: Operation["asked"],
    answer: Answer<ResourceAnswer>,
  ): Operation => {
    const exchange = exchangeIn(events, answer.exchange);
    const answered: Answered = answer.outcome === "accepted"
      ? { kind: "agreed", ...seen(answer.value, declared) }
      : answer.outcome === "refused" && !isTurnedAway(answer)
      ? { kind: "refused", reason: answer.reason }
      : { kind: "unknown" };
    const returned = exchange.find(({ kind }) => kind === "response")?.t ?? Infinity;
    return {
      who,
      asked,
      answered,
      called: exchange.find(({ kind }) => kind === "request")?.t ?? 0,
      returned: answered.kind === "unknown" ? Infinity : returned,
      quotes: exchange.map(({ seq }) => seq),
    };
  };
  const requests = started.map(({ who, asks, answer, key, amount }) => {
    const asked = {
      kind: "transition",
      name: asks,
      ...(key === undefined ? {} : { key }),
      ...(amount === undefined ? {} : { amount }),
    } as const;
    return operation(who, asked, answer);
  });
  return after.outcome === "accepted"
    ? [...requests, operation(reader, { kind: "read" }, after)]
    : requests;
}

function judge({ resource }: Races, view: View): Finding {
  const race = factsOf<RaceOf>(view);
  const answers = race.started.map(({ answer }) => answer);
  const malformed = [...answers, race.after].find(({ outcome }) => outcome === "malformed");
  if (malformed?.outcome === "malformed") {
    const at = answers.findIndex((answer) => answer === malformed);
    const asks = race.started[at]?.asks ?? "read";
    return { ...fails(malformed.why), doubts: `${resource}.${asks}` };
  }
  const history = historyOf(race, view.events);
  const quotes = history.flatMap((operation) => operation.quotes);
  const reached = overlap(history);
  const agreed = answers.filter(({ outcome }) => outcome === "accepted").length;
  const counted =
    `${answers.length} requests, ${agreed} agreed to, ${reached} pairs of them open at one moment`;
  const verdict = judgeHistory(history, modelOf(race));
  if (verdict.linearizable === false) {
    return fails(
      `no order of what was asked explains what was answered (${counted}):\n${
        timeline(verdict.smallest)
      }`,
      verdict.smallest.flatMap((operation) => operation.quotes),
    );
  }
  const turnedAway = answers.filter((answer) => isTurnedAway(answer)).length;
  if (turnedAway > 0) {
    return blocked(`${turnedAway} requests were turned away before they could race; ${counted}`);
  }
  if (agreed === 0) return judgeNobody(race, resource, counted, quotes, view);
  if (race.after.outcome !== "accepted") {
    const message = `it could not be read after the race: ${why(race.after)}`;
    return race.after.outcome === "unknown"
      ? failsUnread(message, quotes, resource, race.after)
      : blocked(message, quotes);
  }
  if (verdict.linearizable === "unknown") {
    return blocked(`the search was given up after ${verdict.steps} steps; ${counted}`, quotes);
  }
  return reached === 0
    ? blocked(`the requests did not meet: ${counted}`, quotes)
    : holds(`one order explains every answer: ${counted}`, quotes);
}

/** Nobody was agreed to. Who is refused alone as well is not one who may, whatever the file says. */
function judgeNobody(
  { alone }: RaceOf,
  resource: string,
  counted: string,
  quotes: readonly number[],
  view: View,
): Finding {
  if (alone === undefined) {
    return blocked(`nobody was agreed to, and it is not known who might be: ${counted}`, quotes);
  }
  const { who, asks, answer } = alone;
  if (answer.outcome === "accepted") {
    return fails(
      `nobody was agreed to, though ${who} was, when he asked for ${asks} alone afterwards: ${counted}`,
      quotes,
    );
  }
  if (answer.outcome !== "refused") {
    return blocked(`nobody was agreed to, and it is not known who might be: ${counted}`, quotes);
  }
  const seen = exchangeIn(view.events, answer.exchange).map(quote).join(" → ");
  return blocked(
    `the application file and the application do not fit: nobody was agreed to, and ${who} was refused ${resource}.${asks} alone as well (${
      why(answer)
    }), so that by of ${asks} names people who may not: ${seen}`,
    quotes,
    "file-mismatch",
  );
}

export const RESOURCE_RACE: readonly Verb[] = [
  scenarioVerb({
    name: "race",
    form: "resource",
    summary:
      "All of these ask for transitions of one declared resource at one instant; some order of what they asked must explain every answer, and the state that is read afterwards.",
    schema: races,
    premises: (_told, view) => unreadPremises(view) ?? [],
    run,
    judge,
  }),
];
