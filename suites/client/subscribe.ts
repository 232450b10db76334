/** The one place that asks for a channel on a client's connection. */
import { signChannel } from "../wire/signature.ts";
import type { Client } from "./client.ts";

export interface Asking {
  /** `channel_data` as it goes; none without it. */
  readonly channelData?: unknown;
  /** The auth value as it goes, "none" for no such field; signed for this connection without it. */
  readonly auth?: unknown;
}

/** Whether a subscription to this channel takes a signature. */
export const needsSignature = (channel: string): boolean =>
  channel.startsWith("private-") || channel.startsWith("presence-");

/** Sends `pusher:subscribe`, and waits for nothing. */
export function subscribe(
  client: Client,
  channel: string,
  { channelData, auth: given }: Asking = {},
): void {
  const auth = given === undefined && needsSignature(channel)
    ? signChannel(
      client.app,
      client.socketId ?? "",
      channel,
      typeof channelData === "string" ? channelData : undefined,
    )
    : given;
  client.send({
    event: "pusher:subscribe",
    data: {
      channel,
      ...(auth === undefined || auth === "none" ? {} : { auth }),
      ...(channelData === undefined ? {} : { channel_data: channelData }),
    },
  });
}
