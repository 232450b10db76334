/** Servers that misread what they are sent: part of a sum, a sorted query, a name with blanks around it, one of a crowd. */
import { alter, alterData, drop } from "../actions.ts";
import { alterBody, answerWith, resigned } from "../answers.ts";
import type { Break, Exchange, Passage } from "../break.ts";
import { asObject, dataOf } from "../message.ts";
import { request, response, toClient, toTarget } from "../rules.ts";
import { channelIn, isForgedSignin, refuse } from "../subscribing.ts";
import type { Line } from "../world.ts";
import { bodyMd5 } from "../../wire/signature.ts";

/** Whether the query is in another order when names and values are sorted together. */
function sortsOtherwise({ query }: Exchange): boolean {
  const names = [...query.keys()].sort();
  const pairs = [...query].map(([name, value]) => `${name}=${value}`).sort();
  return pairs.some((pair, index) => !pair.startsWith(`${names[index]}=`));
}

const trimmed = (id: unknown) => typeof id === "string" ? id.trim() : id;

const failed = new WeakSet<Line>();

/** JSON text whose numbers were read and written again. */
const rounded = (data: unknown): unknown =>
  typeof data === "string" ? JSON.stringify(JSON.parse(data)) : data;

/** Whether the line is the fifty-first of those in the channel. */
function isFiftyFirst(seen: Passage): boolean {
  const channel = channelIn(seen);
  const there = [...seen.line.world.lines].filter(({ knowledge }) =>
    knowledge.subscribed.has(channel)
  );
  return there[50] === seen.line;
}

export const MISREAD: readonly Break[] = [
  {
    name: "body-md5-compared-in-part",
    title: "Compares as many digits of `body_md5` as there are.",
    violates: ["P-222"],
    rules: [
      request({
        where: ({ query, request: { body } }) => {
          const [given, right] = [query.get("body_md5") ?? "", bodyMd5(body)];
          return given !== "" && given !== right && right.startsWith(given);
        },
      }, resigned()),
    ],
  },
  {
    name: "parameters-sorted-with-their-values",
    title: "Sorts parameters with their values, where names alone are to be sorted.",
    violates: ["P-224"],
    rules: [request({ where: sortsOtherwise }, answerWith(401, "Invalid signature"))],
  },
  {
    name: "fifty-first-passed-over",
    title: "Passes over the fifty-first of those in a channel when it tells them of an event.",
    violates: ["P-080", "P-165"],
    rules: [toClient({ published: true, where: isFiftyFirst }, drop)],
  },
  {
    name: "numbers-of-long-messages-rounded",
    title: "Reads and writes numbers anew in client events of more than a thousand characters.",
    violates: ["P-324"],
    rules: [
      toClient({
        event: "client-*",
        where: ({ message }) => JSON.stringify(message?.["data"] ?? "").length > 1000,
      }, alter((message) => ({ ...message, data: rounded(message["data"]) }))),
    ],
  },
  {
    name: "signed-out-by-a-failure",
    title: "Takes who fails to sign in once more for nobody.",
    violates: ["P-191"],
    rules: [
      toTarget({ event: "pusher:signin", where: isForgedSignin }, async (passage) => {
        failed.add(passage.line);
        await passage.pass();
      }),
      toTarget({
        event: "pusher:subscribe",
        channel: "#server-to-user-*",
        where: ({ line }) => failed.has(line),
      }, refuse()),
    ],
  },
  {
    name: "cached-nothing-taken-for-none",
    title: "Says that nothing is remembered where what is remembered is empty.",
    violates: ["P-156"],
    rules: [
      response(
        { method: "GET", path: "/channels/*" },
        alterBody((body) =>
          asObject(body["cache"])?.["data"] === "" ? { ...body, cache: null } : body
        ),
      ),
    ],
  },
  {
    name: "user-ids-trimmed",
    title: "Takes blanks away from both ends of a user_id.",
    violates: ["P-116", "P-119", "P-122"],
    rules: [
      toClient(
        { event: /^pusher_internal:member_(added|removed)$/ },
        alterData((data) => ({ ...data, user_id: trimmed(data["user_id"]) })),
      ),
      toClient(
        { event: "pusher_internal:subscription_succeeded", channel: "presence-*" },
        alterData((data) => {
          const { ids, hash, ...rest } = asObject(data["presence"]) ?? {};
          const known = Object.entries(asObject(hash) ?? {});
          return {
            presence: {
              ...rest,
              ids: Array.isArray(ids) ? ids.map(trimmed) : ids,
              hash: Object.fromEntries(known.map(([id, info]) => [id.trim(), info])),
            },
          };
        }),
      ),
    ],
  },
  {
    name: "user-ids-unescaped",
    title: "Puts a user_id between quotes as it is when a member leaves.",
    violates: ["P-122"],
    rules: [
      toClient(
        { event: "pusher_internal:member_removed" },
        alter((message) => ({ ...message, data: `{"user_id":"${dataOf(message)["user_id"]}"}` })),
      ),
    ],
  },
  {
    name: "user-ids-as-markup",
    title: "Escapes a user_id as if it stood in a page.",
    violates: ["P-119", "P-122"],
    rules: [
      toClient(
        { event: /^pusher_internal:member_(added|removed)$/ },
        alterData((data) => ({
          ...data,
          user_id: String(data["user_id"]).replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
        })),
      ),
    ],
  },
];
