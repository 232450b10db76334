/** What a break does to an HTTP request or its answer. */
import type { Exchange, RequestAction, ResponseAction } from "./break.ts";
import type { HttpRequest, HttpResponse } from "../wire/http_message.ts";
import { asObject, type Json, parseObject } from "./message.ts";
import { signedBy } from "./signing.ts";
import type { App } from "./world.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An answer of the proxy's own. */
export function answerOf(status: number, body: unknown): HttpResponse {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    status,
    headers: [["Content-Type", "application/json"]],
    body: encoder.encode(text),
  };
}

/** The app whose API the request is for. */
export function appOf({ path, world }: Exchange): App | undefined {
  const id = path.match(/\/apps\/([^/]+)/)?.[1];
  return world.apps.find((app) => app.id === id);
}

/** A message's body as a JSON object; `{}` where it is none. */
export function bodyOf({ body }: HttpRequest | HttpResponse): Json {
  return parseObject(decoder.decode(body)) ?? {};
}

/** The same message with another body. */
export function withBody<M extends HttpRequest | HttpResponse>(message: M, body: unknown): M {
  return { ...message, body: encoder.encode(JSON.stringify(body)) };
}

/** The request never reaches the target. */
export function answerWith(status: number, body: unknown = {}): RequestAction {
  return () => answerOf(status, body);
}

/** The request reaches the target as the app would have signed it, altered or not. */
export function resigned(
  change: (request: HttpRequest, exchange: Exchange) => HttpRequest = (request) => request,
): RequestAction {
  return (exchange) => {
    const app = appOf(exchange);
    const { request } = exchange;
    if (app === undefined) return exchange.forward(request);
    return exchange.forward(signedBy(app, change(request, exchange)));
  };
}

/** The request reaches the target with another body, validly signed. */
export function resignedBody(change: (body: Json, exchange: Exchange) => unknown): RequestAction {
  return resigned((request, exchange) => withBody(request, change(bodyOf(request), exchange)));
}

/** The answer comes with another status, and another body where one is given. */
export function status(code: number, body?: unknown): ResponseAction {
  return (response) => body === undefined ? { ...response, status: code } : answerOf(code, body);
}

/** The answer comes with another body. */
export function alterBody(change: (body: Json, exchange: Exchange) => unknown): ResponseAction {
  return (response, exchange) => withBody(response, change(bodyOf(response), exchange));
}

/** The line is reset without an answer. */
export const hangUp: () => undefined = () => undefined;

/** The whole server falls over, and does not get up by itself. */
export function crashOn({ world }: Exchange): undefined {
  world.crash();
}

/** The attributes of a channel with another `user_count`, where they have one. */
export function withCount(attributes: unknown, change: (count: number) => unknown): Json {
  const given = asObject(attributes) ?? {};
  const count = given["user_count"];
  return count === undefined ? given : { ...given, user_count: change(Number(count)) };
}
