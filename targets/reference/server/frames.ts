/** Server-to-client WebSocket frames, built once as bytes and written to any number of sockets. */
import { Buffer } from "node:buffer";

const FINAL_TEXT = 0x81;

/** An unmasked, unfragmented text frame (RFC 6455 §5.2). */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FINAL_TEXT;
  if (header === 2) {
    frame[1] = length;
  } else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
  frame.write(text, header);
  return frame;
}

export interface OutgoingEvent {
  readonly event: string;
  readonly channel?: string;
  /** Already a string: published data verbatim (P-030), or the JSON text of a `pusher:` event. */
  readonly data: string;
  /** Only on client events of presence channels (P-167, P-168). */
  readonly user_id?: string;
}

/** One event as a frame; `data` is a JSON string inside JSON, as the protocol has it (P-028). */
export function eventFrame(event: OutgoingEvent): Buffer {
  return textFrame(JSON.stringify(event));
}

export interface ProtocolError {
  readonly message: string;
  /** Absent unless the protocol has a code for it that does not close the connection (P-063). */
  readonly code?: 4301 | 4302;
  readonly channel?: string;
}

/** `pusher:error` for something refused on a connection that stays open (P-057, P-058). */
export function errorFrame({ message, code, channel }: ProtocolError): Buffer {
  return eventFrame({
    event: "pusher:error",
    ...(channel === undefined ? {} : { channel }),
    data: JSON.stringify(code === undefined ? { message } : { code, message }),
  });
}

/** The answer to `pusher:ping` (P-038, P-040). */
export const pongFrame: Buffer = eventFrame({ event: "pusher:pong", data: "{}" });

/** The server's own probe, for clients that do not see protocol pings (P-044). */
export const pingFrame: Buffer = eventFrame({ event: "pusher:ping", data: "{}" });
