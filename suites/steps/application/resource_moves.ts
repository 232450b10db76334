/** People who ask for a transition of a declared resource, and what it has to lead to. */
import { z } from "zod";
import { clientName } from "../../language/client_name.ts";
import type { ResourceAnswer } from "../../language/application.ts";
import type { Resource } from "../../language/resource.ts";
import { turnsOf } from "../../engine/view.ts";
import { isRecord } from "../../wire/frame.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  clientVerb,
  factsOf,
  fails,
  type Finding,
  type Outcome,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import { exchangeIn } from "./acting.ts";
import { why } from "./people.ts";
import {
  askedFor,
  type AskedOf,
  failsUnread,
  givenFor,
  judgeAsked,
  resourceNamed,
  unread,
  unreadPremises,
} from "./resources.ts";

const moves = z.strictObject({
  resource: z.string().describe("the resource, by its name in the application file"),
  moves: z.string().describe("its id"),
  by: z.string().describe("the transition"),
  seenBy: clientName(
    "a client who reads it before and after: a transition leads where the file says, a refusal nowhere",
  ).optional(),
  above: z.number().int().default(0).describe(
    "of a transition that sets a quantity: so much above the least that is taken, or below it",
  ),
  key: z.string().optional().describe(
    "an idempotency key of the scenario's own; without it each request has another",
  ),
  again: z.boolean().default(false).describe(
    "true: the same person has asked for it before; answered as the file says, without a second effect, and with the same key the same",
  ),
  is: z.enum(["agreed", "refused"]).default("agreed").describe("the answer"),
});

/**
 * The least that a transition may set its quantity to, by what was read, or where nothing was, of a new
 * one; undefined where it sets none.
 */
export function leastOf(
  { transitions, quantities }: Resource,
  transition: string,
  read?: ResourceAnswer,
): number | undefined {
  const { sets } = transitions[transition] ?? {};
  if (sets === undefined) return undefined;
  const { initial = 0, rises = 0 } = quantities[sets] ?? {};
  return Number(read?.[sets] ?? initial) + rises;
}

async function move(
  { resource: name, moves: id, by: transition, seenBy, above, key, again }: z.output<typeof moves>,
  who: string,
  attempt: Attempt,
): Promise<Outcome> {
  const declared = resourceNamed(name, attempt);
  const isSet = declared.transitions[transition]?.sets !== undefined;
  const reader = seenBy ?? (isSet ? who : undefined);
  const read = async () =>
    reader === undefined ? undefined : await attempt.visitor(reader).ask(
      { resource: name, part: "read" },
      givenFor(reader, id, attempt),
    );
  const first = await read();
  if (seenBy !== undefined && first !== undefined && first.outcome !== "accepted") {
    return unread(`the ${name} could not be read: ${why(first)}`, name, first);
  }
  // Who may not even read it has to be refused, whatever he asks for.
  const before = first?.outcome === "accepted" ? first : undefined;
  const least = leastOf(declared, transition, before?.value);
  const known = key === undefined ? undefined : attempt.lookup(`keys.${who}.${key}`);
  // The same request again is the same amount.
  const sent = known as { readonly key: string; readonly amount?: number } | undefined; // as below
  const amount = again && sent ? sent.amount : least === undefined ? undefined : least + above;
  const given = {
    ...givenFor(who, id, attempt),
    ...(sent ? { key: sent.key } : {}),
    ...(amount === undefined ? {} : { amount }),
  };
  if (key !== undefined) attempt.variables.set(`keys.${who}.${key}`, { key: given.key, amount });
  const answer = await attempt.visitor(who).ask({ resource: name, transition }, given);
  const after = before && await read();
  return askedFor(`${name}.${transition}`, answer, {
    of: id,
    resource: declared,
    ...(amount === undefined ? {} : { amount }),
    ...(before === undefined ? {} : { before, after }),
  });
}

