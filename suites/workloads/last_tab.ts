/**
 * The race of presence channels (P-126): a user's last tab goes while another of his tabs joins.
 * Whoever wins, he is there in the end, and those who watch saw either nothing or one going and
 * one coming, in that order.
 */
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import { delay } from "@std/async";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  blocked,
  broken,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  missed,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import type { Random } from "../engine/random.ts";
import { type Change, changeOf } from "./presence/replay.ts";
import { usersIn } from "./presence/roster.ts";
import {
  admitted,
  all,
  ask,
  closed,
  join,
  leave,
  openAll,
  unlessFailed,
  WAYS_OUT,
} from "./presence/tab.ts";
import { fenceApi } from "../engine/fence.ts";
import { many } from "../engine/demand.ts";

const lastTabRacesNext = z.strictObject({
  on: z.string().describe("the presence channel, which the watcher is in"),
  user: z.string().describe("the user whose tabs they are"),
  last: clientName("a client not yet connected, the user's last tab"),
  next: clientName("another, his next one"),
  watcher: clientName("a member of the channel and of the door"),
  door: z.string().describe("another presence channel, by which a tab's going is noticed"),
  rounds: z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) })
    .describe("how many races"),
});

interface Race {
  readonly channel: string;
  readonly door: string;
  readonly user: string;
  readonly tabs: readonly [Client, Client];
  readonly watcher: Client;
}

/** Where a round lies in the evidence, by sequence number. */
interface Round {
  readonly began: number;
  /** By here both tabs had been dealt with, and the user had only one left. */
  readonly settled: number;
  /** The answer to `GET users` at `settled`. */
  readonly answer: number;
  readonly how: string;
}

/** Ways and moments differ by chance, so that every order of the two has its turn. */
async function letThemRace({ channel, user, tabs }: Race, draw: Random, attempt: Attempt) {
  const [last, next] = tabs;
  const way = WAYS_OUT[draw(WAYS_OUT.length)] ?? "closes";
  const goesFirst = draw(2) === 0;
  const gapMs = draw(3) - 1;
  const from = attempt.log.events.length;
  const goes = () => leave(last, channel, way, attempt);
  const comes = () => ask(next, channel, user);
  const [first, second] = goesFirst ? [goes, comes] : [comes, goes];
  first();
  if (gapMs >= 0) await delay(gapMs);
  second();
  await admitted(next, channel, from, attempt);
  return { way, how: `${way} ${goesFirst ? "before" : "after"} the next asks to join` };
}

/** Whether the watcher is told of this change, from index `from` on. */
async function isTold(
  { watcher }: Race,
  { on, user, change }: { readonly on: string; readonly user: string; readonly change: Change },
  from: number,
  attempt: Attempt,
): Promise<boolean> {
  const event = await watcher.until(
    (event) => {
      const params = changeOf(event, on);
      return params?.change === change && params.user === user;
    },
    attempt.deadlineMs,
    from,
  );
  return event !== undefined;
}

interface Torn {
  readonly why: string;
  /** The requirement by which it should have gone on. */
  readonly premise: string;
  readonly began: number;
}

type Played =
  | { readonly kind: "whole"; readonly round: Round; readonly farewell: boolean }
  /** It could not be finished; what came since it began belongs to no other round. */
  | { readonly kind: "torn" } & Torn;

/** A target that notices who is gone after seconds has fewer rounds, so that others have their turn. */
const LONG_MS = { quick: 20_000, full: 600_000 };
const LEAST_ROUNDS = 3;

/** One race, from two fresh connections until nobody is there any more. */
async function play(race: Race, number: number, draw: Random, attempt: Attempt): Promise<Played> {
  const { channel, door, user, tabs, watcher } = race;
  const [last, next] = tabs;
  const { events } = attempt.log;
  const from = events.length;
  const seqAt = (index: number) => events[index]?.seq ?? Infinity;
  const torn = (why: string, premise: string): Played => ({
    kind: "torn",
    why,
    premise,
    began: seqAt(from),
  });
  await openAll(tabs, attempt);
  await join(last, channel, user, attempt);
  const guest = attempt.names.of(`guest-${number}`);
  await join(last, door, guest, attempt);
  if (!await isTold(race, { on: channel, user, change: "added" }, from, attempt)) {
    return torn(`${watcher.name} was not told that ${user} came`, "P-119");
  }

  const { way, how } = await letThemRace(race, draw, attempt);
  if (way === "unsubscribes") leave(last, door, way, attempt);
  // The last tab alone was at the door: once that is told, its going has been dealt with.
  if (!await isTold(race, { on: door, user: guest, change: "removed" }, from, attempt)) {
    const premise = way === "unsubscribes" ? "P-122" : "P-123";
    return torn(`${watcher.name} was not told that ${guest} left ${door}`, premise);
  }
  await fenceApi(attempt, watcher);
  const settled = events.length;
  const answer = await attempt.call({ method: "GET", path: `/channels/${channel}/users` });

  leave(next, channel, "unsubscribes", attempt);
  const farewell = await isTold(race, { on: channel, user, change: "removed" }, settled, attempt);
  for (const tab of tabs) if (tab.isOpen) leave(tab, channel, "closes", attempt);
  await all(tabs.map((tab) => closed(tab, attempt)));
  const round = { began: seqAt(from), settled: seqAt(settled), answer: answer.seq, how };
  return { kind: "whole", round, farewell };
}

