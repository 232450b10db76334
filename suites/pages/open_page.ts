/** Opening a page with a real library in it, and recording all that the library tells. */
import Echo from "laravel-echo";
import pusherJs, { type Channel, type Options, type PresenceChannel } from "pusher-js";
import type { Client } from "../client/client.ts";
import type { EvidenceOf } from "../record/evidence.ts";
import type { EvidenceLog } from "../record/evidence_log.ts";
import type { Application } from "./application.ts";
import { type EchoMethod, type Library, type Page, setPage } from "./page.ts";

// The package exports the class itself; its types describe a module with a default export.
const PusherJs = pusherJs as unknown as typeof pusherJs.default;
type PusherJs = InstanceType<typeof PusherJs>;

export interface PageOptions {
  readonly library: Exclude<Library, "raw">;
  readonly client: Client;
  readonly log: EvidenceLog;
  readonly application: Application;
  readonly host: string;
  readonly port: number;
  /** Options of the library that a scenario sets, such as its timeouts in milliseconds. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Opens a page; from now on everything its library tells is evidence. */
export function openPage(options: PageOptions): Page {
  const { client, log } = options;
  const record = (
    what: EvidenceOf<"page">["what"],
    event: string,
    more: { channel?: string; data?: unknown } = {},
  ) => void log.add({ kind: "page", who: client.name, what, event, ...plain(more) });

  const pusher = new PusherJs(client.app.key, libraryOptions(options));
  letGo();
  catchThrown(pusher, (error) => record("error", "thrown", { data: String(error) }));
  record("state", pusher.connection.state);
  pusher.connection.bind("state_change", ({ current }: { current: string }) => {
    record("state", current);
  });
  pusher.connection.bind("error", (data: unknown) => record("error", "error", { data }));
  pusher.user.bind_global((event: string, data: unknown) => record("event", event, { data }));
  pusher.user.watchlist.bind_global((event: string, data: unknown) =>
    record("event", event, { data })
  );
  const watched = new WeakSet<Channel>();
  const watch = (channel: Channel) => {
    if (watched.has(channel)) return;
    watched.add(channel);
    channel.bind_global((event: string, data: unknown) =>
      record("event", event, { channel: channel.name, data })
    );
  };

  const echo = options.library === "laravel-echo" ? echoOn(pusher, watch, record) : undefined;
  const page: Page = {
    library: options.library,
    get state() {
      return pusher.connection.state;
    },
    get socketId() {
      return echo ? echo.socketId() : pusher.connection.socket_id;
    },
    settings: pusher.config,
    join: (channel) => echo ? echo.joinFull(channel) : watch(pusher.subscribe(channel)),
    leave: (channel) => echo ? echo.leaveFull(channel) : pusher.unsubscribe(channel),
    members: (name) => {
      const channel = pusher.channel(name) as PresenceChannel | undefined; // of presence channels
      return Object.keys(channel?.members?.members ?? {});
    },
    whisper: (channel, event, data) => {
      if (echo) echo.whisper(channel, event, data);
      else pusher.channel(channel).trigger(`client-${event}`, data);
    },
    signIn: () => pusher.signin(),
    disconnect: () => pusher.disconnect(),
    echo,
  };
  setPage(client, page);
  return page;
}

/**
 * The library lists every instance for the start of a document, and has each listen for the network
 * of a browser; it forgets none of them, and through them a run that is repeated would keep the
 * evidence of every round. There is neither document nor such a network here.
 */
function letGo(): void {
  PusherJs.instances.pop();
  PusherJs.Runtime.getNetwork().unbind();
}

/**
 * What the library throws at a message it cannot take would end a tab's script, and here would end
 * the whole run; it is told as the error it is.
 */
function catchThrown({ connection }: PusherJs, tell: (error: unknown) => void): void {
  const emit = connection.emit.bind(connection);
  connection.emit = (...given) => {
    try {
      return emit(...given);
    } catch (error) {
      tell(error);
      return connection;
    }
  };
}

function libraryOptions({ application, host, port, settings }: PageOptions): Options {
  return {
    cluster: "",
    wsHost: host,
    wsPort: port,
    forceTLS: false,
    enabledTransports: ["ws"],
    channelAuthorization: {
      transport: "ajax",
      endpoint: "",
      customHandler: application.authorizeChannel,
    },
    userAuthentication: {
      transport: "ajax",
      endpoint: "",
      customHandler: application.authenticateUser,
    },
    ...settings,
  };
}

type Recording = (
  what: EvidenceOf<"page">["what"],
  event: string,
  more?: { channel?: string; data?: unknown },
) => void;

/** The prefix each of Echo's methods puts before a name, the longest first. */
const PREFIXES: readonly (readonly [string, EchoMethod])[] = [
  ["private-encrypted-", "encryptedPrivate"],
  ["private-", "private"],
  ["presence-", "join"],
  ["", "channel"],
];

function echoOn(pusher: PusherJs, watch: (channel: Channel) => void, record: Recording) {
  const echo = new Echo<"pusher">({
    broadcaster: "pusher",
    key: pusher.key,
    client: pusher,
    withoutInterceptors: true,
  });
  const present = new WeakSet<object>();
  const call = (method: EchoMethod, name: string) => {
    const channel = echo[method](name);
    watch(channel.subscription);
    if (method === "join" && !present.has(channel)) {
      present.add(channel);
      const room = echo.join(name);
      const on = room.name;
      room.here((data: unknown) => record("listener", "here", { channel: on, data }));
      room.joining((data: unknown) => record("listener", "joining", { channel: on, data }));
      room.leaving((data: unknown) => record("listener", "leaving", { channel: on, data }));
    }
    return channel;
  };
  const split = (channel: string) => {
    const [prefix, method] = PREFIXES.find(([prefix]) => channel.startsWith(prefix)) ??
      ["", "channel" as const];
    return { method, name: channel.slice(prefix.length) };
  };
  return {
    call: (method: EchoMethod, name: string) => void call(method, name),
    listen: (method: EchoMethod, name: string, event: string) => {
      const channel = call(method, name);
      channel.listen(
        event,
        (data: unknown) => record("listener", event, { channel: channel.name, data }),
      );
    },
    listenForWhisper: (method: EchoMethod, name: string, event: string) => {
      const channel = call(method, name);
      channel.listenForWhisper(
        event,
        (data: unknown) => record("listener", event, { channel: channel.name, data }),
      );
    },
    leave: (name: string) => echo.leave(name),
    leaveFull: (channel: string) => echo.leaveChannel(channel),
    joinFull: (channel: string) => {
      const { method, name } = split(channel);
      call(method, name);
    },
    whisper: (channel: string, event: string, data: unknown) => {
      const { method, name } = split(channel);
      if (method === "channel") {
        throw new Error("Echo whispers on private and presence channels only");
      }
      echo[method](name).whisper(event, data as Record<string, unknown>); // any JSON goes
    },
    socketId: () => echo.socketId(),
  };
}

/** A copy that is plain JSON, as evidence must be; libraries hand out their own objects. */
function plain<T extends { data?: unknown }>(more: T): T {
  return "data" in more ? { ...more, data: JSON.parse(JSON.stringify(more.data ?? null)) } : more;
}
