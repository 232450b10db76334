/**
 * Channels that many sockets leave at the same instant, and who is left in them (P-310).
 *
 * Whoever is the last to leave makes a channel vacant. Where two leave at once, each may think that
 * the other is still there, and the channel stays occupied by nobody. All join, an event is published,
 * and all but a few leave in one breath; then the API is asked about the channel and for the list of
 * channels until both are right, or the scenario's deadline is over. Where the channel does not become
 * vacant, one client is alone in another channel and leaves it: a server that forgets no channel at
 * all has no fault of this kind (P-079).
 */
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import { delay } from "@std/async";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { isFrame } from "../record/frames.ts";
import type { Attempt } from "../engine/attempt.ts";
import { show } from "../language/matcher.ts";
import { blocked, done, fails, holds, scenarioVerb, type Verb } from "../engine/verb.ts";
import { ask, leave, openAll, TabFailed, unlessFailed } from "./presence/tab.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { listedBy, occupiedBy } from "../expect/occupancy.ts";

const leaveAtOnce = z.strictObject({
  crowd: clientName("the group of clients"),
  on: z.string().describe("the channel; of a presence channel the users are counted too"),
  keeping: z.number().int().min(0).describe("how many of them stay"),
  rounds: z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) })
    .describe("how often they fill the channel and leave it"),
});

/** Between two questions, where the target is still about to notice. */
const ASK_AGAIN_MS = 20;

/** Waits until such an event came on each of these sockets. */
async function onEach(
  clients: readonly Client[],
  wanted: (event: Evidence) => boolean,
  from: number,
  attempt: Attempt,
): Promise<void> {
  const waiting = new Set(clients.map((client) => client.socket));
  const last = await attempt.log.until(
    (event) => {
      if (event.kind === "received" && waiting.has(event.socket) && wanted(event)) {
        waiting.delete(event.socket);
      }
      return waiting.size === 0;
    },
    { from, deadlineMs: attempt.deadlineMs },
  );
  if (!last) throw new TabFailed(`${waiting.size} of ${clients.length} sockets were not answered`);
}

/** Lets all of them join, and all but the first few leave in one breath. */
async function fillAndLeave(
  crowd: readonly Client[],
  channel: string,
  keeping: number,
  attempt: Attempt,
): Promise<void> {
  const began = attempt.log.events.length;
  for (const client of crowd) ask(client, channel, attempt.names.of(client.name));
  const succeeded = { event: "pusher_internal:subscription_succeeded", channel };
  await onEach(crowd, (event) => isFrame(event, succeeded), began, attempt);

  // A channel that has carried something is more to forget than one that never did.
  await attempt.call({
    method: "POST",
    path: "/events",
    body: { name: "Farewell", channel, data: "{}" },
  });

  const leaving = crowd.slice(keeping);
  const left = attempt.log.events.length;
  for (const client of leaving) leave(client, channel, "unsubscribes", attempt);
  for (const client of leaving) client.send({ event: "pusher:ping", data: {} });
  await onEach(leaving, (event) => isFrame(event, { event: "pusher:pong" }), left, attempt);
}

/** One account of the channel: the answer to the question for it, and to that for all channels. */
interface Account {
  readonly channel: Evidence | undefined;
  readonly list: Evidence | undefined;
}

/** What should be: this many subscribers are left in this channel. */
interface Left {
  readonly channel: string;
  readonly count: number;
}

const isPresence = (channel: string) => channel.startsWith("presence-");

/** What the answer says of `user_count`; `undefined` where it does not. */
function usersIn(answer: Evidence | undefined): unknown {
  const body = answer?.kind === "response" && answer.status === 200 ? readJson(answer.body) : {};
  return isRecord(body) ? body.user_count : undefined;
}

/** Whether an account says whether the channel is occupied, by either of its answers. */
const isTelling = (account: Account, { channel }: Left) =>
  (occupiedBy(account.channel) ?? listedBy(account.list, channel)) !== undefined;

/** What is wrong with an account, if anything. */
function wrongIn(account: Account, { channel, count }: Left): string | undefined {
  const isLeft = count > 0;
  const occupied = occupiedBy(account.channel);
  if (occupied === !isLeft) return `with ${count} subscribers left, occupied is ${occupied}`;
  const users = usersIn(account.channel);
  if (isLeft && isPresence(channel) && occupied !== undefined && users !== count) {
    return `with ${count} members left, user_count is ${show(users)}`;
  }
  return listedBy(account.list, channel) === !isLeft
    ? `with ${count} subscribers left, the list of channels ${isLeft ? "lacks" : "has"} it`
    : undefined;
}

