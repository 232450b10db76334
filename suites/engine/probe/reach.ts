/**
 * Whether the WebSocket endpoint and the API of a target can be reached at all, each for itself.
 *
 * What fails is named once, with the key of the target file that mends it. A wrong scheme or
 * authority is a wrong setting; a port that is closed, silent, or speaks something else is out of
 * reach. Whether key, id and secret are right is not asked here.
 */
import type { App } from "../../../targets/target.ts";
import { isRecord, readFrame, readJson } from "../../wire/frame.ts";
import type { HttpLane, HttpResponse } from "../../wire/http.ts";
import { signedRequest } from "../signed_request.ts";
import { TOO_MANY } from "../second_chance.ts";
import { Unreachable, WrongSetting } from "../unreachable.ts";
import type { Greeted } from "./greet.ts";
import { portOf } from "../../wire/way.ts";
import { speaksHttp, speaksTls } from "./port.ts";
import { excerpt, said } from "./said.ts";

/** How long an endpoint may take to say its first word, and to show which scheme it speaks. */
export const REACH_MS = 3000;
const SCHEME_MS = 1000;

/** One endpoint of the target, and what its file calls it. */
export interface Endpoint {
  readonly key: "websocket" | "api";
  readonly url: string;
  /** The target file. */
  readonly file: string;
  /** The file of the authority that the target file names. */
  readonly ca?: string;
}

const UNKNOWN_HOST = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_NONAME"]);
const NO_ROUTE = new Set(["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"]);
const UNKNOWN_AUTHORITY = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
/** The alerts of TLS servers that ask for a certificate (RFC 8446 §6.2), as OpenSSL and rustls word them. */
const NO_CERTIFICATE = /certificate.?required|bad.?certificate/i;
/** A proxy that has no server behind it. */
const NOBODY_BEHIND = new Set([502, 503, 504]);
/** The server wants TLS (P-047). */
const TLS_ONLY = 4000;

const isSecure = ({ url }: Endpoint) => /^(https|wss):/.test(url);

/**
 * Asks the API for its channels, and reads its clock. Throws `Unreachable` or `WrongSetting`. An
 * answer that refuses the credentials is an answer.
 */
export async function reachApi(
  endpoint: Endpoint,
  app: App,
  lane: HttpLane,
): Promise<{ readonly clockOffsetMs: number }> {
  const ask = (call: { method: string; path: string; body?: unknown }) =>
    lane.send(
      signedRequest(call, app, { apiUrl: endpoint.url, clockOffsetMs: 0 }),
      REACH_MS,
    ).catch(async (error) => {
      throw await whyNot(endpoint, error.message, error.code);
    });
  const answer = await ask({ method: "GET", path: "/channels" });
  if (wantsCertificate(answer.status, answer.body)) throw withoutCertificate(endpoint);
  const strange = strangeness(answer);
  if (strange !== undefined) {
    const { location } = answer.headers;
    if (!isSecure(endpoint) && location?.startsWith("https:")) throw wrongScheme(endpoint);
    if (await isTlsBeneath(endpoint, answer.status)) throw wrongScheme(endpoint);
    // It may only have no list of channels.
    const body = { name: "probe", channel: `probe-${crypto.randomUUID()}`, data: "{}" };
    if (strangeness(await ask({ method: "POST", path: "/events", body })) !== undefined) {
      throw new Unreachable(
        `${endpoint.url} ${strange}, so it is no Pusher API: correct api.host, api.port and api.path in ${endpoint.file}`,
      );
    }
  }
  return { clockOffsetMs: clockOffset(answer) };
}

/** What no API of Pusher's would answer; undefined where it might. */
function strangeness(answer: HttpResponse): string | undefined {
  const { status, headers, body } = answer;
  if (status === 401 || status === 403 || status === TOO_MANY) return undefined;
  if (NOBODY_BEHIND.has(status)) return `answers with HTTP ${status}`;
  if (status >= 300 && status < 400) {
    return `redirects to ${excerpt(headers.location ?? "nowhere")} (HTTP ${status})`;
  }
  if (headers["content-type"]?.includes("html") || body.trimStart().startsWith("<")) {
    return `answers with HTML (HTTP ${status})`;
  }
  if (status < 300 && readJson(body) === undefined) return `answers with ${said(answer)}`;
  return undefined;
}

/** The largest difference between two clocks that the one-second Date header cannot tell from none. */
const DATE_GRAIN_MS = 2000;

/** The clock of who answered minus ours in milliseconds; 0 when they are too near to tell. */
export function clockOffset({ headers }: HttpResponse): number {
  const date = Date.parse(headers.date ?? "");
  const offset = Number.isNaN(date) ? 0 : date + 500 - Date.now();
  return Math.abs(offset) < DATE_GRAIN_MS ? 0 : offset;
}

