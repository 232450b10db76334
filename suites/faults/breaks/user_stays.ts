/** Servers that keep a failed sign-in or an ended connection of a user in mind (P-183 to P-199). */
import { alterData, drop } from "../actions.ts";
import { answerOf } from "../answers.ts";
import type { Break, Exchange, Passage } from "../break.ts";
import { request, toClient, toTarget } from "../rules.ts";
import { channelIn, refuse } from "../subscribing.ts";
import type { Line, World } from "../world.ts";

const TERMINATE = { method: "POST", path: "/users/*/terminate_connections" } as const;
const SIGN_IN = { event: "pusher:signin" } as const;

/** Lines whose latest sign-in was refused. */
const failed = new WeakSet<Line>();
/** Users that each world has terminated. */
const terminated = new WeakMap<World, Set<string>>();

function userIn({ path }: Exchange): string {
  return decodeURIComponent(/\/users\/([^/]+)/.exec(path)?.[1] ?? "");
}

function terminatedIn(world: World): Set<string> {
  const users = terminated.get(world) ?? new Set<string>();
  terminated.set(world, users);
  return users;
}

const noteFailure = toClient({ event: "pusher:error" }, async (passage) => {
  const { claimedUser, user } = passage.line.knowledge;
  if (claimedUser !== undefined && claimedUser !== user) failed.add(passage.line);
  await passage.pass();
});

const noteTermination = request(TERMINATE, async (exchange) => {
  terminatedIn(exchange.world).add(userIn(exchange));
  return await exchange.forward(exchange.request);
});

/** Whether the frame speaks of a user who was terminated. */
function isAboutTerminated({ line, message }: Passage): boolean {
  return [...terminatedIn(line.world)].some((user) => String(message?.data).includes(user));
}

export const USER_STAYS: readonly Break[] = [
  {
    name: "signin-refused-after-a-failure",
    title: "Lets nobody sign in on a connection that has failed to.",
    violates: ["P-183"],
    rules: [
      noteFailure,
      toTarget({ ...SIGN_IN, where: ({ line }) => failed.has(line) }, refuse()),
    ],
  },
  {
    name: "user-forgotten-after-a-refusal",
    title: "Forgets who is signed in where it refuses a sign-in as somebody else.",
    violates: ["P-191"],
    rules: [
      noteFailure,
      toTarget({
        event: "pusher:subscribe",
        channel: "#server-to-user-*",
        where: ({ line }) => failed.has(line),
      }, refuse()),
    ],
  },
  {
    name: "terminate-once",
    title: "Ends a user's connections the first time it is asked to, and never again.",
    violates: ["P-193"],
    rules: [
      request({
        ...TERMINATE,
        where: (seen) => terminatedIn(seen.world).has(userIn(seen)),
      }, () => answerOf(200, {})),
      noteTermination,
    ],
  },
  {
    name: "terminate-in-any-case",
    title: "Ends the connections of users whose name differs in case alone.",
    violates: ["P-193"],
    rules: [
      request(TERMINATE, async (exchange) => {
        const user = userIn(exchange).toLowerCase();
        const answer = await exchange.forward(exchange.request);
        for (const line of exchange.world.lines) {
          if (line.knowledge.user?.toLowerCase() === user) line.close(4009, "Terminated");
        }
        return answer;
      }),
    ],
  },
  {
    name: "terminated-members-kept",
    title: "Tells nobody that a member has left whose connections were terminated.",
    violates: ["P-123"],
    rules: [
      noteTermination,
      toClient({ event: "pusher_internal:member_removed", where: isAboutTerminated }, drop),
    ],
  },
  {
    name: "terminated-users-online",
    title: "Tells nobody that a user is offline whose connections were terminated.",
    violates: ["P-199"],
    rules: [
      noteTermination,
      toClient({
        event: "pusher_internal:watchlist_events",
        where: (seen) => isAboutTerminated(seen) && /offline/.test(String(seen.message?.data)),
      }, drop),
    ],
  },
  {
    name: "user-names-without-punctuation",
    title: "Admits to the user's channel nobody with punctuation in the name.",
    violates: ["P-191"],
    rules: [
      toTarget({
        event: "pusher:subscribe",
        where: (seen) => /^#server-to-user-.*[@,;=]/.test(channelIn(seen)),
      }, refuse()),
    ],
  },
  {
    name: "signin-data-trimmed",
    title: "Confirms a sign-in with the user data without the white space around it.",
    violates: ["P-185"],
    rules: [
      toClient(
        { event: "pusher:signin_success" },
        alterData((data) => ({ ...data, user_data: String(data["user_data"]).trim() })),
      ),
    ],
  },
];
