/** What a channel's name says about it (P-104, P-146). */

export type Access = "public" | "private" | "presence" | "user" | "reserved";

const USER_CHANNEL = "#server-to-user-";

export function accessOf(channel: string): Access {
  if (channel.startsWith(USER_CHANNEL)) return "user";
  if (channel.startsWith("#")) return "reserved";
  if (channel.startsWith("presence-")) return "presence";
  return channel.startsWith("private-") ? "private" : "public";
}

export const isPresence = (channel: string): boolean => channel.startsWith("presence-");

export const isEncrypted = (channel: string): boolean => channel.startsWith("private-encrypted-");

export const isCache = (channel: string): boolean =>
  /^(?:private-encrypted-|private-|presence-)?cache-/.test(channel);

/** The user whose own channel this is. */
export function userOf(channel: string): string | undefined {
  return channel.startsWith(USER_CHANNEL) ? channel.slice(USER_CHANNEL.length) : undefined;
}

/** True where the documents leave no doubt that the name is allowed (P-205, P-206). */
export const isPlainName = (channel: string): boolean =>
  channel.length <= 164 && /^[-\w=@,.;]+$/.test(channel);
