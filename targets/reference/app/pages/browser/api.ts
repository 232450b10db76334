/** Asking the application, with the token that its cookie carries. */
import { document } from "./dom.ts";

export interface Answer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- each component reads what its route answers
  readonly body: any; // as the route of this application answers
}

export async function ask(method: "GET" | "POST", path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path, {
    method,
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      "x-xsrf-token": csrfToken(),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

export const csrfToken = (): string =>
  decodeURIComponent(/(?:^|; )XSRF-TOKEN=([^;]+)/.exec(document.cookie)?.[1] ?? "");

/** What the page says about itself: whose it is, and what it shows. */
export function said(name: "user" | "role" | "subject" | "key" | "websocket"): string {
  const meta = document.querySelector(`meta[name="app:${name}"]`);
  return meta?.getAttribute("content") ?? "";
}

/** An amount of cents, for people. */
export const money = (cents: number): string => `$${(cents / 100).toFixed(2)}`;
