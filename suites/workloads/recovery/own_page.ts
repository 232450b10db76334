/**
 * The application's own page as one that keeps up: in a real browser, over a line that can be cut.
 * What it knows is what it shows, in the elements that the application file names.
 */
import type { Client } from "../../client/client.ts";
import type { Attempt } from "../../engine/attempt.ts";
import type { PageFile } from "../../language/application.ts";
import type { AggregateKind } from "../../language/application_event.ts";
import { fill } from "../../language/variables.ts";
import { openOwnPage, type OwnPage } from "../../pages/browser/own_page.ts";
import type { Compared } from "./judge.ts";

const pages = new WeakMap<Client, OwnPage>();

/** The page that a client has open in a browser; undefined where it has none. */
export const ownPageOf = (client: Client): OwnPage | undefined => pages.get(client);

/** Opens the application's page of this lot, sale or order. Resolves with why it could not. */
export async function openInBrowser(
  kind: AggregateKind,
  id: string,
  client: Client,
  attempt: Attempt,
): Promise<string | undefined> {
  const declared = attempt.application.pages[kind];
  return declared === undefined
    ? `the application file names no page of a ${kind}`
    : await openPage(declared, id, client, attempt);
}

/** Opens a page of the application as this client. Resolves with why it could not. */
export async function openPage(
  declared: PageFile,
  id: string,
  client: Client,
  attempt: Attempt,
): Promise<string | undefined> {
  const { origin, cookies } = await attempt.visitor(client.name).inBrowser();
  const filled = (text: string) => String(fill(text, (name) => name === "id" ? id : undefined));
  const path = filled(declared.path);
  const shows = Object.fromEntries(
    Object.entries(declared.shows).map(([name, selector]) => [name, filled(selector)]),
  );
  try {
    const page = await openOwnPage(new URL(path, origin).href, cookies, shows);
    attempt.atRelease(() => void page.close());
    pages.set(client, page);
    attempt.log.add({
      kind: "page",
      who: client.name,
      what: "event",
      event: "opened in Chromium",
      data: { path },
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What the page shows, once that is the state or its time is up. */
export async function shownBeside(
  kind: AggregateKind,
  state: Compared["state"],
  page: OwnPage,
  client: Client,
  attempt: Attempt,
): Promise<Compared> {
  const { pages, broadcasts: { words } } = attempt.application;
  /** As the application writes it, where the scenarios have a word of their own. */
  const written = (value: unknown) =>
    Object.keys(words).find((word) => words[word] === value) ?? String(value);
  const values: Readonly<Record<string, unknown>> = { ...state.values, version: state.version };
  const wanted = Object.fromEntries(
    Object.keys(pages[kind]?.shows ?? {})
      .filter((name) => values[name] !== undefined && values[name] !== null)
      .map((name) => [name, written(values[name])]),
  );
  const shown = await page.shows(wanted, attempt.deadlineMs);
  attempt.log.add({
    kind: "page",
    who: client.name,
    what: "event",
    event: "shows",
    data: { ...shown },
  });
  const known = Object.fromEntries(
    Object.entries(shown).filter(([name]) => name in wanted)
      .map(([name, text]) => [name, text === wanted[name] ? values[name] : text]),
  );
  // A page that shows no version is held to the rest of what it shows.
  const version = shown.version == null ? state.version : Number(shown.version);
  return { state, view: { version, values: known } };
}
