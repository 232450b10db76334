/** Webhooks of the proxy's own, for servers that send too many or the wrong ones. */
import { request } from "node:http";
import type { Json } from "./message.ts";
import { hmac } from "./signing.ts";
import type { App } from "./world.ts";

/** Posts the events as the app's webhook (P-275 to P-280); a receiver that fails is not retried. */
export function sendSignedWebhook(url: URL, app: App, events: readonly Json[]): Promise<void> {
  const body = JSON.stringify({ time_ms: Date.now(), events });
  const headers = {
    "Content-Type": "application/json",
    "X-Pusher-Key": app.key,
    "X-Pusher-Signature": hmac(app, body),
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
