/** HMAC-SHA256 signatures of channels, users, API requests and webhooks. */
import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const HEX_SHA256 = /^[0-9a-f]{64}$/;

/** Lower-case hexadecimal HMAC-SHA256 of a text or of bytes. */
export function sign(secret: string, message: string | Uint8Array): string {
  return createHmac("sha256", secret).update(message).digest("hex");
}

/** Lower-case hexadecimal MD5, the `body_md5` of API requests (P-222). */
export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** Whether `signature` signs `message`, compared in constant time (P-229). */
export function isSignedBy(secret: string, message: string, signature: string): boolean {
  if (!HEX_SHA256.test(signature)) return false;
  return timingSafeEqual(Buffer.from(sign(secret, message)), Buffer.from(signature));
}

/** Whether `auth` is `<app key>:<signature of message>` (P-096, P-100, P-183). */
export function isAuthorizedBy(
  app: { readonly key: string; readonly secret: string },
  message: string,
  auth: string,
): boolean {
  const colon = auth.indexOf(":");
  return colon >= 0 && auth.slice(0, colon) === app.key &&
    isSignedBy(app.secret, message, auth.slice(colon + 1));
}

/** What is signed for a private channel, or with channel data for a presence channel (P-111). */
export function channelString(socketId: string, channel: string, channelData?: string): string {
  return channelData === undefined
    ? `${socketId}:${channel}`
    : `${socketId}:${channel}:${channelData}`;
}

/** What is signed for a user's sign-in (P-183). */
export function userString(socketId: string, userData: string): string {
  return `${socketId}::user::${userData}`;
}

/**
 * What is signed for an API request: method, path and the query sorted by lower-cased key, values
 * not escaped, `auth_signature` left out (P-223 to P-225).
 */
export function requestString(
  method: string,
  path: string,
  query: ReadonlyMap<string, string>,
): string {
  const pairs = [...query]
    .filter(([key]) => key !== "auth_signature")
    .sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
    .map(([key, value]) => `${key}=${value}`);
  return [method.toUpperCase(), path, pairs.join("&")].join("\n");
}
