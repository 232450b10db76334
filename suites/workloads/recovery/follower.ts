/**
 * A page that keeps up with a lot, a sale or an order: it subscribes, fetches the state, applies what
 * arrives, and after a cut comes back by itself. Over Plumbline's own client it reconnects and
 * resubscribes as well; in a page of pusher-js or laravel-echo the library does that.
 */
import type { AggregateKind, EventName } from "../../language/application_event.ts";
import { subscribeTo } from "../../applications/subscribe.ts";
import { isPage, pageOf } from "../../pages/page.ts";
import type { Client } from "../../client/client.ts";
import { subscribe } from "../../client/subscribe.ts";
import type { Evidence } from "../../record/evidence.ts";
import { frameOf, isFrame } from "../../record/frames.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { PUSHER_JS_QUERY } from "../../client/query.ts";
import { GREETING } from "../../steps/connect.ts";
import { NOTHING, type Values, valuesOf, type View, withEvent, withState } from "./view.ts";

/** When a page fetches the state anew. A gap always asks for it, but for the one that never does. */
export const REFETCHES = ["onReconnect", "onUnavailable", "never"] as const;
export type Refetches = typeof REFETCHES[number];

/** Where the next connection is cut, once. */
export type Trap = "beforeSubscribing" | "beforeConfirmed";

export interface Follower {
  readonly view: View;
  readonly channel: string;
  /** False while a state it has asked for is still to come. */
  readonly isSettled: boolean;
  /** The next time it connects, it is cut there. */
  setTrap(trap: Trap): void;
  /** Cuts the line it has now. */
  cut(how: "reset" | "close" | "silence"): void;
}

export interface Following {
  readonly kind: AggregateKind;
  readonly id: string;
  readonly refetches: Refetches;
  /** Another address than the target's, with the same path. */
  readonly url: string;
}

/** Waits between attempts to come back grow from this; the first has none. */
const FIRST_WAIT_MS = 20;
const MOST_ATTEMPTS = 12;
/** How long a silent line is taken for slow before it is given up. */
const PATIENCE_MS = 250;

const followers = new WeakMap<Client, Follower>();

/** The follower of a client. Throws when the scenario has not begun one. */
export function followerOf(client: Client): Follower {
  const follower = followers.get(client);
  if (!follower) throw new Error(`${client.name} keeps up with nothing yet; begin with "keepsUp"`);
  return follower;
}

