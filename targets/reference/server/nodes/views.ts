/**
 * What this node's subscribers have been told of their channels: who is present, and the last count.
 * News that repeats it is no news, and news that was lost is found by holding what is so against it.
 */
import type { Member } from "../state.ts";

export interface Views {
  /** Takes in what is so, and answers whom the earlier subscribers do not know yet. */
  merge(channel: string, present: readonly Member[]): readonly Member[];
  /** Whom subscribers take for present. */
  members(channel: string): readonly Member[];
  /** False when they knew. */
  add(channel: string, member: Member): boolean;
  /** False when they did not take the user for present. */
  remove(channel: string, userId: string): boolean;
  /** False when it is what they were told last. */
  counted(channel: string, subscriptions: number): boolean;
  /** The last of this node's subscribers has gone. */
  forget(channel: string): void;
  /** Presence channels with subscribers here. */
  channels(): Iterable<string>;
}

export function createViews(): Views {
  const views = new Map<string, Map<string, Member>>();
  const counts = new Map<string, number>();
  return {
    merge(channel, present) {
      const view = views.get(channel) ?? new Map<string, Member>();
      views.set(channel, view);
      const unknown = present.filter(({ userId }) => !view.has(userId));
      for (const member of unknown) view.set(member.userId, member);
      return unknown;
    },
    members: (channel) => [...views.get(channel)?.values() ?? []],
    add(channel, member) {
      const view = views.get(channel);
      if (view === undefined || view.has(member.userId)) return false;
      view.set(member.userId, member);
      return true;
    },
    remove: (channel, userId) => views.get(channel)?.delete(userId) ?? false,
    counted(channel, subscriptions) {
      if (counts.get(channel) === subscriptions) return false;
      counts.set(channel, subscriptions);
      return true;
    },
    forget(channel) {
      views.delete(channel);
      counts.delete(channel);
    },
    channels: () => views.keys(),
  };
}
