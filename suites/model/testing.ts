/** Histories written by hand, for tests: one short line for everything that happens. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence, Happening } from "../record/evidence.ts";
import { signChannel, signUser, signWebhook } from "../wire/signature.ts";
import type { Finding } from "./finding.ts";
import { modelOf } from "./model.ts";
import type { ModelApp, ModelOptions } from "./options.ts";

export const APPS: readonly [ModelApp, ModelApp] = [
  { id: "one", key: "key-one", secret: "secret-one" },
  { id: "two", key: "key-two", secret: "secret-two" },
];

type Fields = Readonly<Record<string, unknown>>;

/** What happens, in order. Every method returns the builder. */
export class Told {
  readonly events: Evidence[] = [];
  readonly quiet: number[] = [];
  #exchange = 0;
  #ids = new Map<string, string>();
  #t = 0;

  add(happening: Happening): this {
    this.events.push({ seq: this.events.length, t: this.#t += 1, case: "a/b", ...happening });
    return this;
  }

  /** Lets time pass. */
  waits(ms: number): this {
    this.#t += ms;
    return this;
  }

  /** Everything that had to happen has happened. */
  rests(): this {
    this.add({ kind: "note", text: "quiet" });
    this.quiet.push(this.events.length - 1);
    return this;
  }

  socketId(name: string): string {
    return this.#ids.get(name) ?? "";
  }

  connects(name: string, app = 0, socketId = `1.${this.events.length + 1}`): this {
    const socket = `${name}#1`;
    this.#ids.set(name, socketId);
    this.add({ kind: "dial", socket, url: `ws://h:1/app/${APPS[app]?.key}?protocol=7` });
    this.add({ kind: "open", socket });
    return this.receives(name, {
      event: "pusher:connection_established",
      data: JSON.stringify({ socket_id: socketId, activity_timeout: 30 }),
    });
  }

  receives(name: string, message: Fields): this {
    return this.#frame("received", name, JSON.stringify(message));
  }

  sends(name: string, message: Fields): this {
    return this.#frame("sent", name, JSON.stringify(message));
  }

  #frame(kind: "sent" | "received", name: string, text: string): this {
    const bytes = new TextEncoder().encode(text).length;
    return this.add({ kind, socket: `${name}#1`, opcode: "text", text, bytes });
  }

  /** Asks to subscribe, rightly signed unless `data` says otherwise. */
  asks(name: string, channel: string, data: Fields = {}, app = 0): this {
    const isSigned = channel.startsWith("private-") || channel.startsWith("presence-");
    const { channel_data } = data;
    const auth = signChannel(
      APPS[app] ?? APPS[0],
      this.socketId(name),
      channel,
      typeof channel_data === "string" ? channel_data : undefined,
    );
    return this.sends(name, {
      event: "pusher:subscribe",
      data: { channel, ...(isSigned ? { auth } : {}), ...data },
    });
  }

  isIn(name: string, channel: string, data: unknown = "{}"): this {
    return this.receives(name, {
      event: "pusher_internal:subscription_succeeded",
      channel,
      data: typeof data === "string" ? data : JSON.stringify(data),
    });
  }

  joins(name: string, channel: string, app = 0): this {
    return this.asks(name, channel, {}, app).isIn(name, channel);
  }

  /** Joins a presence channel as `user`, where these users are then. */
  enters(
    name: string,
    channel: string,
    user: string,
    roster: readonly string[],
    info?: unknown,
  ): this {
    return this.asks(name, channel, {
      channel_data: JSON.stringify({
        user_id: user,
        ...(info === undefined ? {} : { user_info: info }),
      }),
    }).isIn(name, channel, rosterOf(roster, info === undefined ? null : info));
  }

  leaves(name: string, channel: string): this {
    return this.sends(name, { event: "pusher:unsubscribe", data: { channel } });
  }

  /** A ping and its answer: all that was sent before has been dealt with. */
  isHeard(name: string): this {
    return this.sends(name, { event: "pusher:ping", data: {} })
      .receives(name, { event: "pusher:pong", data: {} });
  }

  signsIn(name: string, user: string, fields: Fields = {}): this {
    const user_data = JSON.stringify({ id: user, ...fields });
    return this.asksToSignIn(name, user, fields)
      .receives(name, { event: "pusher:signin_success", data: JSON.stringify({ user_data }) });
  }

  asksToSignIn(name: string, user: string, fields: Fields = {}): this {
    const user_data = JSON.stringify({ id: user, ...fields });
    const auth = signUser(APPS[0], this.socketId(name), user_data);
    return this.sends(name, { event: "pusher:signin", data: { auth, user_data } });
  }

  closes(
    name: string,
    by: "target" | "plumbline" = "plumbline",
    code = 1000,
    reason = "bye",
  ): this {
    return this.add({ kind: "closed", socket: `${name}#1`, by, code, reason });
  }

  /** This end begins to close it. */
  beginsToClose(name: string): this {
    return this.add({ kind: "closing", socket: `${name}#1` });
  }

  calls(method: string, path: string, body: unknown, answer: unknown, status = 200, app = 0): this {
    const exchange = ++this.#exchange;
    this.add({
      kind: "request",
      exchange,
      connection: "api",
      method,
      path: `/apps/${APPS[app]?.id}${path}`,
      headers: {},
      body: body === undefined ? "" : JSON.stringify(body),
    });
    return this.add({
      kind: "response",
      exchange,
      status,
      headers: {},
      body: JSON.stringify(answer),
    });
  }

  publishes(channel: string, name: string, data: unknown = "{}", more: Fields = {}, app = 0): this {
    return this.calls("POST", "/events", { name, channel, data, ...more }, {}, 200, app);
  }

  event(
    name: string,
    channel: string,
    event: string,
    data: unknown = "{}",
    more: Fields = {},
  ): this {
    return this.receives(name, { event, channel, data, ...more });
  }

  isPosted(events: readonly Fields[], time = this.events.length): this {
    const body = JSON.stringify({ time_ms: time, events });
    return this.add({
      kind: "webhook",
      method: "POST",
      path: "/webhooks",
      headers: {
        "x-pusher-key": APPS[0].key,
        "x-pusher-signature": signWebhook(APPS[0].secret, body),
      },
      body,
      bytes: new TextEncoder().encode(body).length,
      answered: 200,
    });
  }

  findings(options: Partial<ModelOptions> = {}): Finding[] {
    const model = modelOf({
      apps: APPS,
      ordering: "kept",
      owns: () => true,
      settleMs: 1000,
      staleMs: 0,
      ...options,
    });
    return model.judge(this.events, this.quiet);
  }
}

export function rosterOf(ids: readonly string[], info: unknown = null): unknown {
  const hash = Object.fromEntries(ids.map((id) => [id, info]));
  return { presence: { ids, hash, count: ids.length } };
}

/** An empty history. */
export const told = (): Told => new Told();

/** `name` is told that `user` came. */
export const added = (name: string, channel: string, user: string) => (told: Told) =>
  told.event(
    name,
    channel,
    "pusher_internal:member_added",
    JSON.stringify({ user_id: user, user_info: null }),
  );
/** `name` is told that `user` left. */
export const removed = (name: string, channel: string, user: string) => (told: Told) =>
  told.event(name, channel, "pusher_internal:member_removed", JSON.stringify({ user_id: user }));
export const ROOM = "presence-room";

/** Ana and ben are in the room; ana has been told of ben. */
export const both = (told: Told) =>
  added("ana", ROOM, "ben")(
    told.connects("ana").connects("ben").enters("ana", ROOM, "ana", ["ana"])
      .enters("ben", ROOM, "ben", ["ana", "ben"]),
  );

/** One test for each history: the model accuses the server of this requirement, and of nothing else. */
export function accuses(
  subject: string,
  histories: readonly (readonly [
    requirement: string,
    title: string,
    history: (told: Told) => Told,
  ])[],
): void {
  describe(`the model on ${subject} accuses a server of`, () => {
    for (const [requirement, title, history] of histories) {
      it(`${title} (${requirement})`, () => {
        const found = history(told()).findings();
        assertEquals(found.map((finding) => finding.requirement), [requirement]);
      });
    }
  });
}
