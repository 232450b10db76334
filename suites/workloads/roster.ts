/**
 * What members of a presence channel are told about each other.
 *
 * A client knows who is there from the list it was given when it joined and from every coming and going
 * since (`presence/replay.ts` adds them up). These steps hold that sum against who is there, and the
 * single news against what is plausible: nobody comes twice, nobody goes who was not there.
 */
import { z } from "zod";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import {
  blocked,
  clientVerb,
  deadline,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Outcome,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { replay } from "./presence/replay.ts";
import { bringsRoster, lacking, membersOf, rosterFault, rosterOf } from "./presence/roster.ts";
import type { Attempt } from "../engine/attempt.ts";
import { fenceApi } from "../engine/fence.ts";

const rosterIs = z.strictObject({
  roster: z.string().describe("the presence channel"),
  is: z.array(z.string()).describe("ids of exactly the users who are there"),
});
const rosterIsRight = z.strictObject({
  roster: z.string().describe("the presence channel"),
  property: z.enum(["adds up", "comes first", "changes in turns"]).describe(
    "adds up: in each, ids are unique, and hash and count tell of the same users; comes first: no " +
      "member event came before it; changes in turns: each user is added and removed in turns",
  ),
});

function where(client: Client, channel: string, attempt: Attempt) {
  return { channel: attempt.names.of(channel), socket: client.socket };
}

/** The last roster the client was given on its current connection. */
function lastRoster(client: Client, channel: string, attempt: Attempt): Evidence | undefined {
  return attempt.log.events.slice(client.since).findLast((event) =>
    isOf(client.name, event) && bringsRoster(event, channel)
  );
}

function judgeRoster(view: View): Finding {
  const event = view.events.find((event) => event.seq === view.ended.took[0]);
  if (!event) return blocked(view.ended.detail ?? "no roster came");
  const ids = membersOf(rosterOf(event));
  if (!ids) return blocked(`no part of it tells who is there: ${quote(event)}`, [event.seq]);
  const { members } = factsOf<{ members: readonly string[] }>(view);
  const wrong = different(ids, members);
  return wrong
    ? fails(`${wrong}, in ${quote(event)}`, [event.seq])
    : holds(quote(event), [event.seq]);
}

/** How the ids found differ from those wanted, order and repetition aside. */
function different(found: readonly string[], wanted: readonly string[]): string | undefined {
  const missing = wanted.filter((id) => !found.includes(id));
  const extra = found.filter((id) => !wanted.includes(id));
  if (missing.length === 0 && extra.length === 0) return undefined;
  return [
    ...(missing.length > 0 ? [`ids lacks ${missing.join(", ")}`] : []),
    ...(extra.length > 0 ? [`ids has ${extra.join(", ")}, who is not there`] : []),
  ].join(" and ");
}

function judgeAdditions(view: View): Finding {
  const channel = String(view.ended.facts?.channel);
  const rosters = view.events.filter((event) =>
    isOf(view.who, event) && bringsRoster(event, channel)
  );
  if (rosters.length === 0) return blocked(`${view.who} was given no roster of ${channel}`);
  for (const event of rosters) {
    const fault = rosterFault(rosterOf(event));
    if (fault) return fails(`${fault}, in ${quote(event)}`, [event.seq]);
  }
  for (const event of rosters) {
    const lack = lacking(rosterOf(event));
    if (lack) return blocked(`${lack}: ${quote(event)}`, [event.seq]);
  }
  return holds(`ids, hash and count agree in ${rosters.length} rosters`, [
    ...rosters.slice(0, 1).map((event) => event.seq),
  ]);
}

function judgeAlternation(view: View): Finding {
  const channel = String(view.ended.facts?.channel);
  const sockets = new Set(
    view.events.flatMap((event) =>
      event.kind === "received" && isOf(view.who, event) ? [event.socket] : []
    ),
  );
  let known = 0;
  for (const socket of sockets) {
    const { members, fault } = replay(view.events, { socket, channel });
    if (fault) return fails(`${socket} was told of ${fault.message}`, [fault.seq]);
    if (members) known++;
  }
  return known > 0
    ? holds(`every coming was of somebody gone, every going of somebody there`)
    : blocked(`${view.who} was given no roster of ${channel}`);
}

/** The first thing the server itself says about the channel, as against what others publish. */
function judgeFirst(view: View): Finding {
  const { channel, socket } = view.ended.facts ?? {};
  const first = view.events.find((event) =>
    event.kind === "received" && event.socket === socket &&
    frameOf(event)?.channel === channel &&
    frameOf(event)?.event.startsWith("pusher_internal:")
  );
  if (!first) return blocked(`${view.who} was told nothing of ${channel} at all`);
  return bringsRoster(first, String(channel))
    ? holds("subscription_succeeded came first", [first.seq])
    : fails(`before subscription_succeeded came ${quote(first)}`, [first.seq]);
}

const JUDGES = {
  "adds up": judgeAdditions,
  "comes first": judgeFirst,
  "changes in turns": judgeAlternation,
} as const;

/** Whatever was on its way to this client has arrived behind a fence. */
async function fenced(client: Client, facts: Outcome["facts"], attempt: Attempt): Promise<Outcome> {
  const fence = await fenceApi(attempt, client);
  return fence === "lost"
    ? { ...deadline("the fence did not come back"), ...(facts ? { facts } : {}) }
    : done([], facts);
}

export const ROSTER: readonly Verb[] = [
  clientVerb({
    name: "roster",
    form: "is",
    summary: "The roster of the last subscription_succeeded names these users and nobody else.",
    schema: rosterIs,
    run: (params, client, attempt) => {
      const { channel } = where(client, params.roster, attempt);
      const members = params.is.map((user) => attempt.names.of(user));
      const event = lastRoster(client, channel, attempt);
      const facts = { channel, members };
      return event
        ? done([event.seq], facts)
        : { ...deadline(`no subscription_succeeded came for ${channel}`), facts };
    },
    judge: (_told, view) => judgeRoster(view),
  }),
  clientVerb({
    name: "roster",
    summary:
      "The rosters a client was given, and the comings and goings since, make sense in themselves.",
    schema: rosterIsRight,
    run: ({ roster, property }, client, attempt) => {
      const facts = where(client, roster, attempt);
      return property === "changes in turns" ? fenced(client, facts, attempt) : done([], facts);
    },
    judge: ({ property }, view) => JUDGES[property](view),
  }),
];
