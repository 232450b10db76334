/** A page of a client: a browser tab that runs pusher-js or laravel-echo, and what it can do there. */
import type { Client } from "../client/client.ts";

export const LIBRARIES = ["pusher-js", "laravel-echo"] as const;
/** What a page runs; `raw` is Plumbline's own client, where that is judged itself. */
export type Library = typeof LIBRARIES[number] | "raw";

/** How Echo's own methods ask for a channel; each adds a prefix of its own. */
export const ECHO_METHODS = ["channel", "private", "join", "encryptedPrivate"] as const;
export type EchoMethod = typeof ECHO_METHODS[number];

export interface Page {
  readonly library: Library;
  readonly state: string;
  readonly socketId: string | undefined;
  /** Milliseconds, as the library has them after its defaults. */
  readonly settings:
    | { readonly activityTimeout: number; readonly pongTimeout: number }
    | undefined;
  /** Asks for a channel by its full name; what happens on it is recorded. */
  join(channel: string): void;
  leave(channel: string): void;
  /** Ids of the members as the library knows them. */
  members(channel: string): string[];
  /** Sends a client event; `event` comes without `client-`. Throws what the library throws. */
  whisper(channel: string, event: string, data: unknown): void;
  signIn(): void;
  disconnect(): void;
  /** Echo, where the page runs it. */
  readonly echo: EchoPage | undefined;
}

export interface EchoPage {
  /** Calls `method(name)` as an application does, without the prefix that Echo adds. */
  call(method: EchoMethod, name: string): void;
  listen(method: EchoMethod, name: string, event: string): void;
  listenForWhisper(method: EchoMethod, name: string, event: string): void;
  leave(name: string): void;
}

const pages = new WeakMap<Client, Page>();

/** Makes `page` the page of `client`. */
export function setPage(client: Client, page: Page): void {
  pages.set(client, page);
}

/** Whether a library runs for the client. */
export const isPage = (client: Client): boolean => pages.has(client);

/** The page of a client. Throws when the scenario has not opened one. */
export function pageOf(client: Client): Page {
  const page = pages.get(client);
  if (!page) throw new Error(`${client.name} runs no library yet; begin with "runs: pusher-js"`);
  return page;
}
