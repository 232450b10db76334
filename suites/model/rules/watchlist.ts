/** What somebody who signed in is told of the users he watches (P-197 to P-199). */
import { isRecord } from "../../wire/frame.ts";
import type { Connection, Message } from "../connections.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import type { SignIn } from "../sign_ins.ts";
import { text } from "./delivery.ts";

/** Of a longer watchlist the first are kept (P-200). */
const MOST_WATCHED = 100;

type Say = (requirement: string, observation: string, why: string, message: Message) => void;

export function judgeWatchlists(history: History, accuse: Accuse): void {
  const online = new Map<string, SignIn[]>();
  for (const [{ app }, signIns] of history.signIns) {
    for (const signIn of signIns) {
      const key = `${app?.id} ${signIn.userId}`;
      online.set(key, [...(online.get(key) ?? []), signIn]);
    }
  }
  for (const [connection, signIns] of history.signIns) {
    if (connection.isForeign) continue;
    const say: Say = (requirement, observation, why, message) =>
      accuse({
        requirement,
        observation,
        message: `${connection.name} received ${text(message)}, but ${why}`,
        quotes: [message.seq],
        part: `${connection.app?.id} user ${signIns[0]?.userId}`,
      });
    judgeWatching(connection, signIns, online, history, say);
    judgeAtRest(connection, signIns, online, history, say);
  }
}

/** What is told of others: only of those on the list, and what can be true. */
function judgeWatching(
  connection: Connection,
  signIns: readonly SignIn[],
  online: ReadonlyMap<string, readonly SignIn[]>,
  { options }: History,
  say: Say,
): void {
  const lists = signIns.map(({ watchlist }) => watchlist);
  for (const message of connection.received) {
    const { event, decoded } = message.frame;
    if (event !== "pusher_internal:watchlist_events") continue;
    const events = isRecord(decoded) ? decoded.events : undefined;
    if (!Array.isArray(events)) {
      return say(
        "P-197",
        "form of watchlist events",
        "its data are {events: [...]} in a string",
        message,
      );
    }
    for (const entry of events) {
      if (
        !isRecord(entry) || (entry.name !== "online" && entry.name !== "offline") ||
        !Array.isArray(entry.user_ids)
      ) {
        return say("P-197", "form of watchlist events", "an event is {name, user_ids}", message);
      }
      for (const id of entry.user_ids) {
        if (typeof id !== "string") {
          return say("P-197", "form of watchlist events", "ids are strings", message);
        }
        if (lists.every((list) => list !== undefined && !list.includes(id))) {
          return say("P-198", "not on the watchlist", `${id} is not on its watchlist`, message);
        }
        if (lists.every((list) => [...new Set(list)].indexOf(id) >= MOST_WATCHED)) {
          return say(
            "P-200",
            "beyond the first hundred",
            `${id} is beyond the first ${MOST_WATCHED} of its watchlist`,
            message,
          );
        }
        if (!options.owns(id)) continue;
        const theirs = online.get(`${connection.app?.id} ${id}`) ?? [];
        const begun = theirs.filter(({ sent }) => sent.seq < message.seq);
        if (entry.name === "online" && begun.length === 0) {
          return say("P-199", "online without having signed in", `${id} never signed in`, message);
        }
        const first = signIns[0]?.sent.seq ?? message.seq;
        const stays = begun.find(({ success, connection }) =>
          success && success.seq < first && connection.servedUntil > message.seq &&
          connection.closed === undefined
        );
        if (entry.name === "offline" && stays) {
          return say(
            "P-199",
            "offline while signed in",
            `${id} is signed in on ${stays.connection.name}`,
            message,
          );
        }
      }
    }
  }
}

/** When everything that had to come has come, the last word about a user is true. */
function judgeAtRest(
  connection: Connection,
  signIns: readonly SignIn[],
  online: ReadonlyMap<string, readonly SignIn[]>,
  { options, quiet }: History,
  say: Say,
): void {
  const [own] = signIns;
  const at = quiet[0];
  if (signIns.length !== 1 || !own?.success || !own.watchlist || at === undefined) return;
  if (own.success.seq > at || connection.closed || connection.servedUntil < at) return;
  const told = connection.received.filter(({ frame, seq }) =>
    frame.event === "pusher_internal:watchlist_events" && seq < at
  );
  const last = told.at(-1);
  if (!last) return;
  const status = new Map<string, string>();
  for (const { frame } of told) {
    const events = isRecord(frame.decoded) ? frame.decoded.events : [];
    for (const entry of Array.isArray(events) ? events : []) {
      if (!isRecord(entry) || !Array.isArray(entry.user_ids)) continue;
      for (const id of entry.user_ids) status.set(String(id), String(entry.name));
    }
  }
  for (const id of own.watchlist.filter((id) => options.owns(id))) {
    const theirs = (online.get(`${connection.app?.id} ${id}`) ?? []).filter(({ sent }) =>
      sent.seq < at
    );
    const isOnline = theirs.some(({ success, connection, isPlain }) =>
      isPlain && success && success.seq < at && !connection.closed && connection.servedUntil > at
    );
    const mayBeOnline = theirs.some(({ connection, signature }) =>
      signature !== "wrong" && !(connection.closed && connection.closed.seq < at)
    );
    if (isOnline && status.get(id) !== "online") {
      say("P-198", "came online, never told", `it was not told that ${id} is online`, last);
    }
    if (!mayBeOnline && status.get(id) === "online") {
      say("P-199", "went offline, never told", `it was not told that ${id} is offline`, last);
    }
  }
}
