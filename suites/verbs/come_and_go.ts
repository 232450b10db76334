/** Tabs of a few users that come and go at random, and what everybody must agree on afterwards. */
import { z } from "zod";
import type { Client } from "../engine/client.ts";
import type { Evidence } from "../engine/evidence.ts";
import { quote } from "../engine/frames.ts";
import type { Story } from "../engine/story.ts";
import {
  done,
  fails,
  type Finding,
  holds,
  storyVerb,
  untestable,
  type Verb,
  type View,
} from "../language/verb.ts";
import { chance } from "../presence/chance.ts";
import { changeOf, follow, replay } from "../presence/replay.ts";
import { usersIn } from "../presence/roster.ts";
import {
  all,
  closed,
  join,
  leave,
  open,
  openAll,
  unlessFailed,
  WAYS_OUT,
} from "../presence/tab.ts";

const depths = z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) });
const crowd = {
  tabs: z.string().describe("the group of clients"),
  users: z.number().int().min(1).describe("how many users share the tabs, in turn"),
  on: z.string().describe("the presence channel"),
};
const comeAndGo = z.strictObject({
  ...crowd,
  moves: depths.describe("how often each tab comes or goes"),
  seed: z.string().optional().describe("of the random moves; the scenario's own without it"),
});
const reconnectAtOnce = z.strictObject({ ...crowd, rounds: depths });
const rostersAgree = z.strictObject({
  on: z.string().describe("the presence channel"),
  watchers: z.array(z.string()).min(1).describe("clients who have been members all the time"),
  newcomer: z.string().describe("a connected client who joins now"),
  property: z.enum(["consistent", "expected"]).describe(
    "consistent: with each other; expected: with who has come and not gone",
  ),
});

type Crowd = { readonly tabs: string; readonly users: number; readonly on: string };

/** The user a tab belongs to: tabs are dealt out to users in turn. */
function userOf(told: Crowd, index: number, story: Story): string {
  return story.names.of(`user-${index % told.users}`);
}

/** Who is there by what the story did, for the verbs that come after it. */
const present = new WeakMap<Story, Map<string, ReadonlySet<string>>>();

function remember(story: Story, channel: string, users: ReadonlySet<string>): void {
  present.set(story, new Map(present.get(story)).set(channel, users));
}

/** One tab's own life: a few moves at random, each of them finished before the next. */
async function wander(
  tab: Client,
  channel: string,
  user: string,
  moves: number,
  seed: string,
  story: Story,
): Promise<boolean> {
  const draw = chance(seed);
  // One move fewer by chance, so that some end inside and some outside.
  const last = moves - draw(2);
  let isIn = false;
  for (let move = 0; move < last; move++) {
    if (isIn) {
      const way = WAYS_OUT[draw(WAYS_OUT.length)] ?? "closes";
      leave(tab, channel, way, story);
      if (way !== "unsubscribes") await closed(tab, story);
      isIn = false;
      continue;
    }
    if (!tab.isOpen) await open(tab, story);
    await join(tab, channel, user, story);
    isIn = true;
  }
  return isIn;
}

/** All tabs break off at one instant and come back as fast as they can. */
async function avalanche(tabs: readonly Client[], channel: string, told: Crowd, story: Story) {
  for (const tab of tabs) if (tab.isOpen) leave(tab, channel, "breaks off", story);
  await all(tabs.map((tab) => closed(tab, story)));
  await openAll(tabs, story);
  await all(tabs.map((tab, index) => join(tab, channel, userOf(told, index, story), story)));
}

/** Waits until the watcher knows of exactly these members, or has had time enough. */
async function settled(
  watcher: Client,
  channel: string,
  members: ReadonlySet<string>,
  story: Story,
): Promise<void> {
  const follower = follow({ socket: watcher.socket, channel });
  await watcher.until(
    (event) => {
      follower.hear(event);
      return same(follower.replay.members, members);
    },
    story.deadlineMs,
  );
}

function same(a: ReadonlySet<string> | undefined, b: ReadonlySet<string>): boolean {
  return a !== undefined && a.size === b.size && [...a].every((id) => b.has(id));
}

interface Account {
  /** Whose account of the members it is. */
  readonly by: string;
  readonly members: ReadonlySet<string>;
  readonly quotes: readonly number[];
}

