/** What a page does with pusher-js or laravel-echo: run it, join, leave, whisper, sign in. */
import { z } from "zod";
import { createApplication } from "../pages/application.ts";
import { openBridge } from "../pages/bridge.ts";
import { LIBRARIES, pageOf } from "../pages/page.ts";
import { scriptedServerOf } from "../pages/scripted_server.ts";
import type { Client } from "../client/client.ts";
import type { Evidence } from "../record/evidence.ts";
import { quote } from "../record/frames.ts";
import type { Story } from "../engine/attempt.ts";
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
  info: z.unknown().optional().describe("user_info in presence channels"),
  watchlist: z.array(z.string()).default([]),
  keys: z.array(z.string()).default(["main"]).describe(
    "names of the master keys its application uses, one request after the other",
  ),
  settings: z.record(z.string(), z.unknown()).default({}).describe("options of the library"),
};
const runs = z.strictObject({
  runs: library,
  ...running,
  until: z.string().default("connected").describe("the state to wait for"),
});
const joins = z.strictObject({ joins: z.string() });
const leaves = z.strictObject({ leaves: z.string() });
const triggers = z.strictObject({
  triggers: z.string().describe('the client event, without "client-"'),
  on: z.string(),
  data: z.unknown().optional(),
});
const logsIn = z.strictObject({ logsIn: z.null() });
const hangsUp = z.strictObject({ hangsUp: z.null() });
const socketIdOf = z.strictObject({
  tellsSocketId: z.string().describe("the name to remember it by"),
});

const SUBSCRIBED = "pusher:subscription_succeeded";

/** The next thing a client's page was told, from `from` on. */
function nextTold(
  story: Story,
  client: Client,
  wanted: (event: Evidence & { kind: "page" }) => boolean,
  from: number,
): Promise<Evidence | undefined> {
  return story.journal.until(
    (event) => event.kind === "page" && event.who === client.name && wanted(event),
    { from, deadlineMs: story.deadlineMs },
  );
}

function judgeTaken(expected: string, view: View): Finding {
  const event = view.events.find((event) => event.seq === view.ended.took[0]);
  return event
    ? holds(quote(event), [event.seq])
    : fails(`expected ${expected}; ${view.ended.detail ?? "it did not come"}`);
}

/** What the page was told since `from`, for failure messages. */
export function pageArrivals(story: Story, client: Client, from: number): string {
  const seen = story.journal.events.slice(from).filter((event) =>
    event.kind === "page" && event.who === client.name
  );
  return seen.length === 0
    ? "its page was told nothing"
    : `its page was told ${seen.slice(-4).map(quote).join(" · ")}`;
}

/** Opens the page on the story's scripted server, or over a bridge on the target. */
async function open(told: z.infer<typeof runs>, client: Client, story: Story): Promise<void> {
  const server = scriptedServerOf(story);
  server?.serve(client.name);
  const { host, port } = server ?? await bridgeOf(client, story);
  const { journal, deadlineMs } = story;
  const application = createApplication({
    app: client.app,
    user: { id: story.names.of(told.user ?? client.name), info: told.info },
    watchlist: told.watchlist.map((id) => story.names.of(id)),
    keys: told.keys,
    asked: (channel, socketId) =>
      journal.add({
        kind: "page",
        who: client.name,
        what: "authorization",
        event: "asks to be signed for",
        channel,
        data: { socketId },
      }),
  });
  const page = { client, journal, application, host, port };
  if (told.runs === "raw") {
    const { openRawPage } = await import("../pages/open_raw_page.ts");
    const { disconnect } = openRawPage({ ...page, deadlineMs });
    return story.atRelease(disconnect);
  }
  // Loaded only where a story needs it: the libraries are large.
  const { openPage } = await import("../pages/open_page.ts");
  const { disconnect } = openPage({
    ...page,
    library: z.enum(LIBRARIES).parse(told.runs),
    settings: { ...(server ? { wssPort: server.tlsPort } : {}), ...told.settings },
  });
  story.atRelease(disconnect);
}

async function bridgeOf(client: Client, story: Story) {
  const bridge = await openBridge(client, story.target.websocketUrl);
  story.atRelease(bridge.close);
  return bridge;
}

export const PAGES: readonly Verb[] = [
  clientVerb({
    name: "runs",
    summary: "Opens a page that runs pusher-js or laravel-echo, and waits until it is connected.",
    schema: runs,
    run: async (told, client, story) => {
      const from = story.journal.events.length;
      await open(told, client, story);
      const event = await nextTold(
        story,
        client,
        (event) => event.what === "state" && event.event === told.until,
        from,
      );
      return event ? done([event.seq]) : broken(
        `${client.name}'s page is not ${told.until}; ${pageArrivals(story, client, from)}`,
      );
    },
    judge: (_params, view) => judgeTaken("the library to connect", view),
  }),
  clientVerb({
    name: "joins",
    summary: "The page's library subscribes, and tells that the subscription succeeded.",
    schema: joins,
    run: async (told, client, story) => {
      const from = story.journal.events.length;
      const channel = story.names.of(told.joins);
      pageOf(client).join(channel);
      const event = await nextTold(
        story,
        client,
        (event) => event.event === SUBSCRIBED && event.channel === channel,
        from,
      );
      return event
        ? done([event.seq])
        : broken(`${client.name} did not join ${channel}; ${pageArrivals(story, client, from)}`);
    },
    judge: (_params, view) => judgeTaken("the library to be subscribed", view),
  }),
  clientVerb({
    name: "asksToJoin",
    summary: "The page's library subscribes; nothing is waited for.",
    schema: z.strictObject({ asksToJoin: z.string() }),
    run: (told, client, story) => {
      pageOf(client).join(story.names.of(told.asksToJoin));
      return done();
    },
  }),
  clientVerb({
    name: "leaves",
    summary: "The page's library unsubscribes.",
    schema: leaves,
    run: (told, client, story) => {
      pageOf(client).leave(story.names.of(told.leaves));
      return done();
    },
  }),
  clientVerb({
    name: "triggers",
    summary: "The page's library sends a client event.",
    schema: triggers,
    run: (told, client, story) => {
      const channel = story.names.of(told.on);
      pageOf(client).whisper(channel, told.triggers, told.data ?? {});
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
    run: (told, client, story) => {
      const { socketId } = pageOf(client);
      if (socketId === undefined) return broken(`${client.name}'s library has no socket id`);
      story.variables.set(told.tellsSocketId, socketId);
      return done();
    },
  }),
];