/** Begins to follow. Resolves with why it could not, or with nothing once the state is known. */
export async function follow(
  following: Following,
  client: Client,
  attempt: Attempt,
): Promise<string | undefined> {
  const { kind, id, refetches, url } = following;
  const { log } = attempt;
  const { broadcasts } = attempt.application;
  const channel = broadcasts.channelOf(kind, id);
  const jitter = attempt.random(`reconnecting ${client.name}`);
  let view = NOTHING;
  let trap: Trap | undefined;
  let wasUnavailable = false;
  let isReleased = false;
  let fetching = 0;
  attempt.atRelease(() => isReleased = true);

  /** What the page makes of things is evidence: judges read it, and nothing else. */
  const note = (event: string, data: Record<string, unknown> = {}) =>
    void log.add({ kind: "page", who: client.name, what: "event", event, channel, data });

  async function fetchState(): Promise<string | undefined> {
    fetching++;
    try {
      return await fetchOnce();
    } finally {
      fetching--;
      note("settled");
    }
  }

  async function fetchOnce(): Promise<string | undefined> {
    const visitor = attempt.visitor(client.name);
    const answer = kind === "lot"
      ? await visitor.perform("readLot", { lot: id })
      : kind === "sale"
      ? await visitor.perform("readSale", { sale: id })
      : await visitor.perform("readOrder", { order: id });
    if (answer.outcome !== "accepted") {
      const reason = answer.outcome === "refused" ? answer.reason : answer.why;
      note("state not fetched", { reason });
      return `the state could not be fetched: ${reason}`;
    }
    const { version, ...values } = answer.value;
    const change = withState(view, version, values as Values);
    view = change.view;
    note("state fetched", { version, happened: change.happened, known: view.version });
    return undefined;
  }

  function arrived(name: EventName, data: unknown): void {
    const shape = broadcasts.events[name];
    if (shape === undefined) return;
    const read = broadcasts.read(name, data);
    const version = Number(read.version);
    const change = withEvent(view, version, valuesOf(name, read));
    view = change.view;
    const { happened } = change;
    // It is under way before the note wakes whoever waits until the page has settled.
    if (happened === "gap" && refetches !== "never") void fetchState();
    note("event arrived", { name, version, id: read.id, happened, known: view.version });
  }

  async function comeBack(): Promise<void> {
    note("connection lost");
    for (let dials = 0; dials < MOST_ATTEMPTS && !isReleased; dials++) {
      if (dials > 0) await pause(FIRST_WAIT_MS * 2 ** (dials - 1) * (50 + jitter(100)) / 100);
      if (await connect() === undefined) {
        note("subscribed again");
        lost = log.events.at(-1)?.seq ?? lost; // from here on, an end is a new one
        if (refetches === "onReconnect") await fetchState();
        return;
      }
    }
    if (!isReleased) note("gave up coming back");
  }

  async function connect(): Promise<string | undefined> {
    client.dial(`${url}/app/${client.app.key}?${new URLSearchParams(PUSHER_JS_QUERY)}`);
    const line = client.line;
    const greeting = await client.until(
      (event) =>
        isFrame(event, { event: GREETING }) || event.kind === "closed" ||
        event.kind === "upgrade-refused",
      attempt.deadlineMs,
    );
    if (greeting?.kind !== "received") return "no connection";
    note("connected again");
    if (spring("beforeSubscribing")) {
      line?.reset();
      return "cut";
    }
    if (spring("beforeConfirmed")) {
      subscribe(client, channel, { auth: "none" });
      line?.reset();
      return "cut";
    }
    return await subscribeTo(channel, client, attempt);
  }

  function spring(wanted: Trap): boolean {
    if (trap !== wanted) return false;
    trap = undefined;
    log.add({
      kind: "fault",
      of: client.name,
      what: `${client.name}'s new line is reset ${wanted}`,
    });
    return true;
  }

  /** Everything of this client, in the order it happened, from `from` on. */
  async function listen(from: number): Promise<void> {
    for (let at = from; !isReleased; at++) {
      if (log.events[at] === undefined) {
        const length = log.events.length;
        await log.until(() => true, { from: length, deadlineMs: 60_000 });
        if (log.events.length === length) return; // nothing for a minute: the scenario is over
      }
      const event = log.events[at];
      if (event === undefined) continue;
      if (isPage(client)) await onPage(event);
      else if (!isReleased) onLine(event);
    }
  }

  function onLine(event: Evidence): void {
    if (!("socket" in event) || event.socket !== client.socket) return;
    if (event.kind === "closed" && event.seq > lost) {
      lost = Infinity;
      void comeBack();
    }
    const frame = event.kind === "received" ? frameOf(event) : undefined;
    if (frame === undefined || frame.channel !== channel) return;
    const name = broadcasts.eventNamed(frame.event);
    if (name !== undefined) arrived(name, frame.decoded);
  }
  /** A line that ends while it is being replaced is the business of whoever replaces it. */
  let lost = -1;

  async function onPage(event: Evidence): Promise<void> {
    if (event.kind !== "page" || event.who !== client.name) return;
    if (event.what === "state" && event.event === "unavailable") wasUnavailable = true;
    if (event.what === "state" && event.event === "connecting") note("connection lost");
    if (event.what !== "event" || event.channel !== channel) return;
    if (event.event === "pusher:subscription_succeeded") {
      note("subscribed again");
      if (refetches === "onReconnect" || (refetches === "onUnavailable" && wasUnavailable)) {
        await fetchState();
      }
      wasUnavailable = false;
    }
    const name = broadcasts.eventNamed(event.event);
    if (name !== undefined) arrived(name, event.data);
  }

  followers.set(client, {
    get view() {
      return view;
    },
    get isSettled() {
      return fetching === 0;
    },
    channel,
    setTrap: (next) => trap = next,
    cut: (how) => {
      log.add({ kind: "fault", of: client.name, what: `${client.name}'s line is cut: ${how}` });
      const { line } = client;
      if (how === "reset") line?.reset();
      else if (how === "close") line?.close(1001);
      else {
        // Nothing passes any more, and nothing is closed: it is for the page to notice.
        line?.pause();
        void pause(PATIENCE_MS).then(() => line?.reset());
      }
    },
  });

  if (isPage(client)) {
    const from = log.events.length;
    pageOf(client).join(channel);
    const succeeded = await log.until(
      (event) =>
        event.kind === "page" && event.who === client.name && event.channel === channel &&
        event.event === "pusher:subscription_succeeded",
      { from, deadlineMs: attempt.deadlineMs },
    );
    if (succeeded === undefined) return `${client.name}'s page was not admitted to ${channel}`;
    const fetched = await fetchState();
    void listen(log.events.indexOf(succeeded) + 1);
    return fetched;
  }
  const refused = await connect();
  if (refused !== undefined) return refused;
  const from = client.since;
  const fetched = await fetchState();
  void listen(from);
  return fetched;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
