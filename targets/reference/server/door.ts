/** The WebSocket layer beneath the protocol: RFC 6455, with this server's bounds. */
import type { Buffer } from "node:buffer";
import type { Writable } from "node:stream";
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
    // One message or ping a turn of the event loop: a line that always has more to read would otherwise
    // be read on and on before any other (P-330).
    allowSynchronousEvents: false,
    maxPayload: maxMessageBytes,
    // After an error nothing is read any more, so the end of a TLS line would not be noticed.
    ...{ closeTimeout: CLOSE_WAIT_MS }, // the types of ws do not have it yet
    WebSocket: ReasonedWebSocket,
  });
}

/**
 * Has later ends of a connection's two streams do nothing. When a line goes down ws ends it and its
 * reader again, three times in all, and each time this runtime makes an error that nobody gets, with
 * its stack: that was a third of what a connection costs from its beginning to its end.
 */
export function endOnce(ws: WebSocket, socket: Writable): void {
  const { _receiver } = ws as WebSocket & { readonly _receiver: Writable }; // ws tells of it to nobody
  socket.end = endUnlessEnded;
  _receiver.end = endUnlessEnded;
}

function endUnlessEnded(this: Writable, ...args: unknown[]): Writable {
  return this.writableEnded ? this : Object.getPrototypeOf(this).end.apply(this, args);
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