/** Asks until the account is right or time is up; the last one counts. */
async function accountOf(left: Left, attempt: Attempt): Promise<Account> {
  const { channel } = left;
  const began = performance.now();
  while (true) {
    const account = {
      channel: await attempt.call({
        method: "GET",
        path: `/channels/${channel}`,
        ...(isPresence(channel) ? { query: { info: "user_count" } } : {}),
      }),
      list: await attempt.call({
        method: "GET",
        path: "/channels",
        query: { filter_by_prefix: channel },
      }),
    };
    const late = performance.now() - began > attempt.deadlineMs;
    const isRight = isTelling(account, left) && wrongIn(account, left) === undefined;
    if (late || isRight) return account;
    await delay(ASK_AGAIN_MS);
  }
}

/** The account of a channel like it that one client was alone in, and has left. */
async function accountOfOne(
  one: Client | undefined,
  channel: string,
  attempt: Attempt,
): Promise<{ readonly alone: Asked & { readonly name: string } }> {
  if (one !== undefined) await fillAndLeave([one], channel, 0, attempt);
  const account = await accountOf({ channel, count: 0 }, attempt);
  return { alone: { name: channel, ...askedIn(account) } };
}

/** Where the answers of an account stand in the evidence. */
interface Asked {
  readonly channel: number;
  readonly list: number;
}

const askedIn = ({ channel, list }: Account): Asked => ({
  channel: channel?.seq ?? -1,
  list: list?.seq ?? -1,
});

export const OCCUPANCY: readonly Verb[] = [
  scenarioVerb({
    name: "leaveAtOnce",
    summary:
      "Round after round, a crowd joins a channel and all but a few leave it at the same instant; the channel's occupancy must be exact.",
    schema: leaveAtOnce,
    asks: ({ crowd }, turn) => ({ connections: turn.clients(crowd) }),
    premises: () => ["P-267", "P-263"],
    run: (params, attempt) =>
      unlessFailed(async () => {
        const channel = attempt.names.of(params.on);
        const left = { channel, count: params.keeping };
        const crowd = attempt.clients(params.crowd);
        const accounts: Asked[] = [];
        await openAll(crowd, attempt);
        for (let round = 0; round < params.rounds[attempt.depth]; round++) {
          await fillAndLeave(crowd, channel, params.keeping, attempt);
          const account = await accountOf(left, attempt);
          accounts.push(askedIn(account));
          if (wrongIn(account, left)) {
            const control = left.count === 0
              ? await accountOfOne(crowd[0], attempt.names.of(`${params.on}-alone`), attempt)
              : {};
            return done([], { channel, accounts, ...control });
          }
          for (const client of crowd.slice(0, params.keeping)) {
            leave(client, channel, "unsubscribes", attempt);
          }
        }
        return done([], { channel, accounts });
      }),
    judge: (params, view) => {
      const channel = String(view.ended.facts?.channel);
      const { accounts, alone } = view.ended.facts ?? {}; // set by run above
      if (!Array.isArray(accounts)) return blocked("the channel was never asked for");
      const answers = new Map(
        view.events.flatMap((event) => (event.kind === "response" ? [[event.seq, event]] : [])),
      );
      const accountIn = ({ channel, list }: Asked): Account => ({
        channel: answers.get(channel),
        list: answers.get(list),
      });
      const stays = ({ name, ...asked }: Asked & { readonly name: string }) =>
        wrongIn(accountIn(asked), { channel: name, count: 0 }) !== undefined;
      for (const asked of accounts as Asked[]) {
        const account = accountIn(asked);
        const left = { channel, count: params.keeping };
        const quotes = [asked.channel, asked.list].filter((seq) => seq >= 0);
        const wrong = wrongIn(account, left);
        if (wrong) {
          return {
            ...fails(wrong, quotes),
            ...(alone && stays(alone as Parameters<typeof stays>[0]) ? { accuses: "P-079" } : {}),
          };
        }
        if (!isTelling(account, left)) {
          return blocked(`no answer tells whether ${channel} is occupied`, quotes);
        }
      }
      return holds(`exact after each of ${accounts.length} rounds`);
    },
  }),
];
