/** Reaching connections whose sockets this process holds itself. */
import type { Reach } from "./channel_state.ts";
import { close, type Connection, send, write } from "./connection.ts";
import type { Listeners } from "./events.ts";

/** `app` is the app's id. */
export function createLocalReach(app: string, events: Listeners): Reach<Connection> {
  return {
    publish(channel, subscribers, frame, exceptSocketId) {
      let receivers = 0;
      for (const connection of subscribers) {
        if (connection.socketId !== exceptSocketId && write(connection, frame)) receivers += 1;
      }
      events.messageSent?.({ app, channel, size: frame.length, receivers });
    },
    send(connections, frame) {
      for (const connection of connections) send(connection, frame);
    },
    close(connections, farewell) {
      for (const connection of connections) close(connection, farewell);
    },
  };
}
