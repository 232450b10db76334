/** What servers do that go wrong only after something else has happened; each call has a memory of its own. */
import { alterData, drop } from "./actions.ts";
import { alterBody, answerOf, bodyOf } from "./answers.ts";
import type { Break, Exchange, Passage } from "./break.ts";
import { asObject, dataOf, type Json, type Message } from "./message.ts";
import { message } from "./replies.ts";
import { request, response, toClient, toTarget, webhook } from "./rules.ts";
import { channelIn } from "./subscribing.ts";
import { bodyOfWebhook, eventsIn } from "./webhook.ts";
import { type Line, memberOf } from "./world.ts";

const ADDED = { event: "pusher_internal:member_added" } as const;
const REMOVED = { event: "pusher_internal:member_removed" } as const;
const JOINED = { event: "pusher_internal:subscription_succeeded", channel: "presence-*" } as const;
const COUNT = { event: "pusher_internal:subscription_count" } as const;
const SIGNED_IN = { event: "pusher:signin_success" } as const;
const CACHE = /^(private-|presence-)?(encrypted-)?cache-/;
const TERMINATE = /^\/users\/[^/]+\/terminate_connections$/;

/** One channel of one app. */
const placeOf = (seen: Passage): string => `${seen.line.app?.id} ${channelIn(seen)}`;

/** The user that a member event is about. */
const userIn = ({ message }: Passage): string => String(message && dataOf(message)["user_id"]);

/** Looks at what passes, and lets the next rule have its way with it. */
const watched = (look: (seen: Passage) => void) => (seen: Passage) => {
  look(seen);
  return false;
};

/** The first event on the channel that a new subscriber is sent because it was kept. */
const isReplay = (seen: Passage): boolean =>
  seen.message !== undefined && CACHE.test(channelIn(seen)) &&
  seen.line.knowledge.replayed.get(channelIn(seen)) === seen.message;

/** Users who left a channel while somebody was there to be told. */
function leavers() {
  const left = new Map<string, Set<string>>();
  return {
    of: (place: string): ReadonlySet<string> => left.get(place) ?? new Set(),
    rule: toClient({
      ...REMOVED,
      where: watched((seen) => {
        left.set(placeOf(seen), new Set([...left.get(placeOf(seen)) ?? [], userIn(seen)]));
      }),
    }, drop),
  };
}

export function rejoiningUnannounced(): Break["rules"] {
  const seenBefore = new WeakMap<Line, Set<string>>();
  const isAgain = (seen: Passage) => {
    const own = seenBefore.get(seen.line) ?? new Set();
    seenBefore.set(seen.line, own);
    const key = `${channelIn(seen)} ${userIn(seen)}`;
    const was = own.has(key);
    own.add(key);
    return was;
  };
  return [toClient({ ...ADDED, where: isAgain }, drop)];
}

export function tabsRemembered(): Break["rules"] {
  const hadTabs = new Set<string>();
  const note = watched((seen) => {
    const member = memberOf(seen.line, channelIn(seen));
    const isSecond = [...seen.line.world.lines].some((other) =>
      other !== seen.line && other.app === seen.line.app &&
      other.knowledge.subscribed.has(channelIn(seen)) &&
      memberOf(other, channelIn(seen)) === member
    );
    if (isSecond) hadTabs.add(`${placeOf(seen)} ${member}`);
  });
  return [
    toClient({ ...JOINED, where: note }, drop),
    toClient(
      { ...REMOVED, where: (seen) => hadTabs.has(`${placeOf(seen)} ${userIn(seen)}`) },
      drop,
    ),
  ];
}

/** The snapshot with one more member, who is not there any more. */
function withGhost(data: Json, ghost: string): Json {
  const presence = asObject(data["presence"]) ?? {};
  const ids = Array.isArray(presence["ids"]) ? presence["ids"] : [];
  if (ids.includes(ghost)) return data;
  return {
    presence: {
      ids: [...ids, ghost],
      hash: { ...asObject(presence["hash"]), [ghost]: null },
      count: ids.length + 1,
    },
  };
}

export function ghostInSnapshot(): Break["rules"] {
  const left = leavers();
  return [
    left.rule,
    toClient(
      { ...JOINED, where: (seen) => left.of(placeOf(seen)).size > 0 },
      alterData((data, seen) => withGhost(data, [...left.of(placeOf(seen))].at(-1) ?? "")),
    ),
  ];
}

export function clientEventForgets(): Break["rules"] {
  const disturbed = new Set<string>();
  return [
    toClient({
      event: "client-*",
      channel: CACHE,
      where: watched((seen) => void disturbed.add(placeOf(seen))),
    }, drop),
    toClient(
      { published: true, where: (seen) => isReplay(seen) && disturbed.has(placeOf(seen)) },
      (seen) => seen.line.send("toClient", message("pusher:cache_miss", {}, channelIn(seen))),
    ),
  ];
}

