/** A Pusher message as a JSON object; nothing about it is certain but that it names an event. */
export interface Message {
  readonly event: string;
  readonly [field: string]: unknown;
}

export type Json = Readonly<Record<string, unknown>>;

/** The message in a text frame, or undefined when it holds anything else. */
export function parseMessage(text: string): Message | undefined {
  const json = parseObject(text);
  return typeof json?.["event"] === "string" ? { ...json, event: json["event"] } : undefined;
}

/** A message's `data` as an object, decoded first where it is a JSON string; `{}` for all others. */
export function dataOf(message: Message): Json {
  const data = message["data"];
  return (typeof data === "string" ? parseObject(data) : asObject(data)) ?? {};
}

/** The message with other data, encoded as its own was: as a string or as an object. */
export function withData(message: Message, data: Json): Message {
  const encoded = typeof message["data"] === "string" ? JSON.stringify(data) : data;
  return { ...message, data: encoded };
}

/** The channel a message is about: its own field, or the one a subscribe or unsubscribe names. */
export function channelOf(message: Message): string | undefined {
  const channel = message["channel"] ?? dataOf(message)["channel"];
  return typeof channel === "string" ? channel : undefined;
}

/** Whether somebody published it, by HTTP or as a client event, rather than the server itself. */
export function isPublished(message: Message): boolean {
  return !/^pusher(_internal)?:/.test(message.event);
}

/** JSON text that holds an object, as that object. */
export function parseObject(text: string): Json | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The value if it is a JSON object. */
export function asObject(value: unknown): Json | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  // The check above is the proof; TypeScript has no type for "object with unknown fields".
  return isObject ? value as Json : undefined;
}
