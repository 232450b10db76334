/** What a page does with pusher-js or laravel-echo: run it, join, leave, whisper, sign in. */
import { z } from "zod";
import { ofSubscription } from "../expect/receives.ts";
import { createApplication } from "../pages/application.ts";
import { openBridge } from "../pages/bridge.ts";
import { LIBRARIES, pageOf } from "../pages/page.ts";
import { pageArrivals } from "../pages/page_arrivals.ts";
import { scriptedServerOf } from "../pages/scripted_server.ts";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  broken,
  clientVerb,
  done,
  fails,
  type Finding,
  holds,
  type Verb,
  type View,
} from "../engine/verb.ts";

const library = z.union([z.enum([...LIBRARIES, "raw"]), z.string().regex(/^\$[a-z]\w*$/)]);
const running = {
  user: z.string().optional().describe("who is logged in; the client's name without it"),
  info: z.unknown().optional().describe(
    'user_info in presence channels, "none" for no such field; the user\'s name without it',
  ),
  watchlist: z.array(z.string()).default([]).describe("ids of the users to watch"),
  keys: z.array(z.string()).default(["main"]).describe(
    "names of the master keys its application uses, one request after the other",
  ),
  settings: z.record(z.string(), z.unknown()).default({}).describe("options of the library"),
};
const runs = z.strictObject({
  runs: library.describe("the library, or raw: a client without one"),
  ...running,
  until: z.string().default("connected").describe("the state to wait for"),
});
const joins = z.strictObject({ joins: z.string().describe("the channel") });
const asksToJoin = z.strictObject({
  joins: z.string().describe("the channel"),
  waits: z.literal(false).describe("whether it waits until the subscription succeeded"),
});
const leaves = z.strictObject({ leaves: z.string().describe("the channel") });
const triggers = z.strictObject({
  triggers: z.string().describe('the client event, without "client-"'),
  on: z.string().describe("the channel"),
  data: z.unknown().optional().describe("its data; {} without it"),
});
const logsIn = z.strictObject({ logsIn: z.null() });
const hangsUp = z.strictObject({ hangsUp: z.null() });
const socketIdOf = z.strictObject({
  tellsSocketId: z.string().describe("the name to remember it by"),
});

const SUBSCRIBED = "pusher:subscription_succeeded";

/** The next thing a client's page was told, from `from` on. */
function nextTold(
  attempt: Attempt,
  client: Client,
  wanted: (event: Evidence & { kind: "page" }) => boolean,
  from: number,
): Promise<Evidence | undefined> {
  return attempt.log.until(
    (event) => event.kind === "page" && event.who === client.name && wanted(event),
    { from, deadlineMs: attempt.deadlineMs },
  );
}

function judgeTaken(expected: string, view: View): Finding {
  const event = view.events.find((event) => event.seq === view.ended.took[0]);
  return event
    ? holds(quote(event), [event.seq])
    : fails(`expected ${expected}; ${view.ended.detail ?? "it did not come"}`);
}

/** Opens the page on the scenario's scripted server, or over a bridge on the target. */
async function open(params: z.infer<typeof runs>, client: Client, attempt: Attempt): Promise<void> {
  const server = scriptedServerOf(attempt);
  server?.serve(client.name);
  const { host, port } = server ?? await bridgeOf(client, attempt);
  const { log, deadlineMs } = attempt;
  const application = createApplication({
    app: client.app,
    user: {
      id: attempt.names.of(params.user ?? client.name),
      info: params.info === "none"
        ? undefined
        : params.info ?? { name: params.user ?? client.name },
    },
    watchlist: params.watchlist.map((id) => attempt.names.of(id)),
    keys: params.keys,
    asked: (channel, socketId) =>
      log.add({
        kind: "page",
        who: client.name,
        what: "authorization",
        event: "asks to be signed for",
        channel,
        data: { socketId },
      }),
  });
  const page = { client, log, application, host, port };
  if (params.runs === "raw") {
    const { openRawPage } = await import("../pages/open_raw_page.ts");
    const { disconnect } = openRawPage({ ...page, deadlineMs });
    return attempt.atRelease(disconnect);
  }
  // Loaded only where a scenario needs it: the libraries are large.
  const { openPage } = await import("../pages/open_page.ts");
  const { disconnect } = openPage({
    ...page,
    library: z.enum(LIBRARIES).parse(params.runs),
    settings: { ...(server ? { wssPort: server.tlsPort } : {}), ...params.settings },
  });
  attempt.atRelease(disconnect);
}

