/** Servers that compare signatures, paths and names carelessly, and so take what is nearly right. */
import { signChannel, signRequest } from "../../wire/signature.ts";
import { appOf, resigned } from "../answers.ts";
import type { Break, Exchange, FrameAction, Passage } from "../break.ts";
import { dataOf, parseObject, withData } from "../message.ts";
import { message } from "../replies.ts";
import { request, toClient, toTarget } from "../rules.ts";
import {
  admit,
  admitWrong,
  channelIn,
  dataIn,
  fieldIn,
  isForgedSignin,
  isUnauthorized,
  refuse,
  rightUserAuth,
} from "../subscribing.ts";

/** Digits that a hurried server compares. */
const COMPARED = 8;

/** Whether two auth values have the same key, and digits that begin alike. */
function beginAlike(given = "", right = ""): boolean {
  const [givenKey, givenDigits = ""] = given.split(":");
  const [rightKey, rightDigits = ""] = right.split(":");
  return givenKey === rightKey &&
    givenDigits.slice(0, COMPARED) === rightDigits.slice(0, COMPARED);
}

/** The `auth` that covers socket and channel alone. */
function bareAuth(passage: Passage): string | undefined {
  const { app, knowledge } = passage.line;
  return app && signChannel(app, knowledge.socketId ?? "", channelIn(passage));
}

const signInAnyway: FrameAction = async (passage) => {
  const { line, message: sent } = passage;
  if (sent === undefined) return;
  const auth = rightUserAuth(passage);
  await line.send("toTarget", withData(sent, { ...dataIn(passage), auth }));
};

/** The query's parameters without its signature. */
function signedParameters({ query }: Exchange): Record<string, string> {
  return Object.fromEntries([...query].filter(([name]) => name !== "auth_signature"));
}

function rightSignature(exchange: Exchange, path = exchange.path): string | undefined {
  const app = appOf(exchange);
  return app && signRequest(app.secret, exchange.request.method, path, signedParameters(exchange));
}

/** Whether somebody else of the line's app is signed in under that name in another case. */
function namesakeIsOnline({ line }: Passage, id: string): boolean {
  return [...line.world.lines].some(({ app, knowledge: { user } }) =>
    app === line.app && user !== undefined && user !== id &&
    user.toLowerCase() === id.toLowerCase()
  );
}

function offline({ message: told }: Passage): readonly string[] {
  const events = told && dataOf(told)["events"];
  return Array.isArray(events)
    ? events.flatMap((event) => event.name === "offline" ? event.user_ids : [])
    : [];
}

/** User ids that a program may take for no id at all. */
const FALSY = ["0", "null", "false", "undefined"];

function memberIn(passage: Passage): unknown {
  return parseObject(fieldIn(passage, "channel_data") ?? "")?.["user_id"];
}

const leaveEveryPresenceChannel: FrameAction = async (passage) => {
  const { line } = passage;
  await passage.pass();
  for (const channel of line.knowledge.subscribed.keys()) {
    if (!channel.startsWith("presence-")) continue;
    await line.send("toTarget", { event: "pusher:unsubscribe", data: { channel } });
  }
};

export const DOORS: readonly Break[] = [
  {
    name: "falsy-users-refused",
    title: "Refuses members whose id a program may take for none, such as 0.",
    violates: ["P-113"],
    rules: [
      toTarget({
        event: "pusher:subscribe",
        channel: "presence-*",
        where: (seen) => FALSY.includes(String(memberIn(seen))),
      }, refuse(4009, "There is no user_id")),
    ],
  },
  {
    name: "leaving-one-presence-channel-leaves-all",
    title: "Takes who leaves one presence channel out of every other one as well.",
    violates: ["P-080", "P-122"],
    rules: [
      toTarget({ event: "pusher:unsubscribe", channel: "presence-*" }, leaveEveryPresenceChannel),
    ],
  },
  {
    name: "signature-compared-by-eight-digits",
    title: "Compares the first eight digits of a channel's signature only.",
    violates: ["P-097", "P-110", "P-135"],
    rules: [
      admitWrong(beginAlike),
    ],
  },
  {
    name: "channel-data-signed-or-not",
    title: "Admits to a presence channel whose signature covers no channel_data, whatever is sent.",
    violates: ["P-111"],
    rules: [
      toTarget({
        event: "pusher:subscribe",
        channel: "presence-*",
        where: (seen) => isUnauthorized(seen) && fieldIn(seen, "auth") === bareAuth(seen),
      }, admit),
    ],
  },
  {
    name: "signin-compared-by-eight-digits",
    title: "Compares the first eight digits of a sign-in's signature only.",
    violates: ["P-188"],
    rules: [
      toTarget({
        event: "pusher:signin",
        where: (seen) =>
          isForgedSignin(seen) && beginAlike(fieldIn(seen, "auth"), rightUserAuth(seen)),
      }, signInAnyway),
    ],
  },
  {
    name: "api-signature-compared-by-eight-digits",
    title: "Compares the first eight digits of a request's signature only.",
    violates: ["P-223"],
    rules: [
      request({
        where: (exchange) => {
          const [given, right] = [exchange.query.get("auth_signature"), rightSignature(exchange)];
          return given !== right && given?.slice(0, COMPARED) === right?.slice(0, COMPARED);
        },
      }, resigned()),
    ],
  },
  {
    name: "api-path-signed-anyhow",
    title: "Executes a request whose signature covers a path that does not exist.",
    violates: ["P-227"],
    rules: [
      request({
        where: (exchange) => {
          const root = exchange.path.match(/^\/apps\/[^/]+/)?.[0] ?? "";
          return exchange.query.get("auth_signature") ===
            rightSignature(exchange, `${root}/nothing`);
        },
      }, resigned()),
    ],
  },
  {
    name: "watched-users-without-case",
    title: "Takes a watched user for online when somebody of that name in another case is.",
    violates: ["P-199"],
    rules: [
      toClient({
        event: "pusher_internal:watchlist_events",
        where: (seen) => offline(seen).some((id) => namesakeIsOnline(seen, id)),
      }, (passage) => {
        const events = [{ name: "online", user_ids: offline(passage) }];
        return passage.line.send(
          "toClient",
          message("pusher_internal:watchlist_events", { events }),
        );
      }),
    ],
  },
];