interface Seen {
  readonly change: Change;
  readonly seq: number;
}

const words = (seen: readonly Seen[]) => seen.map(({ change }) => change).join(" ") || "nothing";

/** What the watcher may be told until both tabs were dealt with. */
const FINE = new Set(["added", "added removed added"]);

/** What is wrong with one round, if anything. */
function judgeRound(
  { settled, answer, how }: Round,
  user: string,
  seen: readonly Seen[],
  users: ReadonlySet<string> | undefined,
): Finding | undefined {
  const before = seen.filter(({ seq }) => seq < settled);
  const after = seen.filter(({ seq }) => seq >= settled);
  const quotes = seen.map(({ seq }) => seq);
  if (!FINE.has(words(before))) {
    return fails(`the last tab ${how}, and the watcher was told: ${words(before)}`, quotes);
  }
  if (!users) return blocked("GET users was not answered with a list", [answer]);
  if (!users.has(user)) return fails(`the last tab ${how}, and GET users lacks ${user}`, [answer]);
  return words(after) === "removed" ? undefined : fails(
    `the last tab ${how}, and when the next had gone too, the watcher was told: ${words(after)}`,
    quotes,
  );
}

/** What `run` leaves to its judge. */
interface Raced {
  readonly channel: string;
  readonly user: string;
  /** The socket that was told of members. */
  readonly watcher: string;
  readonly rounds: readonly Round[];
  /** The round after them, where it could not be finished. */
  readonly torn?: Torn;
}

function judge(view: View): Finding {
  const { channel, user, watcher, rounds, torn } = factsOf<Raced>(view);
  const answers = new Map(rounds.map(({ answer }) => [answer, undefined as Evidence | undefined]));
  const seen: Seen[] = [];
  for (const event of view.events) {
    if (answers.has(event.seq)) answers.set(event.seq, event);
    if (event.kind !== "received" || event.socket !== watcher) continue;
    const params = changeOf(event, channel);
    if (params?.user === user && params) seen.push({ change: params.change, seq: event.seq });
  }
  for (const [index, round] of rounds.entries()) {
    const end = rounds[index + 1]?.began ?? torn?.began ?? Infinity;
    const within: Seen[] = [];
    while (seen[0] && seen[0].seq < end) within.push(...seen.splice(0, 1));
    const wrong = judgeRound(round, user, within, usersIn(answers.get(round.answer)));
    if (wrong) return { ...wrong, message: `race ${index + 1}: ${wrong.message}` };
  }
  return torn === undefined
    ? holds(
      `in ${rounds.length} races the user was there in the end, and nobody was told otherwise`,
    )
    : missed(`race ${rounds.length + 1}: ${torn.why}`);
}

export const LAST_TAB: readonly Verb[] = [
  scenarioVerb({
    name: "lastTabRacesNext",
    summary:
      "A user's last tab goes at the moment another of his tabs joins, in many rounds; he must be there in the end.",
    schema: lastTabRacesNext,
    asks: ({ rounds }, turn) => ({ connections: many(rounds, turn) }),
    premises: (_params, view) => {
      const { torn } = (view?.ended.facts ?? {}) as Partial<Raced>; // as `run` left them
      return torn ? [torn.premise] : [];
    },
    run: (params, attempt) => {
      const race: Race = {
        channel: attempt.names.of(params.on),
        door: attempt.names.of(params.door),
        user: attempt.names.of(params.user),
        tabs: [attempt.client(params.last), attempt.client(params.next)],
        watcher: attempt.client(params.watcher),
      };
      const draw = attempt.random();
      const rounds: Round[] = [];
      const facts = {
        channel: race.channel,
        user: race.user,
        watcher: race.watcher.socket,
        rounds,
      };
      const began = performance.now();
      return unlessFailed(async () => {
        for (let number = 1; number <= params.rounds[attempt.depth]; number++) {
          const played = await play(race, number, draw, attempt);
          if (played.kind === "torn") {
            const { why, premise, began } = played;
            return { ...broken(why), facts: { ...facts, torn: { why, premise, began } } };
          }
          rounds.push(played.round);
          // Without a farewell the round is lost already, and every other would wait in vain.
          if (!played.farewell) break;
          const isSlow = performance.now() - began > LONG_MS[attempt.depth];
          if (isSlow && number >= LEAST_ROUNDS) break;
        }
        return done([], facts);
      });
    },
    judge: (_told, view) => judge(view),
  }),
];
