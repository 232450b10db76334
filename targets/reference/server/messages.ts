/** What a client may say: the text of one frame becomes one of these, or a refusal. */
import { parseExactly } from "./exact_json.ts";

export type ClientMessage =
  | { readonly kind: "ping" }
  | { readonly kind: "pong" }
  | {
    readonly kind: "subscribe";
    readonly channel: string;
    readonly auth: string | undefined;
    readonly channelData: string | undefined;
  }
  | { readonly kind: "unsubscribe"; readonly channel: string }
  | { readonly kind: "signin"; readonly auth: string; readonly userData: string }
  | {
    readonly kind: "client-event";
    readonly event: string;
    readonly channel: string;
    /** As it will be relayed: a string as sent, anything else as JSON text (P-029, P-169). */
    readonly data: string;
  }
  | { readonly kind: "refused"; readonly why: string };

type Fields = Readonly<Record<string, unknown>>;

/** The name of the event that a client sent; `unreadable` where it is none of the protocol. */
export function nameOf(message: ClientMessage): string {
  if (message.kind === "client-event") return message.event;
  return message.kind === "refused" ? "unreadable" : `pusher:${message.kind}`;
}

/** Never throws, whatever the client sent (P-031, P-032). */
export function readMessage(text: string): ClientMessage {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refused("The message is not valid JSON");
  }
  if (!isObject(parsed)) return refused("The message must be one JSON object");
  const { event } = parsed;
  if (typeof event !== "string") return refused("The message has no string property event");
  switch (event) {
    case "pusher:ping":
      return { kind: "ping" };
    case "pusher:pong":
      return { kind: "pong" };
    case "pusher:subscribe":
      return readSubscribe(parsed["data"]);
    case "pusher:unsubscribe":
      return readUnsubscribe(parsed["data"]);
    case "pusher:signin":
      return readSignin(parsed["data"]);
  }
  return event.startsWith("client-")
    ? readClientEvent(event, parsed, text)
    : refused("Clients may send only the pusher: events of the protocol and client- events");
}

function readSubscribe(data: unknown): ClientMessage {
  if (!isObject(data)) return refused("pusher:subscribe needs an object as data");
  const { channel, auth, channel_data: channelData } = data;
  if (typeof channel !== "string" || channel === "") {
    return refused("pusher:subscribe needs a channel name");
  }
  if (!isOptionalString(auth)) return refused("auth must be a string");
  if (!isOptionalString(channelData)) return refused("channel_data must be a JSON string");
  return {
    kind: "subscribe",
    channel,
    auth: auth ?? undefined,
    channelData: channelData ?? undefined,
  };
}

function readUnsubscribe(data: unknown): ClientMessage {
  if (!isObject(data) || typeof data["channel"] !== "string") {
    return refused("pusher:unsubscribe needs a channel name");
  }
  return { kind: "unsubscribe", channel: data["channel"] };
}

function readSignin(data: unknown): ClientMessage {
  if (!isObject(data)) return refused("pusher:signin needs an object as data");
  const { auth, user_data: userData } = data;
  if (typeof auth !== "string" || typeof userData !== "string") {
    return refused("pusher:signin needs auth and user_data as strings");
  }
  return { kind: "signin", auth, userData };
}

function readClientEvent(event: string, { channel, data }: Fields, text: string): ClientMessage {
  if (typeof channel !== "string" || channel === "") {
    return refused("A client event needs a channel name");
  }
  if (typeof data === "string") return { kind: "client-event", event, channel, data };
  try {
    return {
      kind: "client-event",
      event,
      channel,
      data: data === undefined ? "{}" : exactData(text),
    };
  } catch {
    // Nested so deeply that it can be read but not written.
    return refused("The client event's data is nested too deeply");
  }
}

/** The `data` of a message as JSON text, its numbers as they were written (P-324). */
function exactData(text: string): string {
  const parsed = parseExactly(text);
  return JSON.stringify(isObject(parsed) ? parsed["data"] : undefined) ?? "{}";
}

function refused(why: string): ClientMessage {
  return { kind: "refused", why };
}

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Absent and null both mean "not given". */
function isOptionalString(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === "string";
}