/** Every account there is, or why one is missing. */
function accounts(view: View): readonly Account[] | string {
  const { channel, sockets, answer } = view.ended.facts ?? {};
  const list: Account[] = [];
  for (const socket of sockets as readonly string[]) { // set by run below
    const { members } = replay(view.events.slice(0, view.end), {
      socket,
      channel: String(channel),
    });
    if (!members) return `${socket} was given no roster`;
    list.push({ by: `what ${socket} was told`, members, quotes: [] });
  }
  const response = view.events.find((event) => event.seq === answer);
  const users = usersIn(response);
  if (!users) return `GET users was answered with ${response ? quote(response) : "nothing"}`;
  list.push({ by: "GET users", members: users, quotes: [Number(answer)] });
  return list;
}

/** How one account differs from another, if it does. */
function difference(one: Account, other: Account): string | undefined {
  const missing = [...other.members].filter((id) => !one.members.has(id));
  const extra = [...one.members].filter((id) => !other.members.has(id));
  if (missing.length + extra.length === 0) return undefined;
  const lacks = missing.length > 0 ? [`lacks ${missing.join(", ")}`] : [];
  const has = extra.length > 0 ? [`has ${extra.join(", ")} too many`] : [];
  return `by ${one.by} the channel ${[...lacks, ...has].join(" and ")}, held against ${other.by}`;
}

function judgeAgreement(property: "consistent" | "expected", view: View): Finding {
  const list = accounts(view);
  if (typeof list === "string") return untestable(list);
  const expected = view.ended.facts?.expected as readonly string[]; // set by run below
  const [first] = list;
  const measure: Account | undefined = property === "expected"
    ? { by: "who came and did not go", members: new Set(expected), quotes: [] }
    : first;
  if (!measure) return untestable("nobody watched");
  for (const account of list) {
    const differs = difference(account, measure);
    if (differs) return fails(differs, account.quotes);
  }
  return holds(`${list.length} accounts name the same ${measure.members.size} members`);
}

export const COME_AND_GO: readonly Verb[] = [
  storyVerb({
    name: "comeAndGo",
    summary:
      "Each tab joins and leaves at random, side by side with the others: by unsubscribing, closing or breaking off.",
    schema: comeAndGo,
    run: (told, story) =>
      unlessFailed(async () => {
        const channel = story.names.of(told.on);
        const tabs = story.clients(told.tabs);
        const seed = told.seed ?? story.names.suffix;
        const inside = await all(tabs.map((tab, index) =>
          wander(
            tab,
            channel,
            userOf(told, index, story),
            told.moves[story.depth],
            `${seed} ${index}`,
            story,
          )
        ));
        const members = tabs.flatMap((_tab, index) =>
          inside[index] ? [userOf(told, index, story)] : []
        );
        remember(story, channel, new Set(members));
        return done([], { seed, members: [...new Set(members)] });
      }),
  }),
  storyVerb({
    name: "reconnectAtOnce",
    summary: "All tabs break off at the same instant, connect again at once, and join again.",
    schema: reconnectAtOnce,
    run: (told, story) =>
      unlessFailed(async () => {
        const channel = story.names.of(told.on);
        const tabs = story.clients(told.tabs);
        for (let round = 0; round <= told.rounds[story.depth]; round++) {
          await avalanche(tabs, channel, told, story);
        }
        remember(story, channel, new Set(tabs.map((_tab, index) => userOf(told, index, story))));
        return done();
      }),
  }),
  storyVerb({
    name: "rostersAgree",
    summary:
      "When all is quiet: what watchers were told, GET users, and the roster of one who joins now are the same.",
    schema: rostersAgree,
    run: (told, story) =>
      unlessFailed(async () => {
        const channel = story.names.of(told.on);
        const watchers = told.watchers.map((name) => story.client(name));
        const newcomer = story.client(told.newcomer);
        const joining = story.names.of(newcomer.name);
        const members = new Set([
          ...(present.get(story)?.get(channel) ?? []),
          ...watchers.map((watcher) => story.names.of(watcher.name)),
        ]);
        await Promise.all(watchers.map((watcher) => settled(watcher, channel, members, story)));
        const from = story.journal.events.length;
        await join(newcomer, channel, joining, story);
        const hasJoined = (event: Evidence) => changeOf(event, channel)?.user === joining;
        await Promise.all(
          watchers.map((watcher) => watcher.until(hasJoined, story.deadlineMs, from)),
        );
        const answer = await story.call({ method: "GET", path: `/channels/${channel}/users` });
        return done([answer.seq], {
          channel,
          expected: [...members, joining],
          sockets: [...watchers, newcomer].map((client) => client.socket),
          answer: answer.seq,
        });
      }),
    judge: (told, view) => judgeAgreement(told.property, view),
  }),
];
