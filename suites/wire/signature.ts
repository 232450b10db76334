/**
 * The three signatures of the Pusher protocol, as a client's backend makes them.
 *
 * The reference server has its own; the two share no code, so that neither hides the other's
 * misreading. Both are held against the golden vectors.
 */
import { createHash, createHmac } from "node:crypto";

export interface Credentials {
  readonly key: string;
  readonly secret: string;
}

function hmac(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/**
 * Admits one socket to one private or presence channel: `<key>:<hex>` (P-096, P-111).
 * `channelData` is signed byte for byte as it will be sent.
 */
export function signChannel(
  { key, secret }: Credentials,
  socketId: string,
  channel: string,
  channelData?: string,
): string {
  const signed = channelData === undefined
    ? `${socketId}:${channel}`
    : `${socketId}:${channel}:${channelData}`;
  return `${key}:${hmac(secret, signed)}`;
}

/** Signs one socket in as the user that `userData` describes (P-183). */
export function signUser({ key, secret }: Credentials, socketId: string, userData: string): string {
  return `${key}:${hmac(secret, `${socketId}::user::${userData}`)}`;
}

/** Hex HMAC-SHA256 of a webhook's raw body (P-280). */
export function signWebhook(secret: string, body: string): string {
  return hmac(secret, body);
}

/** Hex MD5 of a request body (P-221). */
export function bodyMd5(body: string | Uint8Array): string {
  return createHash("md5").update(body).digest("hex");
}

/**
 * Signs an HTTP API request: method, path and the query sorted by lower-cased key with
 * unescaped values (P-223 to P-226).
 */
export function signRequest(
  secret: string,
  method: string,
  path: string,
  query: Readonly<Record<string, string>>,
): string {
  const sorted = Object.entries(query)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name !== "auth_signature")
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  return hmac(secret, `${method.toUpperCase()}\n${path}\n${sorted}`);
}
