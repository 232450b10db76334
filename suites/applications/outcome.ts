/** What an application has made of one request: agreed, refused, or said what cannot be read. */
import type { Answer } from "../language/application.ts";
import type { RequestFile } from "../language/request.ts";
import type { HttpResponse } from "../wire/http.ts";
import { parsed, valueAt } from "./answers.ts";

/** What became of one request. */
export type Sent =
  & { readonly exchange: number }
  & (
    | { readonly response: HttpResponse }
    | { readonly why: string }
  );

type Read<T> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly why: string;
};

/** Whether the application agreed, and what `read` finds in its answer where it did. */
export function outcomeOf<T>(
  { accepted, reason }: RequestFile,
  sent: Sent,
  read: (response: HttpResponse) => Read<T>,
): Answer<T> {
  const { exchange } = sent;
  if ("why" in sent) return { outcome: "unknown", why: sent.why, exchange };
  const { status, body } = sent.response;
  if (status >= 500) return { outcome: "unknown", why: `it answered ${status}`, exchange };
  const unlike = differenceOf(accepted, sent.response);
  if (unlike !== undefined) {
    const said = reason === undefined ? body.slice(0, 200) : valueAt(parsed(body), reason);
    return { outcome: "refused", status, reason: String(said ?? ""), unlike, exchange };
  }
  const found = read(sent.response);
  return found.ok
    ? { outcome: "accepted", value: found.value, exchange }
    : { outcome: "malformed", why: found.why, exchange };
}

/** In what an answer differs from what the file accepts, in words; undefined where it agrees. */
function differenceOf(
  { status: statuses, location, where }: RequestFile["accepted"],
  { status, body, headers }: HttpResponse,
): string | undefined {
  if (!(statuses?.includes(status) ?? (status >= 200 && status < 300))) {
    return `accepted wants status ${statuses?.join(" or ") ?? "2xx"}, and it is ${status}`;
  }
  if (location !== undefined && !new RegExp(location).test(headers.location ?? "")) {
    return `accepted wants a Location like /${location}/, and it is ${
      headers.location ?? "not there"
    }`;
  }
  const json = parsed(body);
  for (const [path, wanted] of Object.entries(where)) {
    const found = JSON.stringify(valueAt(json, path));
    if (found !== JSON.stringify(wanted)) {
      return `accepted wants ${path} to be ${JSON.stringify(wanted)}, and it is ${
        found ?? "not there"
      }`;
    }
  }
  return undefined;
}
