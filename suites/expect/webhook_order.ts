/** A channel is occupied and vacated in turns: an automaton over what webhooks told of it (P-292). */
import { z } from "zod";
import { blocked, done, fails, holds, scenarioVerb, type Verb } from "../engine/verb.ts";
import { readWebhook } from "../wire/webhook.ts";
import { hasArrived, listed, type Params, params } from "./webhook_events.ts";

const webhooks = z.strictObject({
  alternate: z.tuple([z.literal("channel_occupied"), z.literal("channel_vacated")]).describe(
    "the two events that must come in turns, the first of them first",
  ),
  on: z.string().describe("the channel they tell of"),
});

const OCCUPIED = "channel_occupied";
const VACATED = "channel_vacated";

/** When the target says it made the webhook; events of one request share it. */
function madeAt({ request }: Params): number {
  const { decoded } = readWebhook(request.body);
  const time = (decoded as { time_ms?: unknown } | null | undefined)?.time_ms; // any JSON value has no or some property
  return typeof time === "number" ? time : request.t;
}

/**
 * The first events that cannot follow what was told before; `undefined` where all alternate.
 *
 * Sent order is the order of `time_ms`: requests on several connections may overtake each other.
 * Where that is the same for several, some order of them must do.
 */
export function firstOutOfTurn(events: readonly Params[]): readonly Params[] | undefined {
  const groups = new Map<number, Params[]>();
  for (const one of events) {
    const time = madeAt(one);
    groups.set(time, [...groups.get(time) ?? [], one]);
  }
  let isOccupied = false;
  for (const [, group] of [...groups].sort(([a], [b]) => a - b)) {
    const balance = group.reduce((sum, { event }) => sum + (event.name === OCCUPIED ? 1 : -1), 0);
    const after: number = Number(isOccupied) + balance;
    if (after !== 0 && after !== 1) return group;
    isOccupied = after === 1;
  }
  return undefined;
}

export const WEBHOOK_ORDER: readonly Verb[] = [
  scenarioVerb({
    name: "webhooks",
    form: "alternate",
    summary:
      "Webhooks told of the channel as occupied and vacated in turns, beginning with occupied.",
    schema: webhooks,
    run: ({ on }, attempt) => done([], { channel: attempt.names.of(on) }),
    judge: (_said, view) => {
      const channel = String(view.ended.facts?.channel);
      const events = params(view.events, { channel }).filter((one) =>
        hasArrived(one) && (one.event.name === OCCUPIED || one.event.name === VACATED)
      );
      if (events.length < 2) {
        return blocked(`no two webhooks told of ${channel} as occupied or vacated`);
      }
      const wrong = firstOutOfTurn(events);
      const order = events.map(({ event }) => event.name === OCCUPIED ? "occupied" : "vacated");
      return wrong
        ? fails(
          `expected occupied and vacated in turns about ${channel}; it was ${
            order.join(", ")
          }, out of turn at ${listed(wrong)}`,
          wrong.map(({ request }) => request.seq),
        )
        : holds(order.join(", "), events.map(({ request }) => request.seq));
    },
  }),
];
