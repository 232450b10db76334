/**
 * Tabs of a few users that come and go at random, and what everybody must agree on afterwards.
 *
 * A presence channel is a count of tabs for each user that only shows whether it is above zero. Such
 * counts go wrong when tabs of one user join and leave side by side, in different ways: one too many
 * leaves a ghost, one too few loses somebody who is there. So several tabs share each user, move at
 * random (drawn by the run's seed) or all break off at once, and every other user is gone in the end.
 * When all is quiet, three accounts are held against each other and against who came: what watchers
 * were told since they joined, what the API lists, and the roster that one who joins now is given.
 */
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  blocked,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import type { Random } from "../engine/random.ts";
import { remember, remembered, settled, userOf } from "./presence/expected.ts";
import { changeOf, replay } from "./presence/replay.ts";
import { usersIn } from "./presence/roster.ts";
import { all, closed, join, leave, open, openAll, unlessFailed, WAYS_OUT } from "./presence/tab.ts";
import { many } from "../engine/demand.ts";

const depths = z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) });
const crowd = {
  group: clientName("the clients, a tab each"),
  users: z.number().int().min(1).describe("how many users share the tabs, in turn"),
  on: z.string().describe("the presence channel"),
};
const comeAndGo = z.strictObject({
  ...crowd,
  moves: depths.describe("how often each tab comes or goes"),
});
const reconnectAtOnce = z.strictObject({
  ...crowd,
  rounds: depths.describe("how often they all break off"),
  stayAway: z.number().int().min(0).default(0).describe(
    "how many of the users do not come back after the last round",
  ),
});
const rostersAgree = z.strictObject({
  on: z.string().describe("the presence channel"),
  watchers: z.array(clientName("a client")).min(1).describe(
    "clients who have been members all the time",
  ),
  newcomer: clientName("a connected client who joins now"),
  property: z.enum(["consistent", "expected", "nobody missing", "no ghosts"]).describe(
    "consistent: with each other; expected: with who has come and not gone; the others: half of that",
  ),
});

type Property = z.infer<typeof rostersAgree>["property"];
type Crowd = { readonly group: string; readonly users: number; readonly on: string };

/** Goes in one way or another, and waits as long as that way needs. */
async function goAway(tab: Client, channel: string, draw: Random, attempt: Attempt): Promise<void> {
  const way = WAYS_OUT[draw(WAYS_OUT.length)] ?? "closes";
  leave(tab, channel, way, attempt);
  if (way !== "unsubscribes") await closed(tab, attempt);
}

/** One tab's own life: moves at random, each finished before the next. Tells whether it stays. */
async function wander(
  tab: Client,
  { channel, user, goes }: { channel: string; user: string; goes: boolean },
  moves: number,
  draw: Random,
  attempt: Attempt,
): Promise<boolean> {
  // One move fewer by chance, so that some end inside and some outside.
  const last = moves - draw(2);
  let isIn = false;
  for (let move = 0; move < last; move++) {
    if (isIn) await goAway(tab, channel, draw, attempt);
    else {
      if (!tab.isOpen) await open(tab, attempt);
      await join(tab, channel, user, attempt);
    }
    isIn = !isIn;
  }
  if (isIn && goes) await goAway(tab, channel, draw, attempt);
  return isIn && !goes;
}

/** All tabs break off at one instant, and those who return do so as fast as they can. */
async function avalanche(
  tabs: readonly Client[],
  returning: ReadonlySet<Client>,
  channel: string,
  params: Crowd,
  attempt: Attempt,
) {
  for (const tab of tabs) if (tab.isOpen) leave(tab, channel, "breaks off", attempt);
  await all(tabs.map((tab) => closed(tab, attempt)));
  await openAll([...returning], attempt);
  await all(tabs.map(async (tab, index) => {
    if (returning.has(tab)) await join(tab, channel, userOf(params, index, attempt), attempt);
  }));
}

interface Account {
  /** Whose account of the members it is. */
  readonly by: string;
  readonly members: ReadonlySet<string>;
  readonly quotes: readonly number[];
}

/** Every account there is, or why one is missing. */
function accounts(view: View): readonly Account[] | string {
  const { channel, sockets, answer } = factsOf<
    { channel: string; sockets: readonly string[]; answer: number }
  >(view);
  const list: Account[] = [];
  for (const socket of sockets) {
    const { members } = replay(view.events.slice(0, view.end), { socket, channel });
    if (!members) return `${socket} was given no roster`;
    list.push({ by: `what ${socket} was told`, members, quotes: [] });
  }
  const response = view.events.find((event) => event.seq === answer);
  const users = usersIn(response);
  if (!users) return `GET users was answered with ${response ? quote(response) : "nothing"}`;
  list.push({ by: "GET users", members: users, quotes: [answer] });
  return list;
}

