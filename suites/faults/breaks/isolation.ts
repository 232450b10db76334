/** Servers on which one app's doings reach into another, or outlive those who did them (P-165, P-231, P-325). */
import { alterData, drop, leakTo, silence } from "../actions.ts";
import type { Break, FrameAction, Passage } from "../break.ts";
import { message } from "../replies.ts";
import { request, toClient, toTarget } from "../rules.ts";
import { channelIn, confirm, fieldIn, refuse } from "../subscribing.ts";
import type { App, World } from "../world.ts";

const USER_OBJECT = 1024;

/** The app whose client event passed last, in each world. */
const lastWhispering = new WeakMap<World, App | undefined>();

function afterAnotherApp({ line }: Passage): boolean {
  const last = lastWhispering.get(line.world);
  lastWhispering.set(line.world, line.app);
  return last !== undefined && last !== line.app;
}

const tellOtherApps: FrameAction = async (passage) => {
  const { line } = passage;
  await passage.pass();
  const events = [{ name: "online", user_ids: [line.knowledge.claimedUser] }];
  for (const other of line.world.lines) {
    if (other.app === line.app || other.knowledge.user === undefined) continue;
    await other.send("toClient", message("pusher_internal:watchlist_events", { events }));
  }
};

/** Whether the channel data is too large in bytes, and not in characters. */
function isLargeInBytesOnly(passage: Passage): boolean {
  const data = fieldIn(passage, "channel_data") ?? "";
  return data.length <= USER_OBJECT && new TextEncoder().encode(data).length > USER_OBJECT;
}

/** Socket ids that each world has given. */
const given = new WeakMap<World, Set<string>>();

/** The greeting with the id of a connection that has ended, where there is one. */
const greetWithOldId: FrameAction = async (passage) => {
  const { line } = passage;
  const ids = given.get(line.world) ?? new Set<string>();
  given.set(line.world, ids);
  const live = new Set([...line.world.lines].map(({ knowledge }) => knowledge.socketId));
  const old = [...ids].find((id) => !live.has(id));
  if (old !== undefined) ids.delete(old);
  else ids.add(line.knowledge.socketId ?? "");
  await alterData((data) => old === undefined ? data : { ...data, socket_id: old })(passage);
};

export const ISOLATION: readonly Break[] = [
  {
    name: "socket-ids-given-again",
    title: "Gives whoever connects the socket id of somebody who has just left.",
    violates: ["P-328"],
    rules: [toClient({ event: "pusher:connection_established" }, greetWithOldId)],
  },
  {
    name: "channel-data-only-for-members",
    title: "Refuses channel_data on channels that have no members.",
    violates: ["P-327"],
    rules: [
      toTarget({
        event: "pusher:subscribe",
        channel: "private-*",
        where: (seen) => fieldIn(seen, "channel_data") !== undefined,
      }, refuse(4009, "No channel_data here")),
    ],
  },
  {
    name: "whispers-of-one-app-at-a-time",
    title: "Loses a client event that comes right after one of another app.",
    violates: ["P-165"],
    rules: [toTarget({ event: "client-*", where: afterAnotherApp }, drop)],
  },
  {
    name: "members-told-to-every-app",
    title: "Tells of members on the channels of that name in every app.",
    violates: ["P-231"],
    rules: [
      toClient(
        { event: "pusher_internal:member_*" },
        leakTo((other, passage) =>
          other.app !== passage.line.app && other.knowledge.subscribed.has(channelIn(passage))
        ),
      ),
    ],
  },
  {
    name: "users-online-in-every-app",
    title: "Tells whoever is signed in to another app who has come online.",
    violates: ["P-231"],
    rules: [toClient({ event: "pusher:signin_success" }, tellOtherApps)],
  },
  {
    name: "users-terminated-in-every-app",
    title: "Ends the connections of a user in every app that has one of that name.",
    violates: ["P-231"],
    rules: [
      request({ method: "POST", path: "/users/*/terminate_connections" }, async (exchange) => {
        const user = decodeURIComponent(exchange.path.match(/\/users\/([^/]+)/)?.[1] ?? "");
        const answer = await exchange.forward(exchange.request);
        for (const line of exchange.world.lines) {
          if (line.knowledge.user === user) line.close(4009, "Terminated");
        }
        return answer;
      }),
    ],
  },
  {
    name: "user-object-counted-in-characters",
    title: "Counts the characters of a user object, not its bytes.",
    violates: ["P-131"],
    rules: [
      toTarget({
        event: "pusher:subscribe",
        channel: "presence-*",
        where: isLargeInBytesOnly,
      }, confirm),
    ],
  },
  {
    name: "deaf-after-what-cannot-be-read",
    title: "Reads nothing any more from a client whose message it could not read.",
    violates: ["P-325"],
    rules: [toTarget({ opcode: "text", where: ({ message }) => message === undefined }, silence)],
  },
];
