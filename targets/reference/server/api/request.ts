/** A request to the HTTP API after its signature was verified, and the refusals it may meet. */
import type { App } from "../app.ts";

export interface ApiRequest {
  readonly app: App;
  /** Query parameters, keys lower-cased, values decoded. */
  readonly query: ReadonlyMap<string, string>;
  /** What the path names, decoded: `channel` or `user`. */
  readonly params: Readonly<Record<string, string>>;
  /** Undefined when there was none; otherwise whatever JSON came. */
  readonly body: unknown;
}

/** Refused with an HTTP status and an explanation for the caller (P-230). */
export class ApiError extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 413 | 429 | 503,
    message: string,
  ) {
    super(message);
  }
}

/** A target without the path that begins all of them; `/`, where nothing is, for any other. */
export function below(path: string, target: string): string {
  if (path === "") return target;
  return target.startsWith(`${path}/`) ? target.slice(path.length) : "/";
}

/** The part of a request's target before `?`, and its decoded query. */
export function splitTarget(target: string): { path: string; query: Map<string, string> } {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  return { path, query: readQuery(mark < 0 ? "" : target.slice(mark + 1)) };
}

/** `info[]`, `info[0]`: how PHP sends an item of a list. */
const ITEM = /\[\d*\]$/;

/**
 * Keys are lower-cased; a key given several times, or as the items of a list, has its values joined
 * by commas (P-224, P-226).
 */
function readQuery(text: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(text)) {
    const name = key.toLowerCase().replace(ITEM, "");
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  return query;
}
