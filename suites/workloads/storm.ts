/**
 * Members who join and leave one presence channel at one instant, and what a standing member hears of it.
 *
 * A room whose half changes places at the same moment, as when a lesson ends and the next begins. The
 * server has many comings and goings in hand at once, and must tell of each exactly once. The storm is
 * made in one go, nothing is waited for within it; the next begins only when the watchers were told of
 * all, or a tab could go as another of the same user comes, which is the race of `last_tab.ts`.
 */
import { delay } from "@std/async";
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import type { Client } from "../client/client.ts";
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import { frameOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  blocked,
  clientVerb,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  missed,
  type Outcome,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { remember, settled, userOf } from "./presence/expected.ts";
import { type Change, changeOf } from "./presence/replay.ts";
import {
  admitted,
  all,
  ask,
  closed,
  leave,
  openAll,
  unlessFailed,
  type WayOut,
} from "./presence/tab.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { fenceApi } from "../engine/fence.ts";

const storm = z.strictObject({
  group: clientName("the clients, a tab each"),
  users: z.number().int().min(2).describe("how many users share the tabs, in turn"),
  on: z.string().describe("the presence channel"),
  watchers: z.array(clientName("a client")).min(1).describe("clients who are members all the time"),
  by: z.enum(["unsubscribing", "disconnecting"]).default("unsubscribing").describe(
    "how they leave; who has disconnected is connected again before the next instant",
  ),
  rounds: z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) })
    .describe(
      "how often each half comes and goes",
    ),
});
const heardStorm = z.strictObject({
  roster: z.string().describe("the presence channel"),
  without: z.enum(["missed comings", "surplus comings", "missed goings", "surplus goings"])
    .describe("what must not have happened, of all that came and went"),
});
const stormIsCounted = z.strictObject({
  counted: z.literal(true).describe("by the API, each user once"),
  on: z.string().describe("the presence channel"),
});
type Storm = z.output<typeof storm>;
type Without = z.output<typeof heardStorm>["without"];

/** Between two questions, where the target is still about to notice. */
const ASK_AGAIN_MS = 20;

/** How often each user has come and gone, by what the scenario did. */
interface Facts {
  readonly channel: string;
  readonly added: Readonly<Record<string, number>>;
  readonly removed: Readonly<Record<string, number>>;
  /** How many users are inside in the end, watchers included. */
  readonly inside: number;
}

/**
 * Every second user is inside, and at one instant those inside leave and the others join, over and
 * over. Each storm begins when the one before is over as far as the watchers were told: otherwise a
 * tab could go as another of the same user comes. When they were not told, there is no other storm.
 */
async function run(params: Storm, attempt: Attempt): Promise<Outcome> {
  const channel = attempt.names.of(params.on);
  const watchers = params.watchers.map((name) => attempt.client(name));
  const tabs = attempt.clients(params.group)
    .map((client, index) => ({
      client,
      user: userOf(params, index, attempt),
      side: index % params.users % 2,
    }));
  const clients = tabs.map(({ client }) => client);
  const added: Record<string, number> = {};
  const removed: Record<string, number> = {};
  const count = (counts: Record<string, number>, users: ReadonlySet<string>) => {
    for (const user of users) counts[user] = (counts[user] ?? 0) + 1;
  };
  let inside: ReadonlySet<string> = new Set();
  // Twice as many storms as rounds, after the first: in the end the same are inside as then.
  for (let at = 0; at <= 2 * params.rounds[attempt.depth]; at++) {
    const joining = tabs.filter(({ side }) => side === at % 2);
    const leaving = at === 0 ? [] : tabs.filter(({ side }) => side !== at % 2);
    await openAll(clients, attempt);
    const from = attempt.log.events.length;
    // One of each in turn, in one go: nothing is waited for in between.
    for (let n = 0; n < Math.max(joining.length, leaving.length); n++) {
      const [comer, goer] = [joining[n], leaving[n]];
      if (goer) leave(goer.client, channel, wayOut(params, n), attempt);
      if (comer) ask(comer.client, channel, comer.user);
    }
    await all(joining.map(({ client }) => admitted(client, channel, from, attempt)));
    inside = new Set(joining.map(({ user }) => user));
    count(added, inside);
    count(removed, new Set(leaving.map(({ user }) => user)));
    remember(attempt, channel, inside);
    const members = new Set([...inside, ...params.watchers.map((name) => attempt.names.of(name))]);
    const know = await Promise.all(
      watchers.map((watcher) => settled(watcher, channel, members, attempt)),
    );
    await all(
      leaving.map(({ client }) =>
        params.by === "disconnecting" ? closed(client, attempt) : Promise.resolve()
      ),
    );
    if (know.includes(false)) break;
  }
  return done([], { channel, added, removed, inside: inside.size + watchers.length });
}

function wayOut({ by }: Storm, at: number): WayOut {
  if (by === "unsubscribing") return "unsubscribes";
  return at % 2 === 0 ? "closes" : "breaks off";
}

