/** A server of one test, on a free port, in this process. */
import { Buffer } from "node:buffer";
import type { z } from "zod";
import Pusher, { type PresenceChannelData } from "pusher";
import type { Config } from "../config.ts";
import type { Listeners } from "../events.ts";
import { launch } from "../launch.ts";
import type { RunningServer } from "../server.ts";
import { type appSettings, settingsOf } from "../settings.ts";
import { type Frame, openSocket, type TestSocket } from "./socket.ts";

export const credentials = { id: "app-id", key: "app-key", secret: "app-secret" };

export interface TestServer {
  readonly running: RunningServer;
  /** A socket whose first frame has come, and is taken. */
  connect(key?: string): Promise<TestSocket>;
  /** A socket that waits for nothing. */
  open(key?: string): TestSocket;
  /** The official library, signing for the test's app. */
  readonly api: Pusher;
  /** Enters a private or presence channel with the right signature, and waits to be in. */
  enter(socket: TestSocket, channel: string, member?: PresenceChannelData): Promise<Frame>;
  url(path?: string): string;
  stop(): Promise<void>;
}

type Changes = Omit<z.input<typeof appSettings>, "id" | "key" | "secret">;

/** Starts a server whose only app has the given settings, or with exactly the given `apps`. */
export async function startTestServer(
  changes: Changes = {},
  config: Partial<Config> = {},
  listeners: Listeners = {},
): Promise<TestServer> {
  const running = await launch({
    host: "127.0.0.1",
    port: 0,
    path: "",
    maxSockets: 1000,
    workers: 1,
    drainSeconds: 8,
    maxRequestBytes: 1024 * 1024,
    apps: [settingsOf({ ...credentials, ...changes })],
    ...config,
  }, listeners);
  const { host, port } = running;
  const sockets: TestSocket[] = [];
  const url = (path = `/app/${credentials.key}?protocol=7&client=test&version=1.0`) =>
    `ws${running.tls ? "s" : ""}://${host}:${port}${path}`;
  const api = new Pusher({
    appId: credentials.id,
    key: credentials.key,
    secret: credentials.secret,
    host,
    port: String(port),
    useTLS: false,
    encryptionMasterKeyBase64: Buffer.alloc(32, 7).toString("base64"),
  });
  function open(key = credentials.key): TestSocket {
    const socket = openSocket(url(`/app/${key}?protocol=7&client=test&version=1.0`));
    sockets.push(socket);
    return socket;
  }
  return {
    running,
    api,
    url,
    enter(socket, channel, member) {
      socket.subscribe(channel, { ...api.authorizeChannel(socket.socketId, channel, member) });
      return socket.next("pusher_internal:subscription_succeeded");
    },
    open,
    async connect(key) {
      const socket = open(key);
      await socket.established();
      return socket;
    },
    async stop() {
      for (const socket of sockets) socket.ws.terminate();
      await running.stop();
    },
  };
}

/** Runs a story against a server of its own. */
export async function withServer(
  changes: Changes,
  story: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await startTestServer(changes);
  try {
    await story(server);
  } finally {
    await server.stop();
  }
}
