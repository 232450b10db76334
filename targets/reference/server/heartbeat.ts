/** Probing silent clients and letting go of those that do not answer (P-042 to P-047, P-055). */
import { closeCodes } from "./close_codes.ts";
import { close, type Connection, send } from "./connection.ts";
import { pingFrame } from "./frames.ts";
import type { AppSettings } from "./settings.ts";

/** Clients of this protocol version and later answer `pusher:ping` (WS page, changelog v5). */
const FIRST_PROTOCOL_WITH_PING = 5;
const INACTIVITY_LIMIT_MS = 24 * 60 * 60 * 1000;

export type Due = "nothing" | "ping" | "event" | "no-pong" | "inactive";

type Pulse = Pick<Connection, "lastActivity" | "probe" | "probedAt" | "protocol">;
type Timeouts = Pick<
  AppSettings,
  "activityTimeoutSeconds" | "pingIntervalSeconds" | "pongTimeoutSeconds"
>;

/**
 * What a connection is due at `now`. An idle one gets a protocol ping, after half the pong timeout
 * a `pusher:ping` as well for clients that only know those, and at its end is closed. Clients too
 * old for either are left alone for a day.
 */
export function due(pulse: Pulse, now: number, timeouts: Timeouts): Due {
  const interval = timeouts.pingIntervalSeconds ?? timeouts.activityTimeoutSeconds;
  const silentMs = now - pulse.lastActivity;
  if (silentMs < interval * 1000) return "nothing";
  if (pulse.probe === "none") return "ping";
  if (pulse.protocol < FIRST_PROTOCOL_WITH_PING) {
    return silentMs < INACTIVITY_LIMIT_MS ? "nothing" : "inactive";
  }
  const waitedMs = now - pulse.probedAt;
  const patienceMs = timeouts.pongTimeoutSeconds * 1000;
  if (waitedMs >= patienceMs) return "no-pong";
  return pulse.probe === "ping" && waitedMs >= patienceMs / 2 ? "event" : "nothing";
}

/** Anything from the client shows that it lives (P-042, P-043). */
export function touch(connection: Connection): void {
  connection.lastActivity = performance.now();
  connection.probe = "none";
}

/**
 * Looks after one app's connections until the returned function is called. A round that comes late
 * is left out, once: this server was busy, and has not read yet what clients sent meanwhile.
 */
export function startHeartbeat(
  connections: Iterable<Connection>,
  timeouts: Timeouts,
): () => void {
  const intervalMs = tickMs(timeouts);
  let lastRound = performance.now();
  let leftOut = false;
  const timer = setInterval(() => {
    const now = performance.now();
    leftOut = !leftOut && now - lastRound > 2 * intervalMs;
    lastRound = now;
    if (leftOut) return;
    for (const connection of connections) attend(connection, now);
  }, intervalMs);
  return () => clearInterval(timer);
}

function attend(connection: Connection, now: number): void {
  switch (due(connection, now, connection.app.settings)) {
    case "nothing":
      return;
    case "ping":
      connection.probe = "ping";
      connection.probedAt = now;
      if (connection.ws.readyState === connection.ws.OPEN) connection.ws.ping();
      return;
    case "event":
      connection.probe = "event";
      return send(connection, pingFrame);
    case "no-pong":
      prune(connection);
      return close(connection, {
        code: closeCodes.noPong,
        reason: "No pong came back in time",
      });
    case "inactive":
      prune(connection);
      return close(connection, {
        code: closeCodes.inactive,
        reason: "The connection was inactive for a day",
      });
  }
}

function prune({ app: { settings, events }, socketId }: Connection): void {
  events.connectionPruned?.({ app: settings.id, socketId });
}

/** An eighth of the shortest timeout, between 25 ms and a second. */
function tickMs(timeouts: Timeouts): number {
  const interval = timeouts.pingIntervalSeconds ?? timeouts.activityTimeoutSeconds;
  const shortest = Math.min(interval, timeouts.pongTimeoutSeconds);
  return Math.min(1000, Math.max(25, shortest * 1000 / 8));
}
