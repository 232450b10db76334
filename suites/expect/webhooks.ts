/** What the target's webhooks tell, and what they must not. */
import { z } from "zod";
import { delay } from "@std/async";
import type { Attempt } from "../engine/attempt.ts";
import { duration, milliseconds } from "../language/duration.ts";
import { webhook as webhookPremises } from "../client/premises.ts";
import { mismatch, show } from "../language/matcher.ts";
import {
  broken,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  type Outcome,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import {
  type About,
  eventsOf,
  hasArrived,
  isAbout,
  listed,
  params,
  untilTheStoryGoesOn,
} from "./webhook_events.ts";

const about = {
  event: z.string().describe("the event's name, for example channel_occupied"),
  on: z.string().describe("the channel it tells of"),
  where: z.unknown().optional().describe("a matcher on the whole event"),
};
const past = z.string().describe(
  "the name of an earlier webhook step: what had not come by then was not sent",
);
const webhook = z.strictObject({
  ...about,
  within: duration.optional().describe("how long to wait; the scenario's deadline without it"),
  as: z.string().optional().describe("a name, for later steps to look past it"),
});
const webhooks = z.strictObject({
  ...about,
  times: z.unknown().describe("a matcher on how many arrived since the scenario began"),
  past,
});

interface Said {
  readonly event: string;
  readonly on: string;
  readonly where?: unknown;
}

const aboutOf = ({ event, on, where }: Said, attempt: Attempt): About => ({
  event,
  channel: attempt.names.of(on),
  where,
});

/** Events that a `webhook` step of the scenario has waited for, as `seq/index`. */
const taken = new WeakMap<Attempt, Set<string>>();

/** Webhooks come on connections of their own: a later one may overtake, but not by this much. */
const OVERTAKING_MS = 100;

/** Looking back is for scenarios that have seen a later webhook come; without one it proves nothing. */
async function lookBack(on: string, past: string, attempt: Attempt): Promise<Outcome> {
  if (attempt.variables.get(past) === undefined) {
    return broken(`no webhook step of this scenario is named ${past}`);
  }
  await delay(OVERTAKING_MS);
  return done([], { channel: attempt.names.of(on) });
}

function judgeCount(said: Said, count: unknown, view: View): Finding {
  const channel = String(view.ended.facts?.channel);
  const events = untilTheStoryGoesOn(view.events, view.end);
  const found = params(events, { event: said.event, channel, where: said.where }).filter(
    hasArrived,
  );
  const quotes = found.map(({ request }) => request.seq);
  const reason = mismatch(found.length, count, `number of ${said.event} webhooks about ${channel}`);
  return reason
    ? fails(`${reason}: ${listed(found)}`, quotes)
    : holds(`${found.length} ${said.event} about ${channel}`, quotes);
}

export const WEBHOOKS: readonly Verb[] = [
  scenarioVerb({
    name: "webhook",
    summary: "Waits for the next webhook event of this name and channel that is as said.",
    schema: webhook,
    premises: ({ event }) => webhookPremises(event),
    run: async (said, attempt) => {
      const wish = aboutOf(said, attempt);
      const seen = taken.get(attempt) ?? new Set();
      taken.set(attempt, seen);
      const isNext = (one: ReturnType<typeof eventsOf>[number]) =>
        isAbout(one, wish) && !seen.has(`${one.request.seq}/${one.index}`);
      const request = await attempt.log.until((event) => eventsOf(event).some(isNext), {
        deadlineMs: said.within ? milliseconds(said.within) : attempt.deadlineMs,
      });
      const found = request && eventsOf(request).find(isNext);
      const facts = { channel: wish.channel };
      if (!found) return { ...deadline("it did not come"), facts };
      seen.add(`${found.request.seq}/${found.index}`);
      if (said.as) attempt.variables.set(said.as, found.request.seq);
      return done([found.request.seq], { ...facts, index: found.index });
    },
    judge: (said, view) => {
      const channel = String(view.ended.facts?.channel);
      const request = view.events.find(({ seq }) => seq === view.ended.took[0]);
      const found = request && eventsOf(request)[Number(view.ended.facts?.index)];
      if (found) return holds(`webhook ${listed([found])}`, [found.request.seq]);
      const wish = `${said.event} about ${channel}${
        said.where === undefined ? "" : ` as ${show(said.where)}`
      }`;
      const instead = params(view.events.slice(0, view.end), { channel });
      const unlike = instead.findLast(({ event }) => event.name === said.event);
      const reason = unlike && mismatch(unlike.event, said.where, "event");
      return fails(
        `expected the webhook ${wish}${reason ? `; ${reason}` : ""}; about that channel came ${
          listed(instead)
        }`,
        instead.map(({ request }) => request.seq),
      );
    },
  }),
  scenarioVerb({
    name: "webhooks",
    form: "times",
    summary: "So many such webhooks, or none, and no more had come when a later one did.",
    schema: webhooks,
    run: ({ on, past }, attempt) => lookBack(on, past, attempt),
    judge: (said, view) => judgeCount(said, said.times, view),
  }),
];