/** The channels that a publication names. */
function channelsOf(body: Json): string[] {
  const channels = body["channels"];
  return Array.isArray(channels) ? channels.map(String) : [String(body["channel"])];
}

export function exclusionNotKept(): Break["rules"] {
  const kept = new Map<string, Message | undefined>();
  const note = ({ path, request }: Exchange) => {
    const app = /\/apps\/([^/]+)/.exec(path)?.[1];
    const body = bodyOf(request);
    for (const channel of channelsOf(body).filter((name) => CACHE.test(name))) {
      const key = `${app} ${channel}`;
      const data = body["data"];
      if (body["socket_id"] === undefined) {
        kept.set(key, { event: String(body["name"]), channel, data });
      } else if (!kept.has(key)) kept.set(key, undefined);
    }
    return false;
  };
  const isStale = (seen: Passage) => {
    if (!isReplay(seen) || !kept.has(placeOf(seen))) return false;
    return kept.get(placeOf(seen))?.["data"] !== seen.message?.["data"];
  };
  return [
    request({ method: "POST", path: "/events", where: note }, () => undefined),
    toClient({ published: true, where: isStale }, (seen) =>
      seen.line.send(
        "toClient",
        kept.get(placeOf(seen)) ?? message("pusher:cache_miss", {}, channelIn(seen)),
      )),
  ];
}

export function resetsCounted(): Break["rules"] {
  const holders = new Map<string, Set<Line>>();
  const forget = (seen: Passage) => {
    for (const lines of holders.values()) lines.delete(seen.line);
  };
  return [
    toClient({
      event: JOINED.event,
      where: watched((seen) => {
        holders.set(placeOf(seen), (holders.get(placeOf(seen)) ?? new Set()).add(seen.line));
      }),
    }, drop),
    toTarget({
      event: "pusher:unsubscribe",
      where: watched((seen) => void holders.get(placeOf(seen))?.delete(seen.line)),
    }, drop),
    toTarget({ opcode: "close", where: watched(forget) }, drop),
    toClient(
      COUNT,
      alterData((data, seen) => {
        const ghosts = [...holders.get(placeOf(seen)) ?? []]
          .filter((line) => !seen.line.world.lines.has(line));
        return { subscription_count: Number(data["subscription_count"]) + ghosts.length };
      }),
    ),
  ];
}

export function leaversCounted(): Break["rules"] {
  const left = leavers();
  const placeIn = ({ path }: Exchange) =>
    /\/apps\/([^/]+)\/channels\/([^/]+)$/.exec(path)?.slice(1).map(decodeURIComponent).join(" ") ??
      "";
  return [
    left.rule,
    response(
      {
        method: "GET",
        path: "/channels/presence-*",
        status: 200,
        where: (exchange) =>
          exchange.query.get("info") === "user_count" && left.of(placeIn(exchange)).size > 0,
      },
      alterBody((body) => ({ ...body, user_count: Number(body["user_count"]) + 1 })),
    ),
  ];
}

export function oneEndedAllEnded(): Break["rules"] {
  const signedIn = new Map<string, Set<Line>>();
  const keyOf = (line: Line) =>
    `${line.app?.id} ${line.knowledge.user ?? line.knowledge.claimedUser}`;
  return [
    toClient({
      ...SIGNED_IN,
      where: watched(({ line }) => {
        signedIn.set(keyOf(line), (signedIn.get(keyOf(line)) ?? new Set()).add(line));
      }),
    }, drop),
    toClient({
      channel: "#server-to-user-*",
      published: true,
      where: ({ line }) =>
        [...signedIn.get(keyOf(line)) ?? []].some((other) => !line.world.lines.has(other)),
    }, drop),
  ];
}

export function terminatedOnce(): Break["rules"] {
  const done = new Set<string>();
  const isSecond = ({ path }: Exchange) => {
    const was = done.has(path);
    done.add(path);
    return was;
  };
  return [
    request({ method: "POST", path: TERMINATE, where: isSecond }, () => answerOf(200, {})),
  ];
}

export function secondRemovalUnreported(): Break["rules"] {
  const told = new Set<string>();
  const isSecond = (exchange: Exchange) =>
    eventsIn(bodyOfWebhook(exchange)).some((event) => {
      if (event["name"] !== "member_removed") return false;
      const channel = String(event["channel"]);
      const was = told.has(channel);
      told.add(channel);
      return was;
    });
  return [webhook({ where: isSecond }, () => answerOf(200, {}))];
}
