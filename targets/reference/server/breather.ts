/**
 * Gives the others a turn beside a connection that says very much (P-330).
 *
 * A line that always has more to read is read on and on before any other: so after so many messages
 * it is left alone until the others have been heard once.
 */
import type { WebSocket } from "ws";

const AT_A_TIME = 500;

/** Pauses a connection after every few hundred messages or pings, for one round of the event loop. */
export function takeBreathers(ws: WebSocket): void {
  let heard = 0;
  const count = () => {
    if (++heard < AT_A_TIME || ws.isPaused) return;
    heard = 0;
    ws.pause();
    setImmediate(() => ws.resume());
  };
  ws.on("message", count);
  ws.on("ping", count);
}
