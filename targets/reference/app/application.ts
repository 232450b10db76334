/** The reference application, put together: what it is made of, and how it starts and stops. */
import { deadline } from "@std/async";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { createAuctions } from "./auctions.ts";
import { createPusher, sendBy } from "./broadcaster.ts";
import { type Change, createChange } from "./changes.ts";
import { mayListen } from "./channel_rules.ts";
import type { Config } from "./config.ts";
import { type Database, openDatabase, Unstorable } from "./database.ts";
import { aliasesBy, createEvents, type Events } from "./events.ts";
import { auctionRoutes, type Refuse, refuse } from "./http/auctions.ts";
import { broadcastingRoutes, type MayListen } from "./http/broadcasting.ts";
import { loginRoutes, sessionOf } from "./http/login.ts";
import { orderRoutes } from "./http/orders.ts";
import { HttpError, type Known } from "./http/request.ts";
import { testingRoutes } from "./http/testing.ts";
import { createOrders } from "./orders.ts";
import { pageRoutes } from "./pages/routes.ts";
import { createPortal } from "./portal.ts";
import { createOutbox, type Outbox, type Send } from "./outbox.ts";
import { sweep } from "./sweep.ts";
import { createMemoryQueue, type Queue } from "./queue.ts";
import { createSessions } from "./sessions.ts";
import { type Store, store } from "./store.ts";
import { createUsers } from "./users.ts";

export interface RunningApplication {
  readonly host: string;
  readonly port: number;
  readonly queue: Queue;
  /** Answers what it was asked, sends what it can, and ends. */
  stop(): Promise<void>;
}

/** What the application is made of. */
export interface Parts {
  readonly outbox: Outbox;
  readonly events: Events;
  readonly store: Store;
  readonly change: Change;
  readonly mayListen: MayListen;
  readonly refuse: Refuse;
  readonly answer: Answering;
}

/** From a request to its answer: all of the application, as HTTP sees it. */
export type Answering = (request: Request) => Response | Promise<Response>;

/** What a part stands on. */
export interface Ground {
  readonly database: Database;
  readonly send: Send;
  /** Told of aggregates whose events are committed. */
  readonly sent: (aggregates: ReadonlySet<string>) => Promise<void>;
}

/** Puts another part in a right one's place; for tests of those who test this application. */
export type Replace = {
  readonly [P in keyof Parts]?: (right: Parts[P], ground: Ground) => Parts[P];
};

const MAX_BODY_BYTES = 64 * 1024;
/** How long an end waits for requests that are still being answered. */
const LAST_ANSWERS_MS = 3000;

/** Starts it. Rejects when the database or the port is not to be had. */
export async function startApplication(
  config: Config,
  replace: Replace = {},
): Promise<RunningApplication> {
  const clock = Date.now;
  const database = await openDatabase(config.database);
  const pusher = createPusher(config.account);
  const alias = aliasesBy(config.account.secret);
  const held: { queue?: Queue } = {};

  const ground: Ground = { database, send: sendBy(pusher), sent };
  const part = <P extends keyof Parts>(name: P, right: Parts[P]): Parts[P] => {
    const other: Replace[P] = replace[name];
    return other === undefined ? right : other(right, ground);
  };

  const outbox = part("outbox", createOutbox(database, ground.send));
  const events = part("events", createEvents(alias, config.privateAuctions));
  const change = part("change", createChange(database, outbox, sent, clock));
  const records = part("store", store);

  async function sent(aggregates: ReadonlySet<string>): Promise<void> {
    // What cannot be sent now is sent later; the request has done what it was asked to.
    for (const aggregate of aggregates) {
      if (config.broadcasting === "now") await outbox.drain(aggregate).catch(() => {});
      else void held.queue?.enqueue(aggregate).catch(() => {});
    }
  }

  const queue = await openQueue(config.queue, outbox.drain);
  held.queue = queue;

  const users = createUsers(database, config.testing);
  const sessions = createSessions(database, clock);
  const rules = part("mayListen", mayListen);
  const portal = createPortal(config, {
    database,
    change,
    mayListen: rules,
    users,
    pusher,
    clock,
  });
  const left = (userId: string) =>
    portal.presence.leave({ userId, socketId: null, idempotencyKey: null });
  const http = new Hono<Known>()
    .use(bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new HttpError(413, "too_large", `A body has at most ${MAX_BODY_BYTES} bytes`);
      },
    }))
    .get("/up", (asked) => asked.json({ status: "up" }))
    .use(sessionOf(sessions, users))
    .route("/", loginRoutes(sessions, users, left))
    .route("/", broadcastingRoutes(pusher, rules, database))
    .route(
      "/",
      auctionRoutes(
        database,
        createAuctions(change, records, events, alias),
        alias,
        part("refuse", refuse),
      ),
    )
    .route("/", orderRoutes(database, createOrders(change, records, events)))
    .route("/", portal.routes)
    .route("/", pageRoutes(config));
  if (config.testing) http.route("/", testingRoutes(database, users, clock));
  http.notFound((asked) =>
    asked.json({ code: "not_found", message: "There is nothing here" }, 404)
  );
  http.onError((error, asked) => {
    if (error instanceof HttpError) {
      return asked.json({ code: error.code, message: error.message }, statusOf(error));
    }
    if (error instanceof Unstorable) {
      return asked.json({ code: "invalid", message: error.message }, 422);
    }
    console.error(error); // for whoever runs this; the caller learns nothing of the inside
    return asked.json({ code: "failed", message: "The application failed" }, 500);
  });

  const server = listen(config, part("answer", (request) => http.fetch(request)));
  const stopSweeping = sweep(outbox, clock);
  return {
    host: config.host,
    port: server.addr.port,
    queue,
    async stop() {
      // Who never ends his request is not waited for.
      await deadline(server.shutdown(), LAST_ANSWERS_MS).catch(() => {});
      await Promise.all([stopSweeping(), portal.stop(), queue.close()]);
      await database.close();
    },
  };
}

function listen({ host, port }: Config, answer: Answering): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: host, port, onListen: () => {} }, answer);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`APPLICATION_PORT: ${host}:${port} cannot be had: ${reason}`, { cause });
  }
}

/** 419 is Laravel's own, which no list of statuses has. */
const statusOf = ({ status }: HttpError) => status as ContentfulStatusCode;

async function openQueue(url: string, drain: Outbox["drain"]): Promise<Queue> {
  if (url === "memory") return createMemoryQueue(drain);
  return await (await import("./redis_queue.ts")).createRedisQueue(url, drain);
}
