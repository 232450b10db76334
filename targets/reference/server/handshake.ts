/** Whether a client may connect, from its request alone (P-001 to P-007, P-017 to P-023). */
import type { App } from "./app.ts";
import { closeCodes, type Farewell } from "./close_codes.ts";

/** What the request line and headers say. */
export interface Knock {
  /** Path and query as sent. */
  readonly target: string;
  readonly origin: string | undefined;
  readonly encrypted: boolean;
}

export type Answer =
  | { readonly ok: true; readonly app: App; readonly protocol: number }
  | { readonly ok: false; readonly farewell: Farewell; readonly protocol: number };

const NEWEST_PROTOCOL = 7;
const OLDEST_PROTOCOL = 4;
const APP_PATH = /^\/app\/([^/]+)$/;

/** Answers as `answer` does, and keeps the last: a crowd that comes back knocks with the same words. */
export function answerer(appsByKey: ReadonlyMap<string, App>): (knock: Knock) => Answer {
  let last: { readonly knock: Knock; readonly said: Answer } | undefined;
  return (knock) => {
    if (last === undefined || !isSame(last.knock, knock)) {
      last = { knock, said: answer(knock, appsByKey) };
    }
    return last.said;
  };
}

function isSame(one: Knock, other: Knock): boolean {
  return one.target === other.target && one.origin === other.origin &&
    one.encrypted === other.encrypted;
}

export function answer(knock: Knock, appsByKey: ReadonlyMap<string, App>): Answer {
  const { path, query } = split(knock.target);
  const asked = query.get("protocol");
  const protocol = readProtocol(asked) ?? NEWEST_PROTOCOL;
  const no = (code: Farewell["code"], reason: string): Answer => (
    { ok: false, farewell: { code, reason }, protocol }
  );

  const key = keyIn(path);
  if (key === undefined) return no(closeCodes.unknownPath, "The path must be /app/{key}");
  const app = appsByKey.get(key);
  if (app === undefined) return no(closeCodes.unknownApp, "There is no app with this key");
  const { settings } = app;
  if (settings.tlsOnly && !knock.encrypted) {
    return no(closeCodes.tlsOnly, "The app accepts TLS connections only: use wss");
  }
  if (!settings.enabled) return no(closeCodes.appDisabled, "The app is disabled");

  if (asked === null) return no(closeCodes.noProtocol, "The query has no protocol version");
  if (readProtocol(asked) === undefined) {
    return no(closeCodes.invalidVersion, "The protocol version is not a number");
  }
  if (!isVersion(query.get("version"))) {
    return no(closeCodes.invalidVersion, "The client's version is not a version number");
  }
  if (protocol < OLDEST_PROTOCOL || protocol > NEWEST_PROTOCOL) {
    return no(
      closeCodes.unsupportedProtocol,
      `Protocol versions ${OLDEST_PROTOCOL} to ${NEWEST_PROTOCOL} are supported`,
    );
  }
  if (!isAllowedOrigin(knock.origin, settings.allowedOrigins)) {
    return no(closeCodes.unauthorized, "Connections from this origin are not allowed");
  }
  return { ok: true, app, protocol };
}

function split(target: string): { path: string; query: URLSearchParams } {
  const mark = target.indexOf("?");
  return mark < 0
    ? { path: target, query: new URLSearchParams() }
    : { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}

function keyIn(path: string): string | undefined {
  const encoded = APP_PATH.exec(path)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function readProtocol(asked: string | null): number | undefined {
  return asked !== null && /^\d{1,9}$/.test(asked) ? Number(asked) : undefined;
}

/** `8.6.0`, `7.0`, `4.1-beta`; not giving one is fine (P-006). */
function isVersion(version: string | null): boolean {
  return version === null || /^\d+(\.\d+)*([-+.][-+.\w]*)?$/.test(version);
}

/**
 * Patterns are whole origins (`https://shop.example`) or hosts, with `*` for any characters. A
 * client without an Origin header is no browser page, and could claim any.
 */
function isAllowedOrigin(origin: string | undefined, patterns: readonly string[]): boolean {
  if (origin === undefined || patterns.includes("*")) return true;
  const host = URL.parse(origin)?.hostname;
  return patterns.some((pattern) => {
    const shape = new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "i");
    return shape.test(origin) || (host !== undefined && shape.test(host));
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
