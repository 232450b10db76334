/** Reaching connections whose sockets this process holds itself. */
import type { Reach } from "./channel_state.ts";
import { close, type Connection, send } from "./connection.ts";

export const localReach: Reach<Connection> = {
  publish(_channel, subscribers, frame, exceptSocketId) {
    for (const connection of subscribers) {
      if (connection.socketId !== exceptSocketId) send(connection, frame);
    }
  },
  send(connections, frame) {
    for (const connection of connections) send(connection, frame);
  },
  close(connections, farewell) {
    for (const connection of connections) close(connection, farewell);
  },
};
