/** Subscriptions and sign-ins on their way to the target: what is wrong with them, and how to hide it. */
import { signChannel, signUser } from "../wire/signature.ts";
import type { FrameAction, Passage, Rule } from "./break.ts";
import { channelOf, dataOf, type Json, parseObject, withData } from "./message.ts";
import { pusherError, subscriptionSucceeded } from "./replies.ts";
import { toTarget } from "./rules.ts";

/** Whether a channel's name demands authorization (P-095, P-104, P-110). */
export function isGuarded(channel: string): boolean {
  return /^(private|presence)-/.test(channel);
}

/** The channel a subscribe or unsubscribe names; empty where it names none. */
export function channelIn({ message }: Passage): string {
  return (message && channelOf(message)) ?? "";
}

/** The `data` of the message, decoded. */
export function dataIn({ message }: Passage): Json {
  return message === undefined ? {} : dataOf(message);
}

/** A string field of the message's `data`; undefined where it is absent or of another type. */
export function fieldIn(passage: Passage, name: string): string | undefined {
  const value = dataIn(passage)[name];
  return typeof value === "string" ? value : undefined;
}

/** The `auth` that would admit this subscribe, on its own socket or on another. */
export function rightAuth(
  passage: Passage,
  socketId = passage.line.knowledge.socketId ?? "",
): string | undefined {
  const { app } = passage.line;
  return app && signChannel(app, socketId, channelIn(passage), fieldIn(passage, "channel_data"));
}

/** Whether the subscribe is for a guarded channel and its `auth` is not the right one. */
export function isUnauthorized(passage: Passage): boolean {
  return isGuarded(channelIn(passage)) && dataIn(passage)["auth"] !== rightAuth(passage);
}

/** Passes the subscribe on signed as it should have been, so that the target lets it in. */
export const admit: FrameAction = async (passage) => {
  const { line, message } = passage;
  if (message === undefined || line.app === undefined) return await passage.pass();
  const channel = channelIn(passage);
  const data = withMember(passage, channel);
  const channelData = data["channel_data"];
  const auth = signChannel(
    line.app,
    line.knowledge.socketId ?? "",
    channel,
    typeof channelData === "string" ? channelData : undefined,
  );
  await line.send("toTarget", withData(message, { ...data, auth }));
};

/** Admits to guarded channels who signs wrongly, in a way that `passes`. */
export function admitWrong(
  passes: (given: string | undefined, right: string | undefined) => boolean,
): Rule {
  return toTarget({
    event: "pusher:subscribe",
    where: (seen) => isUnauthorized(seen) && passes(fieldIn(seen, "auth"), rightAuth(seen)),
  }, admit);
}

/** Confirms the subscription to the client; the target never hears of it. */
export const confirm: FrameAction = async (passage) => {
  const channel = channelIn(passage);
  await passage.line.send("toClient", subscriptionSucceeded(channel, ["admitted"]));
};

/** Refuses by an error event; the target never hears of it. */
export function refuse(code = 4009, reason = "Refused"): FrameAction {
  return (passage) => passage.line.send("toClient", pusherError(code, reason));
}

/** The `auth` that would let this sign-in succeed. */
export function rightUserAuth(passage: Passage): string | undefined {
  const { app, knowledge } = passage.line;
  const userData = fieldIn(passage, "user_data") ?? "";
  return app && signUser(app, knowledge.socketId ?? "", userData);
}

/** Whether the sign-in's `auth` is not the right one. */
export function isForgedSignin(passage: Passage): boolean {
  return dataIn(passage)["auth"] !== rightUserAuth(passage);
}

/** The subscribe's `data`, with a member where a presence channel needs one and none is named. */
function withMember(passage: Passage, channel: string): Json {
  const data = dataIn(passage);
  const isNamed = parseObject(String(data["channel_data"]))?.["user_id"] !== undefined;
  if (!channel.startsWith("presence-") || isNamed) return data;
  if (data["channel_data"] === undefined && passage.line.knowledge.user !== undefined) return data;
  return { ...data, channel_data: JSON.stringify({ user_id: "admitted" }) };
}
