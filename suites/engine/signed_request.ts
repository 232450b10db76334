/**
 * A signed call to the HTTP API.
 *
 * The signature covers the path from `/apps` on. A prefix that a proxy needs (`path:` in the target
 * file) stands before it on the wire and is not signed: pusher-http-php signs `/apps/{id}/…` and
 * puts its `path` option before it, pusher-http-node likewise with a path in `host`. A proxy takes
 * the prefix away, so the server sees what was signed.
 */
import type { App } from "../../targets/target.ts";
import type { HttpRequest } from "../wire/http.ts";
import { nearly, type NearMiss } from "../wire/near_miss.ts";
import { bodyMd5, signRequest } from "../wire/signature.ts";
import type { OpenTarget } from "./open_target.ts";

/** A signed call to the HTTP API and everything a scenario may want to get wrong about it. */
export interface ApiCall {
  readonly method: string;
  /** After `/apps/{id}`, for example `/events`; sent byte for byte. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** A string goes as it is; anything else as JSON. */
  readonly body?: unknown;
  readonly app?: App;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another keep-alive connection than the scenario's own. */
  readonly connection?: string;
  readonly sign?: {
    readonly key?: string;
    readonly secret?: string;
    readonly version?: string;
    /** Seconds from the target's clock. */
    readonly clockSeconds?: number;
    /** The unit of the time; seconds without it. */
    readonly clockIn?: "milliseconds";
    /** In the place of the time, whatever it is. */
    readonly timestamp?: string;
    readonly method?: string;
    /** After `/apps/{id}`, as `ApiCall.path`. */
    readonly path?: string;
    readonly signature?: string;
    /** What to get wrong about the signature once it is made. */
    readonly spoil?: NearMiss;
    /** What to get wrong about the key. The signature covers the wrong one. */
    readonly spoilKey?: NearMiss;
    /** Another body's MD5 than the one that is sent. */
    readonly bodyMd5?: string;
    /** What to get wrong about the body's MD5. The signature covers the wrong one. */
    readonly spoilBodyMd5?: NearMiss;
    /** Parameters left out of the query after signing. */
    readonly omit?: readonly string[];
    /** Parameters left out before signing. */
    readonly without?: readonly string[];
    /** Query parameters added after signing. */
    readonly append?: Readonly<Record<string, string>>;
    /** The query as it goes on the wire: values percent-encoded, or raw. */
    readonly encode?: boolean;
    /** The query's parameters go in reverse order, so the signature comes first. */
    readonly reversed?: boolean;
  };
}

/** A call as it goes on the wire. */
export interface SignedRequest extends HttpRequest {
  readonly body: string;
}

/** Signs a call the way an official library would, apart from what `sign` gets wrong on purpose. */
export function signedRequest(
  call: ApiCall,
  app: App,
  target: Pick<OpenTarget, "apiUrl" | "clockOffsetMs">,
): SignedRequest {
  const sign = call.sign ?? {};
  const root = `/apps/${app.id}`;
  const path = `${root}${call.path}`;
  const body = call.body === undefined
    ? ""
    : typeof call.body === "string"
    ? call.body
    : JSON.stringify(call.body);
  const now = (Date.now() + target.clockOffsetMs) / 1000 + (sign.clockSeconds ?? 0);
  const all: Record<string, string> = {
    ...call.query,
    auth_key: sign.spoilKey ? nearly(app.key, sign.spoilKey) : sign.key ?? app.key,
    auth_timestamp: sign.timestamp ??
      String(Math.round(sign.clockIn === "milliseconds" ? now * 1000 : now)),
    auth_version: sign.version ?? "1.0",
    ...(body || sign.bodyMd5 !== undefined || sign.spoilBodyMd5
      ? {
        body_md5: sign.spoilBodyMd5
          ? nearly(bodyMd5(body), sign.spoilBodyMd5)
          : sign.bodyMd5 ?? bodyMd5(body),
      }
      : {}),
  };
  const query = Object.fromEntries(
    Object.entries(all).filter(([name]) => !sign.without?.includes(name)),
  );
  const right = sign.signature ??
    signRequest(
      sign.secret ?? app.secret,
      sign.method ?? call.method,
      sign.path === undefined ? path : `${root}${sign.path}`,
      query,
    );
  const signature = sign.spoil ? nearly(right, sign.spoil) : right;
  const parameters = Object.entries({ ...query, auth_signature: signature, ...sign.append })
    .filter(([name]) => !sign.omit?.includes(name));
  const sent = (sign.reversed ? parameters.toReversed() : parameters)
    .map(([name, value]) => `${name}=${sign.encode === false ? value : encodeURIComponent(value)}`)
    .join("&");
  return {
    method: call.method,
    target: `${prefixOf(target.apiUrl)}${path}${sent ? `?${sent}` : ""}`,
    headers: { ...(body ? { "content-type": "application/json" } : {}), ...call.headers },
    body,
  };
}

/** What stands before `/apps` on the wire: the `path:` of the target file, without a slash at its end. */
export function prefixOf(apiUrl: string): string {
  return new URL(apiUrl).pathname.replace(/\/$/, "");
}
