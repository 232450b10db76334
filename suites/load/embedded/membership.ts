/** One channel that a subscriber wants, and what of it has come. */
import type { Nanos } from "./clock.ts";
import type { Publication } from "./ledger.ts";
import { Seen } from "./seen.ts";

export interface Membership {
  readonly channel: number;
  stands: boolean;
  /** Counted among those to whom the channel's events are owed. */
  owed: boolean;
  /** Which of all that joined the channel it is: what was sent before is not owed to it. */
  join: number;
  askedAt: Nanos;
  following: Following[];
}

interface Following {
  readonly stream: number;
  /** The first sequence number that is owed; `Infinity` until it is known. */
  from: number;
  readonly seen: Seen;
}

export const membershipOf = (channel: number): Membership => ({
  channel,
  stands: false,
  owed: false,
  join: 0,
  askedAt: 0,
  following: [],
});

/** The member's place in a stream. */
export function following(member: Membership, stream: number): Following {
  for (const follow of member.following) if (follow.stream === stream) return follow;
  const follow = { stream, from: Infinity, seen: new Seen() };
  member.following.push(follow);
  return follow;
}

/** Whether an event has come to the member. */
export const has = ({ following }: Membership, { stream, sequence }: Publication) =>
  following.some((follow) => follow.stream === stream && follow.seen.has(sequence));
