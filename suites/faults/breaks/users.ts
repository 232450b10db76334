/** Servers that are wrong about signed-in users (P-182 to P-195). */
import { alter, alterData, answer, drop } from "../actions.ts";
import { answerOf } from "../answers.ts";
import type { Break, Exchange, FrameAction, Passage } from "../break.ts";
import { dataOf, parseObject, withData } from "../message.ts";
import { message, pusherError } from "../replies.ts";
import { request, toClient, toTarget } from "../rules.ts";
import {
  channelIn,
  confirm,
  dataIn,
  fieldIn,
  isForgedSignin,
  refuse,
  rightUserAuth,
} from "../subscribing.ts";
import { memberOf, type World } from "../world.ts";

const SIGNIN = { event: "pusher:signin" } as const;
const SUCCESS = { event: "pusher:signin_success" } as const;
const TO_USER = "#server-to-user-*";
const TERMINATE = { method: "POST", path: "/users/*/terminate_connections" } as const;

function claimedUser(passage: Passage): unknown {
  return parseObject(fieldIn(passage, "user_data") ?? "")?.["id"];
}

function hasUsableUser(passage: Passage): boolean {
  const id = claimedUser(passage);
  return typeof id === "string" && id !== "";
}

/** The sign-in goes on signed as it should have been. */
const signInAnyway: FrameAction = async (passage) => {
  const { line, message } = passage;
  if (message === undefined) return;
  const auth = rightUserAuth(passage);
  await line.send("toTarget", withData(message, { ...dataIn(passage), auth }));
};

const SIGNED_IN = answer((passage) =>
  message(SUCCESS.event, { user_data: fieldIn(passage, "user_data") ?? "{}" })
);

function userIn({ path }: Exchange): string {
  return decodeURIComponent(path.match(/\/users\/([^/]+)/)?.[1] ?? "");
}

/** Users some world has cut off and will not see again. */
const banned = new WeakMap<World, Set<string>>();

