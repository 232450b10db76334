/** The users of one presence channel, by their stays. */
import { isPossible, type Point, type Stay } from "./stays.ts";

export interface Membership {
  readonly users: ReadonlyMap<string, readonly Stay[]>;
  /** Whether somebody may be in the channel whose user is not known. */
  hasUnknown(from: Point, to: Point): boolean;
  /**
   * Whether there was a moment between the two at which the user had begun to leave and was
   * certainly there by no other connection.
   */
  mayHaveLeft(user: string, from: number, to: number): boolean;
}

export function membershipOf(stays: readonly Stay[]): Membership {
  const users = new Map<string, Stay[]>();
  const unknown: Stay[] = [];
  for (const stay of stays) {
    const { member } = stay;
    if (!member) unknown.push(stay);
    else {
      const list = users.get(member.id);
      if (list) list.push(stay);
      else users.set(member.id, [stay]);
    }
  }
  return {
    users,
    hasUnknown: (from, to) => unknown.some((stay) => isPossible(stay, from, to)),
    mayHaveLeft: (user, from, to) => {
      const own = users.get(user) ?? [];
      const certain = own.filter((stay) => stay.from < stay.until);
      const begun = Math.min(...own.map(({ until, asked }) => Math.max(until, asked.seq)));
      return begun <= to && uncovered(certain, Math.max(begun, from), to);
    },
  };
}

/** Whether some moment from `from` to `to` lies in none of the intervals. */
function uncovered(
  intervals: readonly { readonly from: number; readonly until: number }[],
  from: number,
  to: number,
): boolean {
  let reached = from;
  for (const { from: begin, until } of intervals.toSorted((a, b) => a.from - b.from)) {
    if (begin > reached) return true;
    reached = Math.max(reached, until);
    if (reached > to) return false;
  }
  return true;
}
