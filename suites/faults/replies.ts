/** What a server says of its own accord, for a break to say in its place. */
import type { Json, Message } from "./message.ts";

/** `data` encoded as the protocol's own messages encode it: a JSON string (P-028). */
export function message(event: string, data: Json, channel?: string): Message {
  const about = channel === undefined ? {} : { channel };
  return { event, ...about, data: JSON.stringify(data) };
}

export function pusherError(code: number, text: string): Message {
  return message("pusher:error", { code, message: text });
}

export function subscriptionSucceeded(channel: string, members: readonly string[] = []): Message {
  const presence = {
    ids: members,
    hash: Object.fromEntries(members.map((id) => [id, null])),
    count: members.length,
  };
  const data = channel.startsWith("presence-") ? { presence } : {};
  return message("pusher_internal:subscription_succeeded", data, channel);
}
