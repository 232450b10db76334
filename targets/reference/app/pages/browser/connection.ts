/** The page's one connection, and what a page that may miss events does about it. */
import Echo from "laravel-echo";
import Pusher from "pusher-js";
import { csrfToken, said } from "./api.ts";

const at = new URL(said("websocket"));
const port = Number(at.port) || (at.protocol === "wss:" ? 443 : 80);

export const echo = new Echo({
  broadcaster: "reverb",
  Pusher,
  key: said("key"),
  wsHost: at.hostname,
  wsPort: port,
  wssPort: port,
  forceTLS: at.protocol === "wss:",
  enabledTransports: ["ws", "wss"],
  authEndpoint: "/broadcasting/auth",
  auth: { headers: { "X-XSRF-TOKEN": csrfToken() } },
});

export const connection = echo.connector.pusher.connection;

/** A page's channel: what this page needs of Echo's. */
export interface Followed {
  listen(event: string, heard: (data: never) => void): unknown;
  subscribed(done: () => void): unknown;
}

/**
 * Fetches whenever the channel is subscribed to, the first time and after every outage. A page that
 * waited for the library to call itself unavailable would miss what happens in a short one; one that
 * fetched before it is subscribed would miss what happens in between.
 */
export function fetchedOnEachSubscription(channel: Followed, fetchState: () => Promise<void>) {
  channel.subscribed(() => void fetchState().catch(() => {}));
}

/** Which events are news: versions that a page has gone beyond are not. */
export class Versions {
  last = -1;

  /** `stale`: to be discarded; `gap`: some before it are missing; else it is the next one. */
  of(version: number): "stale" | "gap" | "next" {
    if (version <= this.last) return "stale";
    const kind = version > this.last + 1 ? "gap" : "next";
    this.last = version;
    return kind;
  }

  /** Whether a state that was fetched is as new as what has been heard. */
  fetched(version: number): boolean {
    if (version < this.last) return false;
    this.last = version;
    return true;
  }
}
