/** When a client pings, dials again and stays away. Lower bounds are strict, deadlines generous. */
import { z } from "zod";
import { delay } from "@std/async";
import { scriptedServerOf } from "../pages/scripted_server.ts";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import { milliseconds } from "../language/duration.ts";
import {
  blocked,
  clientVerb,
  deadline,
  done,
  fails,
  type Finding,
  holds,
  type Verb,
  type View,
} from "../engine/verb.ts";

const bounds = {
  notBefore: z.string().optional().describe("a strict lower bound, such as 1s"),
  within: z.string().optional().describe("an upper bound; the deadline without it"),
};
const pingsWhenIdle = z.strictObject({ pingsWhenIdle: z.null(), ...bounds });
const dialsAgain = z.strictObject({
  dialsAgain: z.null(),
  scheme: z.enum(["ws", "wss"]).optional().describe("only such a connection counts"),
  ...bounds,
});
const staysAway = z.strictObject({ staysAway: z.string().describe("for how long, such as 3s") });
const awaitsPong = z.strictObject({
  pingsWhenIdle: z.null(),
  awaits: z.literal("pong").describe("however late, and the connection lives on"),
});

type Bounds = Pick<z.infer<typeof dialsAgain>, "notBefore" | "within">;

/** Judges the time between two events. */
function judgeGap(
  what: string,
  from: Evidence,
  to: Evidence,
  { notBefore, within }: Bounds,
): Finding {
  const gap = to.t - from.t;
  const quotes = [from.seq, to.seq];
  const after = `${what} after ${Math.round(gap)} ms`;
  if (notBefore !== undefined && gap < milliseconds(notBefore)) {
    return fails(`${after}, expected not before ${notBefore}`, quotes);
  }
  return within !== undefined && gap >= milliseconds(within)
    ? fails(`${after}, expected within ${within}`, quotes)
    : holds(after, quotes);
}

/** The first two events a step took, when it took both. */
function both(view: View): readonly [Evidence, Evidence] | undefined {
  const [first, second] = view.ended.took.map((seq) => view.events.find((e) => e.seq === seq));
  return first && second ? [first, second] : undefined;
}

const isPing = (who: string, event: Evidence) =>
  event.kind === "sent" && isOf(who, event) &&
  (event.opcode === "ping" || frameOf(event)?.event === "pusher:ping");

/** The end of the client's last connection, or its last attempt where none ended. */
function lastEnd(attempt: Attempt, client: Client): Evidence | undefined {
  const own = attempt.log.events.filter((event) => isOf(client.name, event));
  return own.findLast((event) => event.kind === "closed") ??
    own.findLast((event) => event.kind === "dial");
}

export const CLIENT_TIMING: readonly Verb[] = [
  clientVerb({
    name: "pingsWhenIdle",
    summary: "The client pings after a time without traffic, of either kind of ping.",
    schema: pingsWhenIdle,
    run: async (_told, client, attempt) => {
      const ping = await attempt.log.until(
        (event) => isPing(client.name, event) && !attempt.taken.has(event.seq),
        { deadlineMs: attempt.deadlineMs },
      );
      if (!ping) return deadline("no ping came");
      const before = attempt.log.events.findLast((event) =>
        event.seq < ping.seq && event.kind === "received" && isOf(client.name, event)
      );
      return before
        ? done([before.seq, ping.seq])
        : deadline("nothing was received before the ping");
    },
    judge: (params, view) => {
      const found = both(view);
      return found
        ? judgeGap("pinged", ...found, params)
        : fails(view.ended.detail ?? "no ping came");
    },
  }),
  clientVerb({
    name: "dialsAgain",
    summary: "The client opens another connection after its last one ended.",
    schema: dialsAgain,
    run: async (params, client, attempt) => {
      const end = lastEnd(attempt, client);
      if (!end) return deadline("it has not connected yet");
      const dial = await attempt.log.until(
        (event) =>
          event.kind === "dial" && event.seq > end.seq && isOf(client.name, event) &&
          (params.scheme === undefined || event.url.startsWith(`${params.scheme}://`)),
        { deadlineMs: attempt.deadlineMs },
      );
      return dial ? done([end.seq, dial.seq]) : deadline("it did not connect again");
    },
    judge: (params, view) => {
      const found = both(view);
      return found
        ? judgeGap("connected again", ...found, params)
        : fails(view.ended.detail ?? "it did not connect again");
    },
  }),
  clientVerb({
    name: "staysAway",
    summary: "After its connection ended, the client opens no other for this long.",
    schema: staysAway,
    run: async (params, client, attempt) => {
      const closed = await attempt.log.until(
        (event) => event.kind === "closed" && isOf(client.name, event),
        { deadlineMs: attempt.deadlineMs },
      );
      if (!closed) return deadline("its connection did not end");
      await delay(milliseconds(params.staysAway));
      return done([closed.seq]);
    },
    judge: (params, view) => {
      const closed = view.events.find((event) => event.seq === view.ended.took[0]);
      if (!closed) return blocked(view.ended.detail ?? "its connection did not end");
      const dial = view.events.find((event) =>
        event.kind === "dial" && event.seq > closed.seq && isOf(view.who, event)
      );
      return dial
        ? fails(`connected again ${Math.round(dial.t - closed.t)} ms after ${quote(closed)}`, [
          closed.seq,
          dial.seq,
        ])
        : holds(`no connection in the ${params.staysAway} after ${quote(closed)}`, [closed.seq]);
    },
  }),
  clientVerb({
    name: "pingsWhenIdle",
    form: "awaits",
    summary: "The client pings, and keeps its connection until the late pong has come and after.",
    schema: awaitsPong,
    run: async (_told, client, attempt) => {
      const { deadlineMs } = attempt;
      const ping = await attempt.log.until((event) => isPing(client.name, event), { deadlineMs });
      if (!ping) return deadline("no ping came");
      const pong = await attempt.log.until(
        (event) =>
          event.seq > ping.seq && isOf(client.name, event) &&
          (isFrame(event, { event: "pusher:pong" }) || event.kind === "closed"),
        { deadlineMs },
      );
      if (pong?.kind !== "received") return done([ping.seq]);
      // An answer on the same connection shows that it outlived the pong.
      scriptedServerOf(attempt)?.send({ event: "pusher:ping" });
      const answer = await attempt.log.until(
        (event) =>
          event.seq > pong.seq && isOf(client.name, event) &&
          (frameOf(event)?.event === "pusher:pong" && event.kind === "sent" ||
            event.kind === "closed"),
        { deadlineMs },
      );
      return answer?.kind === "sent" ? done([ping.seq, pong.seq]) : done([ping.seq]);
    },
    judge: (_told, view) => {
      const found = both(view);
      return found
        ? holds(`it waited ${Math.round(found[1].t - found[0].t)} ms for the pong`, view.ended.took)
        : fails(view.ended.detail ?? "it did not keep its connection until the pong came", [
          ...view.ended.took,
        ]);
    },
  }),
];
