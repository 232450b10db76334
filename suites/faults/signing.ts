/**
 * HTTP requests signed in the place of whoever sent them: with the secret, a target that checks
 * everything behaves like one that checks nothing.
 */
import { bodyMd5, signRequest } from "../wire/signature.ts";
import type { HttpRequest } from "../wire/http_message.ts";
import type { App } from "./world.ts";

/** What every signed request carries in its query besides its own parameters (P-217, P-221). */
const OF_THE_SIGNATURE = /^(auth_key|auth_timestamp|auth_version|auth_signature|body_md5)$/i;

/** The request as the app would sign it at this moment, over whatever it says. */
export function signedBy(app: App, request: HttpRequest): HttpRequest {
  const [path = "", query = ""] = request.target.split("?", 2);
  const own = [...new URLSearchParams(query)].filter(([name]) => !OF_THE_SIGNATURE.test(name));
  const parameters = {
    ...Object.fromEntries(own),
    auth_key: app.key,
    auth_timestamp: String(Math.floor(Date.now() / 1000)),
    auth_version: "1.0",
    ...(request.body.length > 0 && { body_md5: bodyMd5(request.body) }),
  };
  const auth_signature = signRequest(app.secret, request.method, path, parameters);
  const target = Object.entries({ ...parameters, auth_signature })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return { ...request, target: `${path}?${target}` };
}

/** Whether the signature is the app's own for that method, whatever else is wrong. */
export function isSignedBy(app: App, request: HttpRequest, method = request.method): boolean {
  const [path = "", query = ""] = request.target.split("?", 2);
  const parameters = Object.fromEntries(new URLSearchParams(query));
  return parameters["auth_signature"] === signRequest(app.secret, method, path, parameters);
}
