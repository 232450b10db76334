/** Who may use the HTTP API: the signature of a request and of its body (P-216 to P-231). */
import type { AppSettings } from "../settings.ts";
import { isSignedBy, md5, requestString } from "../signature.ts";
import { ApiError } from "./request.ts";

/** How far a request's clock may be from this one's, either way (P-219). */
const CLOCK_TOLERANCE_SECONDS = 600;

export interface Signed {
  readonly method: string;
  /** As sent: nothing decoded, nothing normalised (P-227). */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
}

/**
 * Verifies everything but the body, which need not have been read yet.
 *
 * @throws {ApiError} 401, saying which part is wrong.
 */
export function authenticate(request: Signed, app: AppSettings, nowMs: number): void {
  const { query } = request;
  const [key, timestamp, version, signature] = [
    "auth_key",
    "auth_timestamp",
    "auth_version",
    "auth_signature",
  ].map((name) => {
    const value = query.get(name);
    if (value === undefined || value === "") throw new ApiError(401, `${name} is missing`);
    return value;
  }) as [string, string, string, string]; // map keeps the length of its array.

  if (key !== app.key) throw new ApiError(401, "auth_key is not this app's key");
  if (version !== "1.0") throw new ApiError(401, "auth_version must be 1.0");
  if (!/^\d{1,15}$/.test(timestamp)) {
    throw new ApiError(401, "auth_timestamp must be a Unix time in seconds");
  }
  const ageSeconds = Math.abs(nowMs / 1000 - Number(timestamp));
  if (ageSeconds > CLOCK_TOLERANCE_SECONDS) {
    throw new ApiError(
      401,
      `auth_timestamp is more than ${CLOCK_TOLERANCE_SECONDS} seconds away from the server's time`,
    );
  }
  const { method, path } = request;
  const isSigned = [path, decoded(path)].some((form) =>
    form !== undefined && isSignedBy(app.secret, requestString(method, form, query), signature)
  );
  if (!isSigned) {
    throw new ApiError(
      401,
      "auth_signature is wrong: it must be the HMAC-SHA256 of method, path and sorted query",
    );
  }
}

/**
 * Verifies the body by the `body_md5` that the signature covers.
 *
 * @throws {ApiError} 401 when it is missing or another body's (P-221, P-222).
 */
export function authenticateBody(query: ReadonlyMap<string, string>, body: Uint8Array): void {
  const expected = query.get("body_md5");
  if (expected === undefined) {
    if (body.length > 0) throw new ApiError(401, "body_md5 is missing");
  } else if (expected !== md5(body)) {
    throw new ApiError(401, "body_md5 is not the MD5 of the body");
  }
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
