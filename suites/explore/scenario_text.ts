/** A history as a scenario in the project's own vocabulary: what is run, printed and saved. */
import { stringify } from "yaml";
import { RAW_USERS } from "./corpus.ts";
import { type Act, type ClientName, CLIENTS, type History, OUTSIDER, READ } from "./history.ts";

/** The apps histories are about. */
export interface ExploredApps {
  readonly main: string;
  /** Of another tenant; without one, the outsider does nothing. */
  readonly other: string | undefined;
  /** How long the app's cache channels keep an event, where that can be waited for. */
  readonly cacheTtlMs?: number;
}

/** How a history is paced beside what it says itself. */
export interface Pace {
  /** After each act everybody is answered, and a connection that ended has been noticed. */
  readonly isSettled?: boolean;
}

/** By then servers have noticed that a connection ended. */
const NOTICED = {
  for: "60ms",
  because: "servers notice in their own time that a connection ended",
};

type Step = Readonly<Record<string, unknown>>;

/** The whole scenario file. */
export function scenarioText(
  history: History,
  apps: ExploredApps,
  id: string,
  title: string,
  pace: Pace = {},
): string {
  const clients = Object.fromEntries(
    CLIENTS.filter((name) => name !== OUTSIDER || apps.other !== undefined).map((name) =>
      [name, name === OUTSIDER ? { app: apps.other } : {}] as const
    ),
  );
  return stringify({
    version: 1,
    suite: "explore",
    scenarios: [{
      id,
      title,
      app: apps.main,
      clients,
      deadline: "2s",
      steps: stepsOf(history, apps, pace),
    }],
  }, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The steps, with what clients have to do first: nobody acts who is not connected. */
export function stepsOf(
  history: History,
  apps: ExploredApps,
  { isSettled = false }: Pace = {},
): Step[] {
  const connected = new Set<ClientName>();
  const steps: Step[] = [];
  let signatures = 0;
  const channelOf = (index: number) =>
    history.channels[index % history.channels.length] ?? "orders";
  const connect = (who: ClientName) => {
    if (connected.has(who)) return;
    connected.add(who);
    steps.push({ [who]: "connects" });
  };
  const say = (who: ClientName, step: Step) => {
    if (who === OUTSIDER && apps.other === undefined) return;
    connect(who);
    steps.push({ [who]: step });
    if (history.isPaced && !isSettled) steps.push({ [who]: "isHeard" });
  };
  const call = (step: Step) => steps.push({ call: { method: "POST", ...step } });

  const take = (act: Act): unknown => {
    switch (act.do) {
      case "subscribe": {
        const channel = channelOf(act.channel);
        const asking: Record<string, unknown> = { asksFor: channel };
        if (channel.startsWith("presence-")) Object.assign(asking, identityOf(act.user, act.info));
        if (act.signed === "none") asking.auth = "none";
        if (act.signed === "wrong") asking.auth = `key:${"0".repeat(64)}`;
        if (act.signed === "other socket") {
          const other = act.who === "ana" ? "ben" : "ana";
          connect(act.who);
          connect(other);
          const name = `signature${++signatures}`;
          steps.push({ sign: { channel, for: other, as: name } });
          asking.auth = `$${name}`;
          delete asking.channelData;
          delete asking.user;
          delete asking.info;
        }
        return say(act.who, asking);
      }
      case "leave":
        return say(act.who, { unsubscribes: channelOf(act.channel) });
      case "close":
      case "reset":
        if (!connected.delete(act.who)) return;
        return steps.push({ [act.who]: act.do === "close" ? "disconnects" : "resets" });
      case "half-close":
        if (!connected.delete(act.who)) return;
        return steps.push({ [act.who]: { disconnects: null, by: "half-close" } });
      case "wait": {
        if (apps.cacheTtlMs === undefined) return;
        const because = "what a cache channel keeps ends with time only";
        // Within a second of its end both outcomes are right.
        return steps.push({ pause: { for: `${apps.cacheTtlMs + 1200}ms`, because } });
      }
      case "ping":
        connect(act.who);
        return steps.push({ [act.who]: "isHeard" });
      case "publish": {
        const { except } = act;
        if (except) connect(except);
        return call({
          path: "/events",
          body: {
            name: act.event,
            channels: [...new Set(act.channels.map(channelOf))],
            data: act.data,
            ...(except ? { socket_id: `$${except}.socketId` } : {}),
          },
          ...(act.byOutsider && apps.other !== undefined ? { app: apps.other } : {}),
        });
      }
      case "batch":
        for (const { except } of act.items) if (except) connect(except);
        return call({
          path: "/batch_events",
          body: {
            batch: act.items.map(({ channel, event, data, except }) => ({
              name: event,
              channel: channelOf(channel),
              data,
              ...(except ? { socket_id: `$${except}.socketId` } : {}),
            })),
          },
        });
      case "whisper":
        return say(act.who, { whispers: act.event, on: channelOf(act.channel), data: act.data });
      case "sign in":
        say(act.who, {
          asksToSignIn: act.user,
          ...(act.watches.length > 0 ? { watchlist: act.watches } : {}),
          ...(act.signed === "wrong" ? { auth: `key:${"0".repeat(64)}` } : {}),
        });
        if (!act.joins) return;
        // What comes of signing in is not to be taken for what comes of asking.
        if (isSettled && connected.has(act.who)) steps.push({ [act.who]: "isHeard" });
        say(act.who, { asksFor: `#server-to-user-${act.user}`, auth: "none" });
        return;
      case "send to user":
        return call({
          path: "/events",
          body: { name: "note", channels: [`#server-to-user-${act.user}`], data: act.data },
        });
      case "join own channel":
        return say(act.who, { asksFor: `#server-to-user-${act.user}`, auth: "none" });
      case "terminate":
        return call({ path: `/users/{${act.user}}/terminate_connections` });
      case "read":
        return steps.push({ call: reading(act.what, channelOf(act.channel)) });
    }
  };
  for (const act of history.acts) {
    take(act);
    if (!isSettled) continue;
    if (act.do === "close" || act.do === "reset") steps.push({ pause: NOTICED });
    for (const who of connected) steps.push({ [who]: "isHeard" });
  }
  return steps.length > 0 ? steps : [{ ana: "connects" }];
}

function identityOf(user: string, info: string | undefined): Step {
  const isRaw = (RAW_USERS as readonly string[]).includes(user);
  if (!isRaw) return { user, info: info === undefined ? "none" : JSON.parse(info) };
  const about = info === undefined ? "" : `,"user_info":${info}`;
  return { channelData: `{"user_id":${JSON.stringify(user)}${about}}` };
}

/** A question to the API about a channel. */
function reading(what: typeof READ[number], channel: string): Step {
  const path = `/channels/{${channel}}`;
  switch (what) {
    case "list":
      return { path: "/channels", query: { filter_by_prefix: channel } };
    case "members":
      return { path: `${path}/users` };
    case "user count":
      return { path, query: { info: "user_count" } };
    case "cache":
      return { path, query: { info: "cache" } };
    case "channel":
      return { path };
  }
}
