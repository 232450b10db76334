/** Whispers: events from a client to the other subscribers of a channel (P-161 to P-175). */
import { Buffer } from "node:buffer";
import { accessOf } from "./channels.ts";
import { type Connection, refuse, send } from "./connection.ts";
import { errorFrame, eventFrame } from "./frames.ts";
import { createRateWindow } from "./rate_window.ts";
import { type MaybePromise, Unavailable } from "./state.ts";

export interface ClientEvent {
  readonly event: string;
  readonly channel: string;
  readonly data: string;
}

export function relayClientEvent(
  connection: Connection,
  { event, channel, data }: ClientEvent,
): MaybePromise<void> {
  const { app, socketId } = connection;
  const fault = faultOf(connection, { event, channel, data });
  if (fault !== undefined) return refuse(connection, fault);
  if (!isWithinRate(connection)) {
    const message = `More than ${app.settings.clientEventsPerSecond} client events in a second`;
    return send(connection, errorFrame({ code: 4301, message, channel }));
  }
  // Built from the parts that were checked: nothing else the client wrote is relayed (P-174).
  const userId = app.state.memberOf(connection, channel)?.userId;
  const speaker = userId === undefined ? {} : { user_id: userId };
  const published = app.state.publish(channel, eventFrame({ event, channel, data, ...speaker }), {
    exceptSocketId: socketId,
  });
  const announce = () =>
    app.webhooks.announce({
      name: "client_event",
      channel,
      event,
      data,
      socket_id: socketId,
      ...speaker,
    });
  if (published === undefined) return announce();
  return published.then(announce, (reason: unknown) => {
    if (!(reason instanceof Unavailable)) throw reason;
    refuse(connection, "The event could not be relayed: try again");
  });
}

function faultOf(connection: Connection, { event, channel, data }: ClientEvent) {
  const { settings, state } = connection.app;
  if (settings.clientEvents === "none") return "Client events are not enabled for this app";
  const access = accessOf(channel);
  if (access !== "private" && access !== "presence") {
    return "Client events are for private and presence channels only";
  }
  if (settings.clientEvents === "members" && !state.isSubscribed(connection, channel)) {
    return "Client events need a subscription to their channel";
  }
  if (event.length > settings.maxEventNameLength) {
    return `The event's name is longer than ${settings.maxEventNameLength} characters`;
  }
  if (Buffer.byteLength(data) > settings.maxEventBytes) {
    return `The event's data is larger than ${settings.maxEventBytes} bytes`;
  }
  return undefined;
}

function isWithinRate(connection: Connection): boolean {
  const limit = connection.app.settings.clientEventsPerSecond;
  if (limit === 0) return true;
  connection.clientEvents ??= createRateWindow(limit);
  return connection.clientEvents.admits(performance.now());
}
