/** Channels that many sockets leave at the same instant, and who is left in them (P-310). */
import { z } from "zod";
import { delay } from "@std/async";
import type { Client } from "../engine/client.ts";
import type { Evidence } from "../engine/evidence.ts";
import { isFrame, quote } from "../engine/frames.ts";
import type { Story } from "../engine/story.ts";
import { done, fails, holds, storyVerb, untestable, type Verb } from "../language/verb.ts";
import { ask, leave, openAll, TabFailed, unlessFailed } from "../presence/tab.ts";
import { isRecord, readJson } from "../wire/frame.ts";

const leaveAtOnce = z.strictObject({
  crowd: z.string().describe("the group of clients"),
  on: z.string().describe("the channel; of a presence channel the users are counted too"),
  keeping: z.number().int().min(0).describe("how many of them stay"),
  rounds: z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) }),
});

/** Between two questions, where the target is still about to notice. */
const ASK_AGAIN_MS = 20;

/** Waits until such an event came on each of these sockets. */
async function onEach(
  clients: readonly Client[],
  wanted: (event: Evidence) => boolean,
  from: number,
  story: Story,
): Promise<void> {
  const waiting = new Set(clients.map((client) => client.socket));
  const last = await story.journal.until(
    (event) => {
      if (event.kind === "received" && waiting.has(event.socket) && wanted(event)) {
        waiting.delete(event.socket);
      }
      return waiting.size === 0;
    },
    { from, deadlineMs: story.deadlineMs },
  );
  if (!last) throw new TabFailed(`${waiting.size} of ${clients.length} sockets were not answered`);
}

/** Lets all of them join, and all but the first few leave in one breath. */
async function fillAndLeave(
  crowd: readonly Client[],
  channel: string,
  keeping: number,
  story: Story,
): Promise<void> {
  const began = story.journal.events.length;
  for (const client of crowd) ask(client, channel, story.names.of(client.name));
  const succeeded = { event: "pusher_internal:subscription_succeeded", channel };
  await onEach(crowd, (event) => isFrame(event, succeeded), began, story);

  const leaving = crowd.slice(keeping);
  const left = story.journal.events.length;
  for (const client of leaving) leave(client, channel, "unsubscribes", story);
  for (const client of leaving) client.send({ event: "pusher:ping", data: {} });
  await onEach(leaving, (event) => isFrame(event, { event: "pusher:pong" }), left, story);
}

/** What is wrong with this answer to `GET /channels/{channel}`, if anything. */
function wrongIn(answer: Evidence | undefined, left: number, counts: boolean): string | undefined {
  if (answer?.kind !== "response") return "the channel could not be asked for";
  const body = readJson(answer.body);
  if (!isRecord(body)) return `the answer was ${quote(answer)}`;
  if (body.occupied !== left > 0) {
    return `with ${left} subscribers left, occupied is ${JSON.stringify(body.occupied)}`;
  }
  return counts && body.user_count !== left
    ? `with ${left} members left, user_count is ${JSON.stringify(body.user_count)}`
    : undefined;
}

/** Asks until the answer is right or time is up; the last answer counts. */
async function occupancy(channel: string, left: number, story: Story): Promise<Evidence> {
  const counts = channel.startsWith("presence-");
  const began = performance.now();
  while (true) {
    const answer = await story.call({
      method: "GET",
      path: `/channels/${channel}`,
      ...(counts ? { query: { info: "user_count" } } : {}),
    });
    const late = performance.now() - began > story.deadlineMs;
    if (late || wrongIn(answer, left, counts) === undefined) return answer;
    await delay(ASK_AGAIN_MS);
  }
}

export const OCCUPANCY: readonly Verb[] = [
  storyVerb({
    name: "leaveAtOnce",
    summary:
      "Round after round, a crowd joins a channel and all but a few leave it at the same instant; the channel's occupancy must be exact.",
    schema: leaveAtOnce,
    run: (told, story) =>
      unlessFailed(async () => {
        const channel = story.names.of(told.on);
        const crowd = story.clients(told.crowd);
        const answers: number[] = [];
        await openAll(crowd, story);
        for (let round = 0; round < told.rounds[story.depth]; round++) {
          await fillAndLeave(crowd, channel, told.keeping, story);
          const answer = await occupancy(channel, told.keeping, story);
          answers.push(answer.seq);
          if (wrongIn(answer, told.keeping, channel.startsWith("presence-"))) break;
          for (const client of crowd.slice(0, told.keeping)) {
            leave(client, channel, "unsubscribes", story);
          }
        }
        return done([], { answers, counts: channel.startsWith("presence-") });
      }),
    judge: (told, view) => {
      const { answers, counts } = view.ended.facts ?? {};
      const asked = new Set(answers as readonly number[]); // set by run above
      if (asked.size === 0) return untestable("the channel was never asked for");
      for (const event of view.events) {
        if (!asked.has(event.seq)) continue;
        const wrong = wrongIn(event, told.keeping, counts === true);
        if (wrong) return fails(wrong, [event.seq]);
      }
      return holds(`exact after each of ${asked.size} rounds`);
    },
  }),
];
