/** How many are subscribed, as the subscribers are told (P-177, P-178, P-180, P-181). */
import { isPresence } from "../channel_kind.ts";
import type { Message } from "../connections.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import { isCertain, isPossible, type Stay } from "../stays.ts";
import { isRecord } from "../../wire/frame.ts";
import { text } from "./delivery.ts";

const COUNT = "pusher_internal:subscription_count";
/** With more subscribers, the count may be told every few seconds only (P-179). */
const TOLD_AT_ONCE = 100;

export function judgeCounts(history: History, accuse: Accuse): void {
  const askedBefore = countRequests(history);
  for (const connection of history.connections.values()) {
    if (connection.isForeign || !connection.app) continue;
    const told = new Map<string, Message[]>();
    for (const message of connection.received) {
      const { channel, event } = message.frame;
      if (event !== COUNT || channel === undefined) continue;
      const say = (requirement: string, observation: string, why: string) =>
        accuse({
          requirement,
          observation,
          message: `${connection.name} received ${text(message)}, but ${why}`,
          quotes: [message.seq],
          part: `${connection.app?.id} ${channel}`,
        });
      if (isPresence(channel)) {
        say("P-180", "count on a presence channel", "that is a presence channel");
      }
      const count = countIn(message);
      if (count === undefined) {
        say("P-177", "form of the count", "its data are {subscription_count} in a string");
        continue;
      }
      told.set(channel, [...(told.get(channel) ?? []), message]);
      if (!history.options.owns(channel)) continue;
      const most = askedBefore(message.seq, connection.app.id, channel);
      if (count < 1 || count > most) {
        say("P-181", "count out of range", `no more than ${most} connections ever asked for it`);
      }
    }
    for (const [channel, messages] of told) {
      if (history.options.owns(channel)) {
        judgeAtRest(
          connection.app.id,
          channel,
          messages,
          history.stays(connection, channel),
          history,
          accuse,
        );
      }
    }
  }
}

/** How many connections that may be let in asked for a channel before a point. */
function countRequests(history: History): (seq: number, appId: string, channel: string) => number {
  const known = new Map<string, readonly number[]>();
  return (seq, appId, channel) => {
    const key = `${appId} ${channel}`;
    const first = known.get(key) ?? firstRequests(history.staysIn(appId, channel));
    known.set(key, first);
    const later = first.findIndex((asked) => asked >= seq);
    return later < 0 ? first.length : later;
  };
}

/** When each connection first asked, in order. */
function firstRequests(stays: readonly Stay[]): readonly number[] {
  const first = new Map<string, number>();
  for (const { connection, asked, admission, succeeded } of stays) {
    if (admission.kind === "wrong" && !succeeded) continue;
    first.set(connection.name, Math.min(asked.seq, first.get(connection.name) ?? Infinity));
  }
  return [...first.values()].sort((a, b) => a - b);
}

function countIn({ frame }: Message): number | undefined {
  const count = isRecord(frame.decoded) ? frame.decoded.subscription_count : undefined;
  return typeof frame.data === "string" && typeof count === "number" ? count : undefined;
}

/** The number of connections, not of stays. */
export function socketsIn(stays: readonly Stay[], isCounted: (stay: Stay) => boolean): number {
  return new Set(stays.filter(isCounted).map(({ connection }) => connection)).size;
}

/** When everything that had to come has come, the last count told is the right one. */
function judgeAtRest(
  appId: string,
  channel: string,
  messages: readonly Message[],
  own: readonly Stay[],
  history: History,
  accuse: Accuse,
): void {
  const everybody = history.staysIn(appId, channel);
  for (const at of history.quiet) {
    const last = messages.findLast(({ seq }) => seq < at);
    const count = last && countIn(last);
    if (!last || count === undefined || !own.some((stay) => isCertain(stay, at, at))) continue;
    const least = socketsIn(everybody, (stay) => isCertain(stay, at, at));
    const most = socketsIn(everybody, (stay) => isPossible(stay, { seq: at + 0.5, t: 0 }));
    if (most > TOLD_AT_ONCE || (count >= least && count <= most)) continue;
    accuse({
      requirement: "P-178",
      observation: "last count is wrong",
      message: `the last count told of ${channel} is ${count}; ${least} are subscribed`,
      quotes: [last.seq],
      part: `${appId} ${channel}`,
    });
  }
}
