/**
 * What this node states that it holds for one app: what its connections have, and what they have
 * asked for. A claim begins before Redis is told, so that whatever is stated meanwhile includes it.
 */
import type { Registry } from "../registry.ts";
import type { Member } from "../state.ts";

export interface ChannelClaim {
  readonly channel: string;
  readonly subscriptions: number;
  /** Users present here; none on channels other than presence. */
  readonly members: readonly Member[];
}

export interface Claims {
  /** A subscription is asked for. */
  begin(channel: string, member: Member | undefined): void;
  /** It was answered: the registry has it, or nobody. */
  end(channel: string, member: Member | undefined): void;
  beginSignIn(userId: string): void;
  endSignIn(userId: string): void;
  beginSlot(): void;
  endSlot(): void;

  subscriptions(channel: string): number;
  holds(channel: string, userId: string): boolean;
  isSignedIn(userId: string): boolean;
  slots(): number;
  channels(): readonly ChannelClaim[];
  users(): readonly string[];
}

export function createClaims<P>(registry: Registry<P>): Claims {
  const asked = new Map<string, (Member | undefined)[]>();
  const signingIn: string[] = [];
  let slots = 0;

  const isHere = (channel: string, userId: string) =>
    registry.members(channel).some((member) => member.userId === userId);

  function claimOf(channel: string): ChannelClaim {
    const askedHere = asked.get(channel) ?? [];
    const members = new Map(registry.members(channel).map((member) => [member.userId, member]));
    for (const member of askedHere) {
      if (member !== undefined && !members.has(member.userId)) members.set(member.userId, member);
    }
    const subscriptions = registry.count(channel).subscriptions + askedHere.length;
    return { channel, subscriptions, members: [...members.values()] };
  }

  return {
    begin(channel, member) {
      const askedHere = asked.get(channel);
      if (askedHere) askedHere.push(member);
      else asked.set(channel, [member]);
    },
    end(channel, member) {
      const askedHere = asked.get(channel);
      askedHere?.splice(askedHere.indexOf(member), 1);
      if (askedHere?.length === 0) asked.delete(channel);
    },
    beginSignIn: (userId) => void signingIn.push(userId),
    endSignIn: (userId) => void signingIn.splice(signingIn.indexOf(userId), 1),
    beginSlot: () => void (slots += 1),
    endSlot: () => void (slots -= 1),

    subscriptions: (channel) =>
      registry.count(channel).subscriptions + (asked.get(channel)?.length ?? 0),
    holds: (channel, userId) =>
      isHere(channel, userId) ||
      (asked.get(channel)?.some((member) => member?.userId === userId) ?? false),
    isSignedIn: (userId) => signingIn.includes(userId) || registry.isSignedIn(userId),
    slots: () => registry.connections() + slots,
    channels: () => [...new Set([...registry.channels("").keys(), ...asked.keys()])].map(claimOf),
    users: () => [...new Set([...registry.users(), ...signingIn])],
  };
}
