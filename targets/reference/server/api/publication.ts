/** Reading what is to be published: one event for one or more channels (P-235 to P-244). */
import { Buffer } from "node:buffer";
import { channelNameFault } from "../channels.ts";
import { isSocketId } from "../connection.ts";
import { isObject } from "../messages.ts";
import type { AppSettings } from "../settings.ts";
import { type Attribute, readAttributes } from "./info.ts";
import { ApiError } from "./request.ts";

export interface Publication {
  readonly event: string;
  readonly data: string;
  /** Each once (P-242). */
  readonly channels: readonly string[];
  readonly exceptSocketId: string | undefined;
  readonly info: readonly Attribute[];
}

/** @throws {ApiError} 400 or 413, saying which field is wrong. */
export function readPublication(item: unknown, settings: AppSettings): Publication {
  if (!isObject(item)) throw new ApiError(400, "An event must be a JSON object");
  const { name, data, channel, channels, socket_id: socketId, info } = item;
  return {
    event: readName(name, settings),
    data: readData(data, settings),
    channels: readChannels(channel, channels, settings),
    exceptSocketId: readSocketId(socketId),
    info: readAttributes(info),
  };
}

function readName(name: unknown, { maxEventNameLength }: AppSettings): string {
  if (typeof name !== "string" || name === "") {
    throw new ApiError(400, "name is missing, or is not a non-empty string");
  }
  if (name.length > maxEventNameLength) {
    throw new ApiError(400, `name is longer than ${maxEventNameLength} characters`);
  }
  if (name.startsWith("pusher:") || name.startsWith("pusher_internal:")) {
    throw new ApiError(400, "name begins with a prefix that is reserved for the server");
  }
  return name;
}

function readData(data: unknown, { maxEventBytes }: AppSettings): string {
  if (typeof data !== "string") {
    throw new ApiError(400, "data is missing, or is not a string: encode it as JSON text");
  }
  if (Buffer.byteLength(data) > maxEventBytes) {
    throw new ApiError(413, `data is larger than ${maxEventBytes} bytes`);
  }
  return data;
}

function readChannels(channel: unknown, channels: unknown, settings: AppSettings): string[] {
  const given = channels ?? (channel === undefined ? undefined : [channel]);
  if (!Array.isArray(given) || given.length === 0) {
    throw new ApiError(400, "channels must be a non-empty array, or channel a name");
  }
  if (given.length > settings.maxChannelsPerTrigger) {
    throw new ApiError(400, `More than ${settings.maxChannelsPerTrigger} channels`);
  }
  return [...new Set(given.map((name) => readChannel(name, settings)))];
}

function readChannel(name: unknown, { maxChannelNameLength }: AppSettings): string {
  if (typeof name !== "string") throw new ApiError(400, "A channel's name must be a string");
  const fault = channelNameFault(name, maxChannelNameLength);
  if (fault !== undefined) throw new ApiError(400, fault);
  return name;
}

function readSocketId(socketId: unknown): string | undefined {
  if (socketId === undefined || socketId === null) return undefined;
  if (typeof socketId !== "string" || !isSocketId(socketId)) {
    throw new ApiError(400, "socket_id is not a socket id");
  }
  return socketId;
}