/** Throws `Unreachable` or `WrongSetting` unless a Pusher server spoke, whatever it said. */
export async function reachWebSocket(endpoint: Endpoint, greeted: Greeted): Promise<void> {
  const { url, file } = endpoint;
  const mend = `correct websocket.host, websocket.port and websocket.path in ${file}`;
  switch (greeted.kind) {
    case "failed":
      throw await whyNot(endpoint, greeted.reason, greeted.code);
    case "silent":
      if (!greeted.opened) throw await whyNot(endpoint, "", undefined);
      throw new Unreachable(
        `${url} accepts WebSocket connections and greets nobody within ${REACH_MS} ms: ${mend}`,
      );
    case "refused": {
      const { status, body } = greeted;
      if (status === TOO_MANY || status === 401 || status === 403) return;
      if (wantsCertificate(status, body)) throw withoutCertificate(endpoint);
      if (await isTlsBeneath(endpoint, status)) throw wrongScheme(endpoint);
      const what = body.trimStart().startsWith("<") ? "HTML" : JSON.stringify(excerpt(body));
      throw new Unreachable(
        `${url} refuses WebSocket connections (HTTP ${status}, ${what}): ${mend}`,
      );
    }
    case "binary":
      throw new Unreachable(
        `${url} greets with a binary message, so it is no Pusher server: ${mend}`,
      );
    case "closed":
      // A code of the protocol's own is a word of a Pusher server.
      if (greeted.code === TLS_ONLY && !isSecure(endpoint)) throw wrongScheme(endpoint);
      if (greeted.code >= 4000 && greeted.code < 4400) return;
      throw new Unreachable(
        `${url} closes every WebSocket connection before it greets (${greeted.code}${
          greeted.reason && ` ${excerpt(greeted.reason)}`
        }): ${mend}`,
      );
    case "told": {
      const frame = readFrame(greeted.text);
      if (frame?.event.startsWith("pusher") !== true) {
        throw new Unreachable(
          `${url} greets with ${excerpt(greeted.text)}, so it is no Pusher server: ${mend}`,
        );
      }
      if (!isSecure(endpoint) && isRecord(frame.decoded) && frame.decoded.code === TLS_ONLY) {
        throw wrongScheme(endpoint);
      }
    }
  }
}

/** An HTTP answer that only tells a client without TLS to use it. */
async function isTlsBeneath(endpoint: Endpoint, status: number): Promise<boolean> {
  return !isSecure(endpoint) && status >= 400 && status < 500 &&
    await speaksTls(portOf(new URL(endpoint.url)), SCHEME_MS);
}

/** nginx answers so to whoever shows no certificate where it asks for one, or one it does not trust. */
function wantsCertificate(status: number, body: string): boolean {
  return status === 400 && /SSL certificate/.test(body);
}

function withoutCertificate({ key, url, file }: Endpoint): WrongSetting {
  return new WrongSetting(
    `${url} asks for a certificate of its clients: name one that it trusts as "certificate:" and "key:" of ${key} in ${file}`,
  );
}

/** Why an endpoint did not answer, found out by asking its port in other ways. */
async function whyNot(
  endpoint: Endpoint,
  reason: string,
  code: string | undefined,
): Promise<Unreachable | WrongSetting> {
  const { key, url, file, ca } = endpoint;
  const port = portOf(new URL(url));
  const place = `${port.host}:${port.port}`;
  if (code === "ERR_PROXY") {
    return new Unreachable(
      `${url} is reached through a proxy, and ${reason}: correct HTTPS_PROXY, or name ${port.host} in NO_PROXY`,
    );
  }
  if (code === "ECONNREFUSED") {
    return new Unreachable(
      `Nothing listens at ${url}: start the server there, or correct ${key}.host and ${key}.port in ${file}`,
    );
  }
  if (code !== undefined && UNKNOWN_HOST.has(code)) {
    return new Unreachable(`The host of ${url} is unknown: correct ${key}.host in ${file}`);
  }
  if (code !== undefined && NO_ROUTE.has(code)) {
    return new Unreachable(
      `There is no way to ${place} (${code}): correct ${key}.host in ${file}, or mend the network`,
    );
  }
  if (code !== undefined && UNKNOWN_AUTHORITY.has(code)) {
    return new WrongSetting(
      ca === undefined
        ? `${url} shows a certificate of an authority that is not trusted here: name the authority's PEM file as "ca:" of ${key} in ${file}`
        : `${url} shows a certificate that the authority in ${ca} did not sign: correct "ca:" of ${key} in ${file}`,
    );
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return new WrongSetting(
      `The certificate of ${url} is for another host: correct ${key}.host in ${file}, or give the server a certificate for this one`,
    );
  }
  if (code === "CERT_HAS_EXPIRED") {
    return new Unreachable(`The certificate of ${url} has expired: renew it`);
  }
  if (code !== undefined && NO_CERTIFICATE.test(`${code} ${reason}`)) {
    return withoutCertificate(endpoint);
  }
  const spoken = isSecure(endpoint) ? speaksHttp : speaksTls;
  if (await spoken(port, SCHEME_MS)) return wrongScheme(endpoint);
  return new Unreachable(
    `${place} accepts connections and ${
      code === undefined
        ? `says nothing within ${REACH_MS} ms`
        : `ends them without an answer (${excerpt(reason)})`
    }: see whether the server there is well, or correct ${key}.port in ${file}`,
  );
}

function wrongScheme(endpoint: Endpoint): WrongSetting {
  const { key, url, file } = endpoint;
  const { host, port } = portOf(new URL(url));
  const [is, other, speaks] = isSecure(endpoint)
    ? ["https", "http", "plain HTTP"]
    : ["http", "https", "TLS"];
  return new WrongSetting(
    `${host}:${port} speaks ${speaks}, and ${key}.scheme in ${file} says ${is}: make it ${other}`,
  );
}
