/** Webhooks: read, rewritten and signed anew, or of the proxy's own making. */
import { request } from "node:http";
import { signWebhook } from "../wire/signature.ts";
import { bodyOf, withBody } from "./answers.ts";
import type { Exchange, RequestAction } from "./break.ts";
import { header } from "../wire/http_message.ts";
import { asObject, type Json } from "./message.ts";
import type { App } from "./world.ts";

/** The app a webhook says it is from (P-279). */
export function senderOf({ request, world }: Exchange): App | undefined {
  const key = header(request.headers, "x-pusher-key");
  return world.apps.find((app) => app.key === key);
}

/** A webhook's body; `{}` where it is no JSON object. */
export function bodyOfWebhook({ request }: Exchange): Json {
  return bodyOf(request);
}

/** The events in a webhook's body. */
export function eventsIn(body: Json): readonly Json[] {
  const { events } = body;
  return Array.isArray(events) ? events.map((event) => asObject(event) ?? {}) : [];
}

/** The webhook goes on with another body, signed by its sender. */
export function rewrittenWebhook(change: (body: Json) => unknown): RequestAction {
  return (exchange) => {
    const rewritten = withBody(exchange.request, change(bodyOfWebhook(exchange)));
    const secret = senderOf(exchange)?.secret ?? "";
    const signature = signWebhook(secret, new TextDecoder().decode(rewritten.body));
    const headers = rewritten.headers.map(([name, value]) =>
      /^x-pusher-signature$/i.test(name) ? [name, signature] as const : [name, value] as const
    );
    return exchange.forward({ ...rewritten, headers });
  };
}

/** Posts the events as the app's webhook (P-275 to P-280); a receiver that fails is not retried. */
export function sendSignedWebhook(url: URL, app: App, events: readonly Json[]): Promise<void> {
  const body = JSON.stringify({ time_ms: Date.now(), events });
  const headers = {
    "Content-Type": "application/json",
    "X-Pusher-Key": app.key,
    "X-Pusher-Signature": signWebhook(app.secret, body),
  };
  return new Promise((resolve) => {
    const sending = request(url, { method: "POST", headers, agent: false }, (response) => {
      response.resume();
      response.once("close", () => resolve());
    });
    sending.once("error", () => resolve());
    sending.end(body);
  });
}
