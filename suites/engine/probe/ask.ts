/** The questions a probe puts: over the API, and as a client of its own. */
import type { App } from "../../../targets/target.ts";
import { type Client, createClient } from "../../client/client.ts";
import { PUSHER_JS_QUERY } from "../../client/query.ts";
import type { Evidence } from "../../record/evidence.ts";
import type { Feature } from "../../record/probed.ts";
import { isFrame } from "../../record/frames.ts";
import type { HttpResponse } from "../../wire/http.ts";
import { signChannel, signUser } from "../../wire/signature.ts";
import { type ApiCall, signedRequest } from "../signed_request.ts";
import { answerOf, isError } from "./answer.ts";
import type { Asking } from "./asking.ts";
import { all, type Found, found } from "./found.ts";

/** How long an answer may take. */
export const ANSWER_MS = 1000;
/** How long a server may take to answer a close before the connection is reset. */
const CLOSING_MS = 250;

export const GREETING = "pusher:connection_established";
export const SUBSCRIBED = "pusher_internal:subscription_succeeded";
export const SIGNED_IN = "pusher:signin_success";

/** Makes a signed call as `app`, and records it. */
export async function callApi(asking: Asking, call: ApiCall, app?: App): Promise<Evidence> {
  const { target, log, lane } = asking;
  const request = signedRequest(call, app ?? target.apps.main, target);
  const exchange = asking.nextExchange();
  const { method, headers, body } = request;
  log.add({
    kind: "request",
    exchange,
    connection: "probe",
    method,
    path: request.target,
    headers,
    body,
  });
  let answer: HttpResponse;
  try {
    answer = await lane.send(request, ANSWER_MS);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return log.add({ kind: "no-response", exchange, reason });
  }
  const { status } = answer;
  return log.add({
    kind: "response",
    exchange,
    status,
    headers: answer.headers,
    body: answer.body,
  });
}

/** Reads from the API as the main app. */
export const get = (asking: Asking, path: string, query: Record<string, string> = {}) =>
  callApi(asking, { method: "GET", path, query });

/** Posts to the API as the main app. */
export const post = (asking: Asking, path: string, body: unknown) =>
  callApi(asking, { method: "POST", path, body });

/** A client of the probe and what it was told when it connected. */
export interface Caller {
  readonly client: Client;
  readonly greeted: Evidence | undefined;
}

/**
 * Connects clients as `app`, and closes them again when `use` is done; `undefined` where the target
 * file leaves no room for so many.
 */
export async function withClients<T>(
  asking: Asking,
  count: number,
  use: (callers: readonly [Caller, ...Caller[]]) => Promise<T>,
  app = asking.target.apps.main,
): Promise<T | undefined> {
  return await asking.room.take(count, async () => {
    const [first, ...others] = await Promise.all(
      Array.from({ length: count }, () => connect(asking, app)),
    );
    if (!first) throw new Error("a probe needs at least one client");
    try {
      return await use([first, ...others]);
    } finally {
      await Promise.all([first, ...others].map(({ client }) => close(client)));
    }
  });
}

/** Tries features with clients that were greeted; unknown where they cannot be. */
export async function asClients(
  asking: Asking,
  count: 1 | 2,
  features: readonly Feature[],
  use: (first: Client, second: Client) => Promise<Found>,
  app?: App,
): Promise<Found> {
  const result = await withClients(asking, count, async ([first, second = first]) => {
    const stranger = [first, second].find(({ client }) => client.socketId === undefined);
    return stranger
      ? all(features, found("unknown", `connecting: ${answerOf(stranger.greeted).says}`))
      : await use(first.client, second.client);
  }, app);
  return result ?? all(features, found("unknown", "maxConnections leaves no room for two clients"));
}

async function connect(asking: Asking, app: App): Promise<Caller> {
  const { target, log } = asking;
  const client = createClient(
    `probe${asking.nextClient()}`,
    app,
    log,
    { way: target.ways.websocket },
  );
  const query = new URLSearchParams(PUSHER_JS_QUERY);
  client.dial(`${target.websocketUrl}/app/${encodeURIComponent(app.key)}?${query}`);
  const greeted = await client.until(
    (event) =>
      event.kind === "received" && event.opcode === "text" || event.kind === "closed" ||
      event.kind === "upgrade-refused",
    ANSWER_MS,
  );
  return { client, greeted };
}

async function close(client: Client): Promise<void> {
  if (client.isOpen) {
    client.line?.close(1000);
    await client.until((event) => event.kind === "closed", CLOSING_MS);
  }
  client.release();
}

/** Sends a message and waits for one of these answers, any error, or the end of the connection. */
export async function send(
  { log }: Asking,
  client: Client,
  message: unknown,
  isAnswer: (event: Evidence) => boolean,
): Promise<Evidence | undefined> {
  const from = log.events.length;
  client.send(message);
  return await client.until(
    (event) => isAnswer(event) || isError(event) || event.kind === "closed",
    ANSWER_MS,
    from,
  );
}

/**
 * Subscribes, with a signature where the channel asks for one; on a presence channel as this member,
 * and with a user_info: whether one is needed is for a scenario to judge (P-113).
 */
export async function subscribe(
  asking: Asking,
  client: Client,
  channel: string,
  member?: string,
): Promise<Evidence | undefined> {
  const channel_data = member === undefined ? undefined : JSON.stringify({
    user_id: member,
    user_info: { name: member },
  });
  const auth = /^(private|presence)-/.test(channel)
    ? signChannel(client.app, client.socketId ?? "", channel, channel_data)
    : undefined;
  const data = { channel, ...(auth ? { auth } : {}), ...(channel_data ? { channel_data } : {}) };
  return await send(
    asking,
    client,
    { event: "pusher:subscribe", data },
    (event) => isFrame(event, { event: SUBSCRIBED, channel }),
  );
}

/** Signs the client in as a user, who may watch others. */
export async function signIn(
  asking: Asking,
  client: Client,
  id: string,
  watchlist?: readonly string[],
): Promise<Evidence | undefined> {
  const user_data = JSON.stringify({ id, ...(watchlist ? { watchlist } : {}) });
  const auth = signUser(client.app, client.socketId ?? "", user_data);
  return await send(
    asking,
    client,
    { event: "pusher:signin", data: { auth, user_data } },
    (event) => isFrame(event, { event: SIGNED_IN }),
  );
}
