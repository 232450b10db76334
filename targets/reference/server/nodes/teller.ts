/** Telling this node's connections what has been heard. */
import type { Buffer } from "node:buffer";
import { close, type Connection } from "../connection.ts";
import type { Reach } from "../channel_state.ts";
import { memberAddedFrame, memberRemovedFrame } from "../presence.ts";
import type { Registry } from "../registry.ts";
import type { Member } from "../state.ts";
import { countFrame, createCountPace } from "../subscription_count.ts";
import { watchlistFrame } from "../watchlist.ts";
import type { Claims } from "./claims.ts";
import type { News } from "./news.ts";
import type { Views } from "./views.ts";

export interface Teller {
  /** Does what is heard, in the order in which it is heard. */
  hear(news: News, frame: Buffer): void;
  /** These are present; whom earlier subscribers do not know is told to them, but for `coming`. */
  present(channel: string, members: readonly Member[], coming: Member | undefined): void;
  /** These and no others are present: what was missed is told. */
  correctMembers(channel: string, members: readonly Member[]): void;
  /** So many subscribe: told where that was missed. */
  correctCount(channel: string, subscriptions: number): void;
}

export function createTeller(
  registry: Registry<Connection>,
  claims: Claims,
  views: Views,
  reach: Reach<Connection>,
): Teller {
  const countPace = createCountPace();
  const counts = new Map<string, number>();

  const publish = (channel: string, frame: Buffer, except = "") =>
    reach.publish(channel, registry.subscribers(channel), frame, except);

  function added(channel: string, member: Member, except = ""): void {
    if (views.add(channel, member)) publish(channel, memberAddedFrame(channel, member), except);
  }
  function removed(channel: string, userId: string): void {
    if (views.remove(channel, userId)) publish(channel, memberRemovedFrame(channel, userId));
  }
  function count(channel: string, subscriptions: number): void {
    if (registry.count(channel).subscriptions === 0) return;
    counts.set(channel, subscriptions);
    countPace(channel, () => counts.get(channel) ?? 0, (latest) => {
      if (views.counted(channel, latest)) publish(channel, countFrame(channel, latest));
      if (registry.count(channel).subscriptions === 0) counts.delete(channel);
    });
  }
  const watch = (userId: string, name: "online" | "offline", except = "") =>
    reach.send(
      [...registry.watchersOf(userId)].filter(({ socketId }) => socketId !== except),
      watchlistFrame([{ name, user_ids: [userId] }]),
    );

  function hear(news: News, frame: Buffer): void {
    switch (news[0]) {
      case "event":
        return publish(news[1], frame, news[2]);
      case "added":
        return added(news[1], { userId: news[2], userInfo: news[3] }, news[4]);
      case "removed":
        // Taken for dead, and not dead: what this node still has it states anew in a moment.
        if (news[3] !== "" && claims.holds(news[1], news[2])) return;
        return removed(news[1], news[2]);
      case "count":
        return count(news[1], news[2]);
      case "online":
        return watch(news[1], "online", news[2]);
      case "offline":
        return watch(news[1], "offline");
      case "terminate":
        for (const connection of [...registry.signedInAs(news[1])]) close(connection, news[2]);
    }
  }

  return {
    hear,
    present(channel, members, coming) {
      const others = members.filter(({ userId }) => userId !== coming?.userId);
      for (const member of views.merge(channel, others)) {
        publish(channel, memberAddedFrame(channel, member));
      }
    },
    correctCount: count,
    correctMembers(channel, members) {
      const present = new Set(members.map(({ userId }) => userId));
      for (const { userId } of views.members(channel)) {
        if (!present.has(userId) && !claims.holds(channel, userId)) removed(channel, userId);
      }
      for (const member of members) added(channel, member);
    },
  };
}