export const USERS: readonly Break[] = [
  {
    name: "signin-unanswered",
    title: "Does not answer a sign-in.",
    violates: ["P-182"],
    rules: [toTarget(SIGNIN, drop)],
  },
  {
    name: "signin-answered-both-ways",
    title: "Answers a sign-in with success and with an error.",
    violates: ["P-182"],
    rules: [
      toClient(SUCCESS, async (passage) => {
        await passage.pass();
        await passage.line.send("toClient", pusherError(4200, "Signed in, with reservations"));
      }),
    ],
  },
  {
    name: "signin-signature-misread",
    title: "Refuses a sign-in that is signed as the documents say.",
    violates: ["P-183"],
    rules: [
      toTarget({ ...SIGNIN, where: (seen) => !isForgedSignin(seen) }, refuse(4009, "Bad auth")),
    ],
  },
  {
    name: "signin-without-id-accepted",
    title: "Signs in a user who has no usable id.",
    violates: ["P-184"],
    rules: [toTarget({ ...SIGNIN, where: (seen) => !hasUsableUser(seen) }, SIGNED_IN)],
  },
  {
    name: "signin-data-withheld",
    title: "Confirms a sign-in without its user data.",
    violates: ["P-185"],
    rules: [toClient(SUCCESS, alterData(({ user_data: _, ...rest }) => rest))],
  },
  {
    name: "signin-data-reserialized",
    title: "Confirms a sign-in with its user data written anew.",
    violates: ["P-185"],
    rules: [
      toClient(SUCCESS, alterData((data) => ({ ...data, user_data: `${data["user_data"]} ` }))),
    ],
  },
  {
    name: "signin-auth-echoed",
    title: "Sends the sign-in's signature back with its confirmation.",
    violates: ["P-186"],
    rules: [
      toClient(
        SUCCESS,
        alterData((data, { line }) => ({ ...data, auth: `${line.app?.key}:${"0".repeat(64)}` })),
      ),
    ],
  },
  {
    name: "second-user-signed-in",
    title: "Signs a connection in as a second user.",
    violates: ["P-187"],
    rules: [
      toTarget({
        ...SIGNIN,
        where: (seen) => {
          const { user } = seen.line.knowledge;
          return user !== undefined && user !== claimedUser(seen);
        },
      }, SIGNED_IN),
    ],
  },
  {
    name: "signin-signature-unchecked",
    title: "Signs in whoever claims to be somebody.",
    violates: ["P-188"],
    rules: [
      toTarget(
        { ...SIGNIN, where: (seen) => isForgedSignin(seen) && hasUsableUser(seen) },
        signInAnyway,
      ),
    ],
  },
  {
    name: "user-channels-open",
    title: "Admits anybody to a user's own channel, and delivers his events there.",
    violates: ["P-191", "P-192"],
    rules: [
      toTarget({
        event: "pusher:subscribe",
        channel: TO_USER,
        where: (seen) => channelIn(seen) !== `#server-to-user-${seen.line.knowledge.user}`,
      }, (passage) => {
        passage.line.knowledge.asked.set(channelIn(passage), {});
        return confirm(passage);
      }),
      toClient({ channel: TO_USER, published: true }, async (passage) => {
        await passage.pass();
        for (const other of passage.line.world.lines) {
          const { asked, user } = other.knowledge;
          const isIntruder = channelIn(passage) !== `#server-to-user-${user}`;
          if (isIntruder && asked.has(channelIn(passage))) {
            void other.sendFrame("toClient", "text", passage.frame.payload);
          }
        }
      }),
    ],
  },
  {
    name: "user-channels-closed",
    title: "Refuses a signed-in user his own channel.",
    violates: ["P-191"],
    rules: [toTarget({ event: "pusher:subscribe", channel: TO_USER }, refuse())],
  },
  {
    name: "user-events-to-first-connection",
    title: "Sends a user's events to the first of his connections only.",
    violates: ["P-192"],
    rules: [
      toClient({
        channel: TO_USER,
        published: true,
        where: ({ line }) => {
          const his = [...line.world.lines]
            .filter(({ knowledge }) => knowledge.user === line.knowledge.user);
          return his[0] !== line;
        },
      }, drop),
    ],
  },
  {
    name: "user-events-to-everybody",
    title: "Sends a user's events to every signed-in user.",
    violates: ["P-192", "P-303"],
    rules: [
      toClient({ channel: TO_USER, published: true }, async (passage) => {
        await passage.pass();
        for (const other of passage.line.world.lines) {
          const { user } = other.knowledge;
          if (user !== undefined && user !== passage.line.knowledge.user) {
            void other.sendFrame("toClient", "text", passage.frame.payload);
          }
        }
      }),
    ],
  },
  {
    name: "terminate-without-effect",
    title: "Agrees to terminate a user's connections, and leaves them open.",
    violates: ["P-193"],
    rules: [request(TERMINATE, () => answerOf(200, {}))],
  },
  {
    name: "terminate-accepted-later",
    title: "Answers `terminate_connections` with 202 and a message.",
    violates: ["P-193"],
    rules: [
      request(TERMINATE, async (exchange) => {
        await exchange.forward(exchange.request);
        return answerOf(202, { message: "accepted" });
      }),
    ],
  },
  {
    name: "terminate-hits-members",
    title: "Closes also the sockets that only joined a presence channel under the user's id.",
    violates: ["P-194"],
    rules: [
      request(TERMINATE, (exchange) => {
        for (const line of exchange.world.lines) {
          const isMember = [...line.knowledge.subscribed.keys()].some((channel) =>
            channel.startsWith("presence-") && memberOf(line, channel) === userIn(exchange)
          );
          if (isMember) line.close(4009, "Terminated");
        }
        return exchange.forward(exchange.request);
      }),
    ],
  },
  {
    name: "terminate-for-ever",
    title: "Never lets a user back whose connections were terminated.",
    violates: ["P-195"],
    rules: [
      request(TERMINATE, (exchange) => {
        const users = banned.get(exchange.world) ?? new Set();
        banned.set(exchange.world, users.add(userIn(exchange)));
        return exchange.forward(exchange.request);
      }),
      toTarget({
        ...SIGNIN,
        where: (seen) => banned.get(seen.line.world)?.has(String(claimedUser(seen))) ?? false,
      }, refuse(4009, "Terminated")),
    ],
  },
  {
    name: "terminate-spares-second-connection",
    title: "Terminates only the first of a user's connections.",
    violates: ["P-193"],
    rules: [
      toClient({
        opcode: "close",
        where: ({ line }) =>
          line.knowledge.user !== undefined &&
          [...line.world.lines].find(({ knowledge }) => knowledge.user === line.knowledge.user) !==
            line,
      }, ({ line }) => line.silence()),
    ],
  },
  {
    name: "signin-confirmed-with-an-alias",
    title: "Confirms a sign-in under a name of its own.",
    violates: ["P-182", "P-183"],
    rules: [
      toClient(
        SUCCESS,
        alter((sent) => ({ ...sent, event: "pusher:signed_in", data: dataOf(sent) })),
      ),
    ],
  },
];
