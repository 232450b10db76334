/** What a server said in a history, without what differs on every server and in every run. */
import type { Evidence } from "../record/evidence.ts";
import { frameOf } from "../record/frames.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { kindOf, type Situation, situations, USERS_GROUP } from "./situation.ts";
import { AT_REST } from "./trial.ts";

export interface Observation {
  /** Of the step during which it came. */
  readonly situation: Situation;
  /** Counts the acting steps; the same on every target. */
  readonly turn: number;
  /** The client that saw it, `API` for an answer. */
  readonly who: string;
  /** `itself` where it came to whoever acted. */
  readonly role: "itself" | "another" | "answer";
  /** What it is called, for example `pusher:error 4009` or `HTTP 200`. */
  readonly name: string;
  /** What it says, as far as servers may agree on it. */
  readonly content: unknown;
  readonly groups: readonly string[];
  /** The event as it came. */
  readonly event: Evidence;
}

/** Frames that come in their own time, and those of proofs. */
const IGNORED = new Set(["pusher:ping", "pusher:pong"]);
const FENCE = /^private-fence-/;

/** Reads a trial's evidence; `suffix` is the end of every name in it. */
export function observationsOf(events: readonly Evidence[], suffix: string): Observation[] {
  const found: Observation[] = [];
  const tell = situations();
  const sockets = new Map<string, string>();
  let situation: Situation = { words: "at the end", groups: [] };
  let turn = 0;
  let actor = "";
  let isOver = false;
  /** Connections that this end has cut or half closed. */
  const ended = new Set<string>();
  const add = (event: Evidence, who: string, name: string, content: unknown, groups: string[]) => {
    const role = who === "API" ? "answer" : who === actor ? "itself" : "another";
    found.push({ situation, turn, who, role, name, content, groups, event });
  };
  for (const event of events) {
    switch (event.kind) {
      case "step-begin": {
        const next = tell(event.who, event.params);
        if (!next) break;
        situation = next;
        actor = event.who;
        turn++;
        break;
      }
      // What follows answers other questions than elsewhere.
      case "broke":
        return found;
      case "note":
        isOver ||= event.text === AT_REST;
        break;
      case "request":
        if (!isOver) break;
        situation = atTheEnd(event.path.replaceAll(suffix, ""));
        actor = "";
        turn++;
        break;
      case "received": {
        const frame = frameOf(event);
        if (!frame || IGNORED.has(frame.event)) break;
        const channel = frame.channel?.replace(suffix, "");
        if (channel !== undefined && FENCE.test(channel)) break;
        if (isRecord(frame.decoded) && typeof frame.decoded.socket_id === "string") {
          sockets.set(frame.decoded.socket_id, event.socket);
        }
        const said = readFrame(frame.event, plain(readJson(event.text ?? ""), suffix, sockets));
        add(event, clientOf(event.socket), said.name, said.content, groupsOf(frame.event, channel));
        break;
      }
      case "fault":
        if (event.of !== undefined) ended.add(event.of);
        break;
      case "closed":
        // How soon a server gives up what this end has given up is its own matter.
        if (event.by === "target" && !ended.has(event.socket)) {
          add(event, clientOf(event.socket), `closed with ${event.code}`, undefined, []);
        }
        break;
      case "response": {
        const body = plain(own(readJson(event.body), suffix), suffix, sockets);
        const content = event.status < 300 ? body ?? event.body : undefined;
        add(event, "API", `HTTP ${event.status}`, content, [...situation.groups]);
        break;
      }
      case "no-response":
        add(event, "API", "no answer", undefined, [...situation.groups]);
        break;
      default:
    }
  }
  return found;
}

/** A question to the API after all was done. */
function atTheEnd(path: string): Situation {
  const [, channel = "", rest = ""] = /\/channels\/([^/?]*)([^&]*)/.exec(path) ?? [];
  const info = /[?&]info=(\w+)/.exec(path)?.[1];
  const what = `${/^\/users/.test(rest) ? "/users" : ""}${
    info === undefined ? "" : ` with ${info}`
  }`;
  return { words: `GET of ${kindOf(channel)} channel${what} at the end`, groups: [channel] };
}

const clientOf = (socket: string): string => socket.slice(0, socket.lastIndexOf("#"));

function groupsOf(event: string, channel: string | undefined): string[] {
  if (channel?.startsWith("#server-to-user-")) return [USERS_GROUP];
  if (/signin|watchlist/.test(event)) return [USERS_GROUP];
  return channel === undefined ? [] : [channel];
}

/** A list of channels without those of others. */
function own(body: unknown, suffix: string): unknown {
  if (!isRecord(body) || !isRecord(body.channels)) return body;
  const channels = Object.entries(body.channels).filter(([name]) => name.endsWith(suffix));
  return { ...body, channels: Object.fromEntries(channels) };
}

/** Words of errors are a server's own; their codes are not. */
function readFrame(event: string, value: unknown): { name: string; content: unknown } {
  if (!isRecord(value)) return { name: event, content: value };
  const { event: _event, ...rest } = value;
  const decoded = typeof rest.data === "string" ? readJson(rest.data) : rest.data;
  if (event === "pusher:error") {
    const code = isRecord(decoded) ? decoded.code : undefined;
    return {
      name: `pusher:error ${typeof code === "number" ? code : "without a code"}`,
      content: 0,
    };
  }
  if (event === "pusher:subscription_error") return { name: event, content: rest.channel };
  if (event === "pusher:connection_established" && isRecord(decoded)) {
    return { name: event, content: { data: Object.keys(decoded).sort() } };
  }
  const isInternal = event.startsWith("pusher_internal:") || event.startsWith("pusher:");
  return {
    name: event,
    content: isInternal && decoded !== undefined ? { ...rest, data: sets(decoded) } : rest,
  };
}

/** Lists of members and users have no order, and keys have none. */
function sets(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sets).toSorted((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map((
    [name, part],
  ): [string, unknown] => [name, sets(part)]);
  return Object.fromEntries(entries.toSorted(byName));
}

/** The value with its keys in order, names without their end and sockets by their client. */
function plain(value: unknown, suffix: string, sockets: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") {
    let text = value.replaceAll(suffix, "");
    for (const [id, socket] of sockets) text = text.replaceAll(id, `(${socket})`);
    return text;
  }
  if (Array.isArray(value)) return value.map((part) => plain(part, suffix, sockets));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([name, part]): [string, unknown] => [
    name.replaceAll(suffix, ""),
    plain(part, suffix, sockets),
  ]);
  return Object.fromEntries(entries.toSorted(byName));
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;
