/**
 * The raw client that tells all other scenarios, as a client to be judged itself. It has no library's
 * memory: it subscribes, sends and answers pings, and keeps neither members nor users.
 */
import { type Client, createClient } from "../client/client.ts";
import { isFrame } from "../record/frames.ts";
import { type EvidenceLog, openRecorder } from "../record/evidence_log.ts";
import { PUSHER_JS_QUERY } from "../client/query.ts";
import type { Application } from "./application.ts";
import { type Page, setPage } from "./page.ts";

export interface RawPageOptions {
  readonly client: Client;
  readonly log: EvidenceLog;
  readonly application: Application;
  readonly host: string;
  readonly port: number;
  readonly deadlineMs: number;
}

/** Connects a raw client of the same name; only the server records what travels. */
export function openRawPage(options: RawPageOptions): Page {
  const { client, log, application, host, port, deadlineMs } = options;
  const unseen = openRecorder(() => {}).log(log.case);
  const bare = createClient(client.name, client.app, unseen, {});
  const query = new URLSearchParams(PUSHER_JS_QUERY);
  bare.dial(`ws://${host}:${port}/app/${client.app.key}?${query}`);
  bare.until((event) => isFrame(event, { event: "pusher:connection_established" }), deadlineMs)
    .then((event) => {
      if (event) log.add({ kind: "page", who: client.name, what: "state", event: "connected" });
    });
  const page: Page = {
    library: "raw",
    get state() {
      return bare.isOpen ? "connected" : "disconnected";
    },
    get socketId() {
      return bare.socketId;
    },
    settings: undefined,
    join: (channelName) =>
      application.authorizeChannel(
        { channelName, socketId: bare.socketId ?? "" },
        (_error, data) => {
          bare.send({ event: "pusher:subscribe", data: { channel: channelName, ...data } });
        },
      ),
    leave: (channel) => bare.send({ event: "pusher:unsubscribe", data: { channel } }),
    whisper: (channel, event, data) => bare.send({ event: `client-${event}`, channel, data }),
    disconnect: () => bare.line?.close(1000),
    members: () => [],
    signIn: () => {},
    echo: undefined,
  };
  setPage(client, page);
  return page;
}