/** Who is missing from `account` and who is in it too much, held against `measure`. */
function difference(account: Account, measure: Account, property: Property): string | undefined {
  const missing = [...measure.members].filter((id) => !account.members.has(id));
  const extra = [...account.members].filter((id) => !measure.members.has(id));
  const faults = [
    ...(missing.length > 0 && property !== "no ghosts" ? [`lacks ${missing.join(", ")}`] : []),
    ...(extra.length > 0 && property !== "nobody missing"
      ? [`has ${extra.join(", ")} too many`]
      : []),
  ];
  return faults.length === 0
    ? undefined
    : `by ${account.by} the channel ${faults.join(" and ")}, held against ${measure.by}`;
}

function judgeAgreement(property: Property, view: View): Finding {
  const list = accounts(view);
  if (typeof list === "string") return blocked(list);
  const { expected } = factsOf<{ expected: readonly string[] }>(view);
  const measure: Account | undefined = property === "consistent"
    ? list[0]
    : { by: "who came and did not go", members: new Set(expected), quotes: [] };
  if (!measure) return blocked("nobody watched");
  for (const account of list) {
    const differs = difference(account, measure, property);
    if (differs) return fails(differs, account.quotes);
  }
  return holds(`${list.length} accounts hold against ${measure.members.size} members`);
}

export const COME_AND_GO: readonly Verb[] = [
  scenarioVerb({
    name: "comeAndGo",
    form: "moves",
    summary:
      "Each tab joins and leaves at random, side by side with the others: by unsubscribing, closing or breaking off.",
    schema: comeAndGo,
    asks: ({ group }, turn) => ({ connections: turn.clients(group) }),
    run: (params, attempt) =>
      unlessFailed(async () => {
        const channel = attempt.names.of(params.on);
        const tabs = attempt.clients(params.group);
        const inside = await all(tabs.map((tab, index) => {
          const user = userOf(params, index, attempt);
          // Every other user is gone in the end with all his tabs: a ghost would be seen.
          const goes = (index % params.users) % 2 === 0;
          const draw = attempt.random(`${index}`);
          return wander(tab, { channel, user, goes }, params.moves[attempt.depth], draw, attempt);
        }));
        const members = tabs.flatMap((_tab, index) =>
          inside[index] ? [userOf(params, index, attempt)] : []
        );
        remember(attempt, channel, new Set(members));
        return done([], { members: [...new Set(members)] });
      }),
  }),
  scenarioVerb({
    name: "comeAndGo",
    summary: "All tabs break off at the same instant, connect again at once, and join again.",
    schema: reconnectAtOnce,
    asks: ({ group, rounds }, turn) => ({
      connections: turn.clients(group) * many(rounds, turn),
    }),
    run: (params, attempt) =>
      unlessFailed(async () => {
        const channel = attempt.names.of(params.on);
        const tabs = attempt.clients(params.group);
        const rounds = params.rounds[attempt.depth];
        const staying = tabs.filter((_tab, index) =>
          index % params.users < params.users - params.stayAway
        );
        // Round 0 is everybody's first coming.
        for (let round = 0; round <= rounds; round++) {
          const returning = new Set(round === rounds ? staying : tabs);
          await avalanche(tabs, returning, channel, params, attempt);
        }
        const users = Array.from({ length: params.users - params.stayAway }, (_, index) => index);
        remember(attempt, channel, new Set(users.map((index) => userOf(params, index, attempt))));
        return done();
      }),
  }),
  scenarioVerb({
    name: "rostersAgree",
    summary:
      "When all is quiet: what watchers were told, GET users, and the roster of one who joins now are the same.",
    schema: rostersAgree,
    // It compares what others say: the list of users, and who is told of as coming and going.
    premises: () => ["P-270", "P-120", "P-124"],
    run: (params, attempt) =>
      unlessFailed(async () => {
        const channel = attempt.names.of(params.on);
        const watchers = params.watchers.map((name) => attempt.client(name));
        const newcomer = attempt.client(params.newcomer);
        const joining = attempt.names.of(newcomer.name);
        const members = new Set([
          ...remembered(attempt, channel),
          ...watchers.map((watcher) => attempt.names.of(watcher.name)),
        ]);
        await Promise.all(watchers.map((watcher) => settled(watcher, channel, members, attempt)));
        const from = attempt.log.events.length;
        await join(newcomer, channel, joining, attempt);
        const hasJoined = (event: Evidence) => changeOf(event, channel)?.user === joining;
        await Promise.all(
          watchers.map((watcher) => watcher.until(hasJoined, attempt.deadlineMs, from)),
        );
        const answer = await attempt.call({ method: "GET", path: `/channels/${channel}/users` });
        return done([answer.seq], {
          channel,
          expected: [...members, joining],
          sockets: [...watchers, newcomer].map((client) => client.socket),
          answer: answer.seq,
        });
      }),
    judge: (params, view) => judgeAgreement(params.property, view),
  }),
];
