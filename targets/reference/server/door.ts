/** The WebSocket layer beneath the protocol: RFC 6455, with this server's bounds. */
import type { Buffer } from "node:buffer";
import { WebSocket, WebSocketServer } from "ws";
import { CLOSE_WAIT_MS } from "./connection.ts";

/**
 * Performs upgrades. Messages over `maxMessageBytes` end the connection with 1009 before they are
 * buffered (P-215), invalid UTF-8 with 1007 (P-037). Pings are the session's to answer, because
 * it knows how much the client has left unread.
 */
export function createDoor(maxMessageBytes: number): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    skipUTF8Validation: false,
    autoPong: false,
    maxPayload: maxMessageBytes,
    // After an error nothing is read any more, so the end of a TLS line would not be noticed.
    ...{ closeTimeout: CLOSE_WAIT_MS }, // the types of ws do not have it yet
    WebSocket: ReasonedWebSocket,
  });
}

/**
 * Gives the close frames that ws sends of its own accord a reason too (P-056), and emits `closing`
 * as soon as either side has said goodbye: ws itself tells only when the line is down.
 */
class ReasonedWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? (code === undefined ? undefined : ownReasons[code]));
    this.emit("closing");
  }
}

const ownReasons: Readonly<Record<number, string>> = {
  1002: "The frame breaks the WebSocket protocol",
  1007: "The text is not valid UTF-8",
  1008: "The message has too many fragments",
  1009: "The message is larger than the app allows",
};
