/** What a channel's name says about it (the channel naming page; P-104, P-144, P-146, P-205). */

export type Access = "public" | "private" | "presence" | "user";

const USER_PREFIX = "#server-to-user-";
const ALLOWED = /^#?[-a-zA-Z0-9_=@,.;]+$/;
const CACHE = /^(?:private-|private-encrypted-|presence-)?cache-/;

/** How one gets in. Prefixes are exact: `privateer` and `presence` are public channels. */
export function accessOf(channel: string): Access {
  if (channel.startsWith("private-")) return "private";
  if (channel.startsWith("presence-")) return "presence";
  if (channel.startsWith(USER_PREFIX)) return "user";
  return "public";
}

export function isPresence(channel: string): boolean {
  return channel.startsWith("presence-");
}

export function isCache(channel: string): boolean {
  return CACHE.test(channel);
}

/** The channel that carries messages to one signed-in user (P-191). */
export function userChannel(userId: string): string {
  return USER_PREFIX + userId;
}

/** What is wrong with a channel's name, or undefined when nothing is (P-205 to P-207). */
export function channelNameFault(channel: string, maxLength: number): string | undefined {
  if (channel.length > maxLength) {
    return `The channel name has ${channel.length} characters; the most is ${maxLength}`;
  }
  if (!ALLOWED.test(channel) || (channel.startsWith("#") && accessOf(channel) !== "user")) {
    return "The channel name may hold only letters, digits and _ - = @ , . ;";
  }
  return undefined;
}
