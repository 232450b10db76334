/** Servers with one small slip each: what outsiders planted in the reference server, and a check had missed. */
import { drop } from "../actions.ts";
import { alterBody, answerOf, answerWith, appOf, bodyOf, resigned } from "../answers.ts";
import type { Break, Exchange, FrameAction, Passage } from "../break.ts";
import { request, response, toClient, toTarget } from "../rules.ts";
import {
  admitWrong,
  channelIn,
  confirm,
  dataIn,
  fieldIn,
  isForgedSignin,
  refuse,
  rightUserAuth,
} from "../subscribing.ts";
import { parseObject, withData } from "../message.ts";
import { signRequest } from "../../wire/signature.ts";
import type { Line, World } from "../world.ts";

const CACHE = /^(private-(encrypted-)?|presence-)?cache-/;

const isTrimmed = (given: string | undefined, right: string | undefined) =>
  given !== undefined && given !== right && given.trim() === right;

const signIn: FrameAction = async (passage) => {
  const { line, message: sent } = passage;
  if (sent === undefined) return;
  await line.send(
    "toTarget",
    withData(sent, { ...dataIn(passage), auth: rightUserAuth(passage) }),
  );
};

/** Whether the signature is right once this is done to it. */
function isSignedOnce(exchange: Exchange, done: (signature: string) => string): boolean {
  const app = appOf(exchange);
  const given = exchange.query.get("auth_signature");
  const covered = [...exchange.query].filter(([name]) => name !== "auth_signature");
  return app !== undefined && given !== undefined &&
    done(given) ===
      signRequest(
        app.secret,
        exchange.request.method,
        exchange.path,
        Object.fromEntries(covered),
      );
}

/** Lines that have left a channel, by channel. */
const leavers = new WeakMap<World, Map<string, Set<Line>>>();

function leaversOf({ line }: Passage, channel: string): Set<Line> {
  const all = leavers.get(line.world) ?? new Map<string, Set<Line>>();
  leavers.set(line.world, all);
  const own = all.get(channel) ?? new Set<Line>();
  all.set(channel, own);
  return own;
}

/** When each cache channel's event was last asked for, in milliseconds. */
const askedAt = new WeakMap<World, Map<string, number>>();
const TIME_TO_LIVE_MS = 1000;

function noteAsked({ line }: Passage, channel: string): void {
  const all = askedAt.get(line.world) ?? new Map<string, number>();
  askedAt.set(line.world, all.set(channel, performance.now()));
}

const isProlonged = (seen: Passage) =>
  performance.now() - (askedAt.get(seen.line.world)?.get(channelIn(seen)) ?? -Infinity) <
    TIME_TO_LIVE_MS;

/** When a line last said something, in milliseconds. */
const spokenAt = new WeakMap<Line, number>();

/** When each channel was first published to, in milliseconds. */
const published = new WeakMap<World, Map<string, number>>();

function firstAt(world: World): Map<string, number> {
  const all = published.get(world) ?? new Map<string, number>();
  published.set(world, all);
  return all;
}

/** What each line was sent last, and when. */
const lastSent = new WeakMap<Line, { readonly text: string; readonly at: number }>();
const AT_ONCE_MS = 50;

function isRepetition({ line, message }: Passage): boolean {
  const text = JSON.stringify(message);
  const last = lastSent.get(line);
  const at = performance.now();
  lastSent.set(line, { text, at });
  return last?.text === text && at - last.at < AT_ONCE_MS;
}

/** Whether a name has signs that other rules than ASCII's count among letters and digits. */
const looksPlain = (name: string) => /[\u212a\uff42\u0663]/.test(name);

const asList = (value: unknown): readonly unknown[] => Array.isArray(value) ? value : [];

