/** What a step does, in words that are the same for every name: how differences are told apart. */
import { isRecord } from "../wire/frame.ts";

const KINDS = [
  ["#server-to-user-", "a user's own"],
  ["private-encrypted-cache-", "an encrypted cache"],
  ["private-encrypted-", "an encrypted"],
  ["private-cache-", "a private cache"],
  ["presence-cache-", "a presence cache"],
  ["private-", "a private"],
  ["presence-", "a presence"],
  ["cache-", "a public cache"],
] as const;

/** The group of everything that depends on who is signed in. */
export const USERS_GROUP = "users";

/** The kind of a channel, with its article. */
export function kindOf(channel: string): string {
  return KINDS.find(([prefix]) => channel.startsWith(prefix))?.[1] ?? "a public";
}

export interface Situation {
  /** For example `asks for a private channel, unsigned`. */
  readonly words: string;
  /** Channels it is about, as the scenario names them; `users` for what depends on signing in. */
  readonly groups: readonly string[];
}

/** Steps say what they do in the context of what their client did before. */
export function situations(): (who: string, params: unknown) => Situation | undefined {
  const asked = new Set<string>();
  const signedIn = new Set<string>();
  return (who, params) => {
    if (!isRecord(params)) return undefined;
    const text = (name: string) => typeof params[name] === "string" ? String(params[name]) : "";
    if ("asksFor" in params) {
      const channel = text("asksFor");
      const again = asked.has(`${who} ${channel}`) ? ", again" : "";
      asked.add(`${who} ${channel}`);
      const words = `asks for ${kindOf(channel)} channel${signedHow(channel, params)}${
        member(channel, params)
      }${again}`;
      return { words, groups: groupsOf([channel]) };
    }
    if ("unsubscribes" in params) {
      const channel = text("unsubscribes");
      const was = asked.delete(`${who} ${channel}`) ? "" : " it never asked for";
      return { words: `leaves ${kindOf(channel)} channel${was}`, groups: groupsOf([channel]) };
    }
    if ("whispers" in params) {
      const channel = text("on");
      const outside = asked.has(`${who} ${channel}`) ? "" : " it did not ask for";
      const name = text("whispers") === "client-" ? " named client-" : "";
      const empty = params.data === "" ? " of empty data" : "";
      const words = `sends a client event${name}${empty} on ${kindOf(channel)} channel${outside}`;
      return { words, groups: groupsOf([channel]) };
    }
    if ("asksToSignIn" in params) {
      const wrongly = text("auth") === "" ? "" : ", signed wrongly";
      const again = signedIn.has(who) ? ", again" : "";
      signedIn.add(who);
      return { words: `signs in${wrongly}${again}`, groups: [USERS_GROUP] };
    }
    if ("disconnects" in params || "resets" in params) {
      for (const key of asked) if (key.startsWith(`${who} `)) asked.delete(key);
      signedIn.delete(who);
      return { words: "resets" in params ? "resets its connection" : "closes", groups: [] };
    }
    if ("connects" in params) return { words: "connects", groups: [] };
    return typeof params.path === "string" ? calling(params.path, params) : undefined;
  };
}

function signedHow(channel: string, { auth }: Readonly<Record<string, unknown>>): string {
  if (auth === undefined) return "";
  if (auth === "none") return /^(private|presence)-/.test(channel) ? ", unsigned" : "";
  return String(auth).endsWith("0".repeat(64))
    ? ", signed wrongly"
    : ", signed for another connection";
}

function member(channel: string, params: Readonly<Record<string, unknown>>): string {
  if (!channel.startsWith("presence-") || params.auth !== undefined) return "";
  const data = params.channelData;
  const isBare = params.info === "none" ||
    (typeof data === "string" && !data.includes("user_info"));
  return isBare ? ", without user_info" : "";
}

function calling(path: string, params: Readonly<Record<string, unknown>>): Situation {
  const { method, query, body } = params;
  const [, channel, rest = ""] = /^\/channels\/\{?([^/}]+)\}?(\/users)?$/.exec(path) ?? [];
  if (channel !== undefined) {
    const info = isRecord(query) && typeof query.info === "string" ? ` with ${query.info}` : "";
    return {
      words: `GET of ${kindOf(channel)} channel${rest}${info}`,
      groups: groupsOf([channel]),
    };
  }
  if (isRecord(query) && typeof query.filter_by_prefix === "string") {
    return {
      words: `GET /channels with the name of ${kindOf(query.filter_by_prefix)} channel`,
      groups: groupsOf([query.filter_by_prefix]),
    };
  }
  const channels = channelsIn(body);
  if (channels.length > 0) {
    const kinds = [...new Set(channels.map(kindOf))].sort();
    const what = path === "/events" && channels.length === 1 ? "an event" : `${path}:`;
    const empty = JSON.stringify(body).includes('"data":""') ? ", of empty data" : "";
    return {
      words: `${method} ${what} to ${kinds.join(" and ")} channel${empty}`,
      groups: groupsOf(channels),
    };
  }
  const words = `${method} ${path.replace(/\{.*?\}/, "X")}`;
  return { words, groups: path.startsWith("/users/") ? [USERS_GROUP] : [] };
}

function channelsIn(body: unknown): string[] {
  if (!isRecord(body)) return [];
  if (Array.isArray(body.channels)) return body.channels.map(String);
  if (typeof body.channel === "string") return [body.channel];
  return Array.isArray(body.batch) ? body.batch.flatMap(channelsIn) : [];
}

const groupsOf = (channels: readonly string[]): string[] =>
  channels.map((name) => name.startsWith("#server-to-user-") ? USERS_GROUP : name);