/** What the storms of this channel have come to, from the verb's own end. */
function stormOn(channel: unknown, events: readonly Evidence[]): Facts | undefined {
  const isStorm = (event: Evidence): event is EvidenceOf<"step-end"> =>
    event.kind === "step-end" && event.facts?.channel === channel &&
    event.facts?.removed !== undefined;
  return events.findLast(isStorm)?.facts as unknown as Facts | undefined; // as `run` wrote it
}

function judge(without: Without, view: View): Finding {
  const facts = stormOn(view.ended.facts?.channel, view.events.slice(0, view.end));
  if (facts === undefined) return blocked("there was no storm");
  const [fault, what] = without.split(" ");
  const change: Change = what === "comings" ? "added" : "removed";
  const { channel, [change]: expected } = facts;
  const socket = String(view.ended.facts?.socket);
  const heard = new Map<string, number[]>();
  // What comes after the fence may be of what the scenario does next.
  for (const event of view.events.slice(0, view.end)) {
    if (event.kind !== "received" || event.socket !== socket) continue;
    const params = changeOf(event, channel);
    if (params?.change !== change || !Object.hasOwn(expected, params.user)) continue;
    if (without === "missed comings" && !isWellTold(event, params.user)) {
      return fails(
        `that ${params.user} came is told without what he said of himself, or not as a string of JSON: ${
          quote(event)
        }`,
        [event.seq],
      );
    }
    heard.set(params.user, [...heard.get(params.user) ?? [], event.seq]);
  }
  for (const [user, times] of Object.entries(expected)) {
    const quotes = heard.get(user) ?? [];
    const isWrong = fault === "missed" ? quotes.length < times : quotes.length > times;
    if (!isWrong) continue;
    const verb = change === "added" ? "came" : "went";
    return (fault === "missed" ? missed : fails)(
      `${user} ${verb} ${times} times, all his tabs at one instant, and ${socket} was told ` +
        `member_${change} of him ${quotes.length} times`,
      quotes,
    );
  }
  const users = Object.keys(expected).length;
  const times = Object.values(expected).reduce((sum, one) => sum + one, 0);
  return holds(`${times} ${what} of ${users} users, and ${socket} was told of no ${fault} one`);
}

/** As `ask` has let him join: with a name. */
function isWellTold(event: Evidence, user: string): boolean {
  const frame = frameOf(event);
  const info = isRecord(frame?.decoded) ? frame.decoded.user_info : undefined;
  return typeof frame?.data === "string" && isRecord(info) && info.name === user;
}

/** Whatever was on its way to the watcher has come behind a fence. */
async function heard(channel: string, client: Client, attempt: Attempt): Promise<Outcome> {
  const facts = { channel: attempt.names.of(channel), socket: client.socket };
  const fence = await fenceApi(attempt, client);
  return fence === "lost" ? { ...deadline("the fence did not come back"), facts } : done([], facts);
}

/** Asks the API how many users there are, again while it is still about to notice. */
async function counted(channel: string, attempt: Attempt): Promise<Outcome> {
  const name = attempt.names.of(channel);
  const inside = stormOn(name, attempt.log.events)?.inside;
  const call = { method: "GET", path: `/channels/${name}`, query: { info: "user_count" } };
  const until = performance.now() + attempt.deadlineMs;
  let answer = await attempt.call(call);
  while (countIn(answer) !== inside && performance.now() < until) {
    await delay(ASK_AGAIN_MS);
    answer = await attempt.call(call);
  }
  return done([answer.seq], { channel: name });
}

function countIn(answer: Evidence): unknown {
  const body = answer.kind === "response" ? readJson(answer.body) : undefined;
  return isRecord(body) ? body.user_count : undefined;
}

function judgeCount(view: View): Finding {
  const answer = view.events.find(({ seq }) => seq === view.ended.took[0]);
  const facts = stormOn(view.ended.facts?.channel, view.events.slice(0, view.end));
  if (facts === undefined || answer === undefined) return blocked("there was no storm");
  const message = `${facts.inside} users are inside, and the answer was ${quote(answer)}`;
  return countIn(answer) === facts.inside
    ? holds(message, [answer.seq])
    : fails(message, [answer.seq]);
}

export const STORM: readonly Verb[] = [
  scenarioVerb({
    name: "comeAndGo",
    form: "watchers",
    summary:
      "Over connections that are open, half of the users leave with all their tabs at the instant the others join, over and over.",
    schema: storm,
    asks: ({ group }, turn) => ({ connections: turn.clients(group) }),
    run: (params, attempt) => unlessFailed(() => run(params, attempt)),
  }),
  clientVerb({
    name: "roster",
    form: "without",
    summary:
      "Of everybody who came and went in the storms, it was told as often as that, and not more often.",
    schema: heardStorm,
    run: ({ roster: channel }, client, attempt) => heard(channel, client, attempt),
    judge: ({ without }, view) => judge(without, view),
  }),
  scenarioVerb({
    name: "rostersAgree",
    form: "counted",
    summary: "The API counts the users who are inside after the storms, each of them once.",
    schema: stormIsCounted,
    run: ({ on: channel }, attempt) => counted(channel, attempt),
    judge: (_told, view) => judgeCount(view),
  }),
];
