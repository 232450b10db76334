/**
 * Authorized connections (P-201 to P-204): where an app asks for them, a connection must sign in
 * or enter a channel by signature before a timeout, and counts toward the quota only then.
 */
import { closeCodes } from "./close_codes.ts";
import { close, type Connection } from "./connection.ts";
import type { MaybePromise } from "./state.ts";
import { andThen } from "./turns.ts";

/** Takes the connection's place in the quota; false when the app is full. */
export function admitAuthorized(connection: Connection): MaybePromise<boolean> {
  if (connection.authorized) return true;
  return andThen(claim(connection), (claimed) => {
    connection.authorized = claimed;
    return claimed;
  });
}

/** At the start of a connection: a place in the quota, unless that waits for authorization. */
export function admitOpened(connection: Connection): MaybePromise<boolean> {
  const { required, timeoutSeconds } = connection.app.settings.authorizedConnections;
  if (!required) return claim(connection);
  const timer = setTimeout(() => {
    if (connection.authorized) return;
    close(connection, {
      code: closeCodes.unauthorized,
      reason: "The connection was not authorized within the timeout",
    });
  }, timeoutSeconds * 1000);
  connection.ws.once("close", () => clearTimeout(timer));
  return true;
}

function claim(connection: Connection): MaybePromise<boolean> {
  const { state, settings } = connection.app;
  return state.claimSlot(connection, settings.maxConnections);
}
