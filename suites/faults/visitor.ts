/** A small Pusher client and API caller, for the proxy's own tests against the reference server. */
import { once } from "node:events";
import { request } from "node:http";
import { WebSocket } from "ws";
import { bodyMd5, signChannel, signRequest, signUser } from "../wire/signature.ts";
import { type Message, parseMessage } from "./message.ts";
import type { Address } from "./proxy.ts";
import type { App } from "./world.ts";

export interface Visitor {
  readonly socketId: string;
  /** Every message so far, in the order they came. */
  readonly received: readonly Message[];
  readonly socket: WebSocket;
  send(event: string, fields: Record<string, unknown>): void;
  /** Subscribes with the right signature; `userId` for a presence channel. */
  subscribe(channel: string, userId?: string): Promise<void>;
  signIn(id: string): Promise<Message>;
  /** The first message with that event that nobody has waited for yet. */
  next(event: string): Promise<Message>;
}

/** Connects to an app and waits for the greeting. */
export async function visit({ host, port }: Address, app: App): Promise<Visitor> {
  const socket = new WebSocket(`ws://${host}:${port}/app/${app.key}?protocol=7`);
  const received: Message[] = [];
  const unclaimed: Message[] = [];
  let news = Promise.withResolvers<void>();
  const tell = () => {
    news.resolve();
    news = Promise.withResolvers();
  };
  socket.on("error", () => {});
  socket.on("close", tell);
  socket.on("message", (data) => {
    const message = parseMessage(String(data)) ?? { event: "not a message", data: String(data) };
    received.push(message);
    unclaimed.push(message);
    tell();
  });

  async function next(event: string): Promise<Message> {
    while (true) {
      const at = unclaimed.findIndex((message) => message.event === event);
      const [found] = at === -1 ? [] : unclaimed.splice(at, 1);
      if (found !== undefined) return found;
      if (socket.readyState === WebSocket.CLOSED) throw new Error(`closed before ${event}`);
      await news.promise;
    }
  }
  const send = (event: string, fields: Record<string, unknown>) =>
    socket.send(JSON.stringify({ event, ...fields }));

  const greeting = await next("pusher:connection_established");
  const socketId: string = JSON.parse(String(greeting["data"])).socket_id;
  return {
    socketId,
    received,
    socket,
    send,
    next,
    async subscribe(channel, userId) {
      const channel_data = userId === undefined ? undefined : JSON.stringify({ user_id: userId });
      const auth = signChannel(app, socketId, channel, channel_data);
      send("pusher:subscribe", { data: { channel, auth, channel_data } });
      await next("pusher_internal:subscription_succeeded");
    },
    async signIn(id) {
      const user_data = JSON.stringify({ id });
      send("pusher:signin", { data: { auth: signUser(app, socketId, user_data), user_data } });
      return await next("pusher:signin_success");
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Calls the app's API, rightly signed but for what `query` says otherwise. */
export async function call(
  { host, port }: Address,
  app: App,
  path: string,
  { body, query = {} }: { body?: unknown; query?: Record<string, string> } = {},
): Promise<Answer> {
  const method = body === undefined ? "GET" : "POST";
  const text = body === undefined ? "" : JSON.stringify(body);
  const full = `/apps/${app.id}${path}`;
  const parameters = {
    auth_key: app.key,
    auth_timestamp: String(Math.floor(Date.now() / 1000)),
    auth_version: "1.0",
    ...(text !== "" && { body_md5: bodyMd5(text) }),
    ...query,
  };
  const auth_signature = signRequest(app.secret, method, full, parameters);
  const target = `${full}?${new URLSearchParams({ ...parameters, auth_signature })}`;
  const headers = { "Content-Type": "application/json" };
  const calling = request({ host, port, method, path: target, headers, agent: false });
  calling.end(text);
  const [response] = await once(calling, "response");
  let answer = "";
  for await (const chunk of response) answer += chunk;
  return { status: response.statusCode, body: answer };
}