async function bridgeOf(client: Client, attempt: Attempt) {
  const bridge = await openBridge(client, attempt.websocketUrl());
  attempt.atRelease(bridge.close);
  return bridge;
}

export const PAGES: readonly Verb[] = [
  clientVerb({
    name: "runs",
    summary: "Opens a page that runs pusher-js or laravel-echo, and waits until it is connected.",
    schema: runs,
    asks: () => ({ connections: 1 }),
    run: async (params, client, attempt) => {
      const from = attempt.log.events.length;
      await open(params, client, attempt);
      const event = await nextTold(
        attempt,
        client,
        (event) => event.what === "state" && event.event === params.until,
        from,
      );
      return event ? done([event.seq]) : broken(
        `${client.name}'s page is not ${params.until}; ${pageArrivals(attempt, client, from)}`,
      );
    },
    judge: (_params, view) => judgeTaken("the library to connect", view),
  }),
  clientVerb({
    name: "joins",
    summary: "The page's library subscribes, and tells that the subscription succeeded.",
    schema: joins,
    premises: ({ joins: channel }, view) => ofSubscription(channel, view),
    run: async (params, client, attempt) => {
      const from = attempt.log.events.length;
      const channel = attempt.names.of(params.joins);
      pageOf(client).join(channel);
      const event = await nextTold(
        attempt,
        client,
        (event) => event.event === SUBSCRIBED && event.channel === channel,
        from,
      );
      return event
        ? done([event.seq])
        : broken(`${client.name} did not join ${channel}; ${pageArrivals(attempt, client, from)}`);
    },
    judge: (_params, view) => judgeTaken("the library to be subscribed", view),
  }),
  clientVerb({
    name: "joins",
    form: "waits",
    summary: "The page's library subscribes; nothing is waited for.",
    schema: asksToJoin,
    run: (params, client, attempt) => {
      pageOf(client).join(attempt.names.of(params.joins));
      return done();
    },
  }),
  clientVerb({
    name: "leaves",
    summary: "The page's library unsubscribes.",
    schema: leaves,
    run: (params, client, attempt) => {
      pageOf(client).leave(attempt.names.of(params.leaves));
      return done();
    },
  }),
  clientVerb({
    name: "triggers",
    summary: "The page's library sends a client event.",
    schema: triggers,
    asks: () => ({ messages: 1 }),
    run: (params, client, attempt) => {
      const channel = attempt.names.of(params.on);
      pageOf(client).whisper(channel, params.triggers, params.data ?? {});
      return done();
    },
  }),
  clientVerb({
    name: "logsIn",
    summary: "The page's library signs its user in.",
    schema: logsIn,
    run: (_told, client) => {
      pageOf(client).signIn();
      return done();
    },
  }),
  clientVerb({
    name: "hangsUp",
    summary: "The page tells its library to disconnect.",
    schema: hangsUp,
    run: (_told, client) => {
      pageOf(client).disconnect();
      return done();
    },
  }),
  clientVerb({
    name: "tellsSocketId",
    summary: "Remembers the socket id that the page's library gives its application.",
    schema: socketIdOf,
    run: (params, client, attempt) => {
      const { socketId } = pageOf(client);
      if (socketId === undefined) return broken(`${client.name}'s library has no socket id`);
      attempt.variables.set(params.tellsSocketId, socketId);
      return done();
    },
  }),
];