/** Whether somebody has made this transition before, so that it may not be made now. */
const wasMade = ({ asked, of }: AskedOf, { events, begin }: View): boolean =>
  events.slice(0, begin).some((event) =>
    event.kind === "step-end" && event.facts?.asked === asked && event.facts.of === of &&
    (event.facts as unknown as AskedOf).answer.outcome === "accepted" // as `moves` wrote it
  );

const wasMadeBefore = (view: View): boolean =>
  view.ended.facts !== undefined && wasMade(view.ended.facts as unknown as AskedOf, view); // as `moves` wrote it

function judgeMove({ by, is, again, key }: z.output<typeof moves>, view: View): Finding {
  const facts = factsOf<AskedOf & { resource: Resource }>(view);
  const transition = facts.resource.transitions[by];
  const wanted = again && key === undefined && transition?.again === "refused" ? "refused" : is;
  const answered = judgeAsked(wanted, facts, view);
  const { before, after } = facts;
  // Who may not ask, and what is told of it, is another matter than that it is not made at all.
  if (
    answered.holds === false && wanted === "agreed" && !again && !wasMade(facts, view) &&
    facts.answer.outcome === "refused"
  ) {
    return { ...answered, accuses: "APP-402" };
  }
  const otherwise = again && key !== undefined ? answeredOtherwise(key, facts, view) : undefined;
  if (otherwise !== undefined) return fails(`${otherwise}; ${answered.message}`, answered.quotes);
  if (answered.holds !== true || before?.outcome !== "accepted" || after === undefined) {
    return answered;
  }
  if (after.outcome !== "accepted") {
    const message = `it could not be read afterwards: ${why(after)}; ${answered.message}`;
    return failsUnread(message, [], facts.asked.replace(/\.[^.]+$/, ""), after);
  }
  const hasEffect = wanted === "agreed" && !again;
  const wantedState = hasEffect ? transition?.to ?? before.value.state : before.value.state;
  const quotes = exchangeIn(view.events, after.exchange).map(({ seq }) => seq);
  if (after.value.state !== wantedState) {
    return fails(
      `expected the state ${wantedState} after ${by}, and ${after.value.state} was read; ${answered.message}`,
      [...answered.quotes, ...quotes],
    );
  }
  for (const quantity of Object.keys(facts.resource.quantities)) {
    const change = hasEffect ? transition?.changes[quantity] ?? 0 : 0;
    const expected = hasEffect && transition?.sets === quantity
      ? facts.amount
      : Number(before.value[quantity]) + change;
    if (after.value[quantity] !== expected) {
      return fails(
        `expected ${quantity} to be ${expected} after ${by}, and ${
          after.value[quantity]
        } was read; ${answered.message}`,
        [...answered.quotes, ...quotes],
      );
    }
  }
  return answered;
}

/** What the first answer to a key said, where this one says something else. */
function answeredOtherwise(
  key: string,
  { asked, answer }: AskedOf,
  { events, begin, who }: View,
): string | undefined {
  const first = [...turnsOf(events.slice(0, begin), 0).values()].flat().flatMap((turn) => {
    if (!isRecord(turn.params) || turn.params.key !== key || turn.view.who !== who) return [];
    const facts = factsOf<AskedOf>(turn.view);
    return facts.asked === asked && facts.answer.outcome === "accepted" ? [facts.answer.value] : [];
  })[0];
  if (first === undefined || answer.outcome !== "accepted") return undefined;
  const [before, now] = [first, answer.value].map((value) => JSON.stringify(value));
  return before === now
    ? undefined
    : `the same request was answered ${before} before, and now ${now}`;
}

export const MOVES: readonly Verb[] = [
  clientVerb({
    name: "moves",
    form: "resource",
    summary: "Asks for a transition of a declared resource.",
    schema: moves,
    premises: ({ is, again }, view) =>
      unreadPremises(view) ??
        (is === "agreed" && !again && !(view && wasMadeBefore(view)) ? ["APP-402"] : []),
    run: (params, { name }, attempt) => move(params, name, attempt),
    judge: judgeMove,
  }),
];
