/** Signing for channels and users, where the rules say yes (P-105 to P-109, P-136, P-189). */
import { Hono } from "hono";
import type Pusher from "pusher";
import { z } from "zod";
import type { Connection } from "../database.ts";
import type { User } from "../users.ts";
import { activeUserOf, bodyOf, HttpError, type Known, socketId } from "./request.ts";

export type MayListen = (user: User, channel: string, connection: Connection) => Promise<boolean>;

// What is signed is `socket:channel…`, so neither part may smuggle in another (P-109).
const channelName = z.string().regex(/^[-\w=@,.;]{1,164}$/, "expected a channel's name");

export function broadcastingRoutes(
  pusher: Pusher,
  mayListen: MayListen,
  connection: Connection,
): Hono<Known> {
  return new Hono<Known>()
    .post("/broadcasting/auth", async (asked) => {
      const user = asked.get("user");
      if (user === undefined) throw new HttpError(403, "forbidden", "Log in first");
      const said = await bodyOf(
        asked,
        z.object({ socket_id: socketId, channel_name: channelName }),
      );
      if (!await mayListen(user, said.channel_name, connection)) {
        throw new HttpError(403, "forbidden", "You may not listen to this channel");
      }
      // The least that others in the channel need to know.
      const member = { user_id: user.id, user_info: { name: user.name } };
      return asked.json(
        said.channel_name.startsWith("presence-")
          ? pusher.authorizeChannel(said.socket_id, said.channel_name, member)
          : pusher.authorizeChannel(said.socket_id, said.channel_name),
      );
    })
    .post("/broadcasting/user-auth", async (asked) => {
      if (asked.get("user") === undefined) throw new HttpError(403, "forbidden", "Log in first");
      const user = activeUserOf(asked);
      const said = await bodyOf(asked, z.object({ socket_id: socketId }));
      return asked.json(
        pusher.authenticateUser(said.socket_id, { id: user.id, user_info: { name: user.name } }),
      );
    });
}