export const SLIPS: readonly Break[] = [
  {
    name: "channel-signatures-trimmed",
    title: "Takes white space away from a channel's signature before it compares it.",
    violates: ["P-097", "P-110", "P-135"],
    rules: [
      admitWrong(isTrimmed),
    ],
  },
  {
    name: "signin-signatures-trimmed",
    title: "Takes white space away from a sign-in's signature before it compares it.",
    violates: ["P-188"],
    rules: [
      toTarget({
        event: "pusher:signin",
        where: (seen) =>
          isForgedSignin(seen) && isTrimmed(fieldIn(seen, "auth"), rightUserAuth(seen)),
      }, signIn),
    ],
  },
  {
    name: "api-signatures-trimmed",
    title: "Takes white space away from a request's signature before it compares it.",
    violates: ["P-223"],
    rules: [request({ where: (exchange) => isSignedOnce(exchange, (s) => s.trim()) }, resigned())],
  },
  {
    name: "api-milliseconds-taken",
    title: "Reads a time stamp of thirteen digits as milliseconds.",
    violates: ["P-219"],
    rules: [
      request({
        where: (exchange) =>
          /^\d{13}$/.test(exchange.query.get("auth_timestamp") ?? "") &&
          isSignedOnce(exchange, (signature) => signature),
      }, resigned()),
    ],
  },
  {
    name: "api-empty-values-unsigned",
    title: "Leaves parameters without a value out of what it verifies.",
    violates: ["P-225"],
    rules: [
      request(
        { where: ({ query }) => [...query].some(([, value]) => value === "") },
        answerWith(401, "Invalid signature"),
      ),
    ],
  },
  {
    name: "channel-ended-by-who-left-it",
    title: "Forgets a channel when a connection ends that was in it earlier.",
    violates: ["P-080"],
    rules: [
      toTarget({ event: "pusher:unsubscribe" }, async (passage) => {
        leaversOf(passage, channelIn(passage)).add(passage.line);
        await passage.pass();
      }),
      toClient({
        published: true,
        where: (seen) =>
          [...leaversOf(seen, channelIn(seen))].some((line) => !seen.line.world.lines.has(line)),
      }, drop),
    ],
  },
  {
    name: "termination-of-five",
    title: "Ends five connections of a terminated user, however many there are.",
    violates: ["P-193"],
    rules: [
      request({ method: "POST", path: "/users/*/terminate_connections" }, (exchange) => {
        const { path, world } = exchange;
        const user = decodeURIComponent(path.split("/").at(-2) ?? "");
        const own = [...world.lines].filter(({ app, knowledge }) =>
          app === appOf(exchange) && knowledge.user === user
        );
        for (const line of own.slice(0, 5)) line.close(4009, "Terminated");
        return answerOf(200, {});
      }),
    ],
  },
  {
    name: "users-listed-to-sixty-four",
    title: "Lists no more than 64 users of a presence channel.",
    violates: ["P-270"],
    rules: [
      response(
        { method: "GET", path: "/channels/*/users", status: 200 },
        alterBody((body) => {
          const { users } = body;
          return Array.isArray(users) ? { ...body, users: users.slice(0, 64) } : body;
        }),
      ),
    ],
  },
  {
    name: "names-of-other-scripts-taken",
    title: "Takes the Kelvin sign, full-width letters and foreign digits for letters and digits.",
    violates: ["P-205"],
    rules: [
      toTarget({
        event: "pusher:subscribe",
        where: (seen) => looksPlain(channelIn(seen)),
      }, confirm),
      request({
        method: "POST",
        path: "/events",
        where: ({ request }) => looksPlain(String(asList(bodyOf(request)["channels"])[0])),
      }, answerWith(200)),
    ],
  },
  {
    name: "repetitions-dropped",
    title: "Takes an event that is published again at once for the same one.",
    violates: ["P-080"],
    rules: [toClient({ published: true, where: isRepetition }, drop)],
  },
  {
    name: "silent-connections-forgotten",
    title: "Tells a connection nothing that has said nothing for four seconds.",
    violates: ["P-080", "P-119", "P-165"],
    rules: [
      toTarget({}, async (passage) => {
        spokenAt.set(passage.line, performance.now());
        await passage.pass();
      }),
      toClient({
        event: /^(?!pusher:)/,
        where: ({ line }) => performance.now() - (spokenAt.get(line) ?? Infinity) > 4000,
      }, drop),
    ],
  },
  {
    name: "cache-time-of-the-first",
    title: "Forgets an event when the time of the one that it replaced is over.",
    violates: ["P-147"],
    rules: [
      request({ method: "POST", path: "/events" }, (exchange) => {
        const { channel } = bodyOf(exchange.request);
        const first = firstAt(exchange.world);
        if (typeof channel === "string" && !first.has(channel)) {
          first.set(channel, performance.now());
        }
        return exchange.forward(exchange.request);
      }),
      toClient({
        published: true,
        channel: CACHE,
        where: (seen) =>
          seen.line.app?.id === "fleeting-id" &&
          performance.now() - (firstAt(seen.line.world).get(channelIn(seen)) ?? Infinity) >
            TIME_TO_LIVE_MS,
      }, drop),
    ],
  },
  {
    name: "user-ids-measured-in-bytes",
    title: "Counts the bytes of a user_id where its characters are limited.",
    violates: ["P-131"],
    rules: [
      toTarget({
        event: "pusher:subscribe",
        channel: "presence-*",
        where: (seen) => {
          const { user_id: id } = parseObject(fieldIn(seen, "channel_data") ?? "") ?? {};
          return typeof id === "string" && new TextEncoder().encode(id).length > 128;
        },
      }, refuse()),
    ],
  },
  {
    name: "cache-prolonged-by-readers",
    title: "Gives a remembered event a new time whenever somebody asks for it.",
    violates: ["P-154"],
    rules: [
      toClient({ event: "pusher:cache_miss", where: isProlonged }, async (passage) => {
        const { line } = passage;
        const latest = line.world.latest.get(channelIn(passage));
        noteAsked(passage, channelIn(passage));
        if (latest !== undefined) await line.send("toClient", latest);
        else await passage.pass();
      }),
      toClient({ published: true, channel: CACHE }, async (passage) => {
        noteAsked(passage, channelIn(passage));
        await passage.pass();
      }),
    ],
  },
];
