/**
 * Signatures a break needs to pass off what is wrong as right (AUTH and HTTP#authentication in the
 * protocol's documents): with them, a target that checks everything behaves like one that does not.
 */
import { createHash, createHmac } from "node:crypto";
import type { HttpRequest } from "./http.ts";
import type { App } from "./world.ts";

/** Hex HMAC-SHA256 of the text under the app's secret. */
export function hmac(app: App, text: string | Uint8Array): string {
  return createHmac("sha256", app.secret).update(text).digest("hex");
}

/** `auth` for a subscription of that socket, `channel_data` included where there is one (P-096, P-111). */
export function channelAuth(
  app: App,
  socketId: string,
  channel: string,
  channelData?: string,
): string {
  const parts = [socketId, channel, ...(channelData === undefined ? [] : [channelData])];
  return `${app.key}:${hmac(app, parts.join(":"))}`;
}

/** `auth` for a sign-in of that socket (P-183). */
export function userAuth(app: App, socketId: string, userData: string): string {
  return `${app.key}:${hmac(app, `${socketId}::user::${userData}`)}`;
}

/** The request signed anew, now, over whatever it says; its other parameters are kept (P-223). */
export function signRequest(app: App, request: HttpRequest): HttpRequest {
  const [path = "", query = ""] = request.target.split("?", 2);
  const kept = [...new URLSearchParams(query)]
    .filter(([name]) => !/^(auth_|body_md5$)/i.test(name));
  const parameters = new URLSearchParams([
    ...kept,
    ["auth_key", app.key],
    ["auth_timestamp", String(Math.floor(Date.now() / 1000))],
    ["auth_version", "1.0"],
    ...(request.body.length === 0
      ? []
      : [["body_md5", createHash("md5").update(request.body).digest("hex")]]),
  ]);
  const signed = [...parameters]
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, value]) => `${name}=${value}`).join("&");
  const signature = hmac(app, `${request.method}\n${path}\n${signed}`);
  const target = `${path}?${parameters}&auth_signature=${signature}`;
  return { ...request, target };
}
