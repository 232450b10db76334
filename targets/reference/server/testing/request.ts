/** Signed API requests of any shape, for tests of what the official library would never send. */
import { md5, requestString, sign } from "../signature.ts";
import { Buffer } from "node:buffer";
import { credentials, type TestServer } from "./server.ts";

export interface RequestChanges {
  /** The body is sent as it is, not as JSON. */
  readonly raw?: boolean;
  /** Query parameters beside, or instead of, those of the signature; undefined leaves one out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent without being signed. */
  readonly unsigned?: Readonly<Record<string, string>>;
  readonly signedAs?: {
    readonly method?: string;
    readonly path?: string;
    readonly secret?: string;
  };
  readonly appId?: string;
}

export interface ApiResponse {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- whatever JSON the test goes on to assert about
  readonly body: any;
}

export async function request(
  { running }: TestServer,
  method: string,
  path: string,
  body?: unknown,
  { raw = false, query = {}, unsigned = {}, signedAs = {}, appId = credentials.id }:
    RequestChanges = {},
): Promise<ApiResponse> {
  const text = body === undefined ? "" : raw ? String(body) : JSON.stringify(body);
  const fullPath = `/apps/${appId}${path}`;
  const wanted: Record<string, string | undefined> = {
    auth_key: credentials.key,
    auth_timestamp: String(Math.floor(Date.now() / 1000)),
    auth_version: "1.0",
    ...(text === "" ? {} : { body_md5: md5(Buffer.from(text)) }),
    ...query,
  };
  const sent = new Map(
    Object.entries(wanted).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const signed = new Map([...sent].map(([key, value]) => [key.toLowerCase(), value]));
  const signature = sign(
    signedAs.secret ?? credentials.secret,
    requestString(signedAs.method ?? method, signedAs.path ?? fullPath, signed),
  );
  const search = new URLSearchParams([
    ...sent,
    ...("auth_signature" in query ? [] : [["auth_signature", signature]]),
    ...Object.entries(unsigned),
  ]);
  const { host, port } = running;
  const response = await fetch(`http://${host}:${port}${fullPath}?${search}`, {
    method,
    ...(text === "" ? {} : { body: text }),
  });
  return { status: response.status, body: await response.json() };
}
