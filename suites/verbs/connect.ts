/** Opening connections. */
import { z } from "zod";
import { broken, clientVerb, deadline, done, type Outcome, type Verb } from "../language/verb.ts";
import type { Client } from "../engine/client.ts";
import { arrivals, isFrame } from "../engine/frames.ts";
import type { Story } from "../engine/story.ts";

const dialling = {
  key: z.string().optional().describe("another app key than the app's own"),
  query: z.record(z.string(), z.coerce.string()).optional().describe(
    "the whole query; pusher-js's own without it",
  ),
  path: z.string().optional().describe("another path than /app/{key}"),
  origin: z.string().optional().describe("the Origin header a browser would send"),
  headers: z.record(z.string(), z.string()).optional(),
  silent: z.boolean().optional().describe("answer no ping, of either kind"),
};
const connects = z.strictObject({ connects: z.null(), ...dialling });
const opens = z.strictObject({ opens: z.null(), ...dialling });

/** What pusher-js 8 puts in the URL of every connection (P-002). */
export const PUSHER_JS_QUERY = { protocol: "7", client: "js", version: "8.6.0", flash: "false" };

type Dialling = Omit<z.infer<typeof connects>, "connects">;

/** Dials as told; waiting is the caller's matter. */
export function dial(told: Dialling, client: Client, story: Story): void {
  const path = told.path ?? `/app/${told.key ?? client.app.key}`;
  const query = new URLSearchParams(told.query ?? PUSHER_JS_QUERY).toString();
  client.dial(`${story.target.websocketUrl}${path}${query ? `?${query}` : ""}`, {
    headers: { ...told.headers, ...(told.origin ? { origin: told.origin } : {}) },
    autoPong: !told.silent,
  });
  if (told.silent) client.fallSilent();
}

/** Waits for pusher:connection_established; without a socket id the story breaks. */
export async function establish(client: Client, story: Story): Promise<Outcome> {
  const event = await client.until(
    (event) =>
      isFrame(event, { event: "pusher:connection_established" }) || event.kind === "closed" ||
      event.kind === "upgrade-refused",
    story.deadlineMs,
  );
  if (event?.kind === "received" && client.socketId !== undefined) return done([event.seq]);
  const instead = arrivals(story.journal.events, client.name, client.since);
  return broken(
    `${client.name} was not told pusher:connection_established with a socket_id; ${instead}`,
  );
}

export const CONNECT: readonly Verb[] = [
  clientVerb({
    name: "connects",
    summary: "Opens a WebSocket and waits for pusher:connection_established.",
    schema: connects,
    run: (told, client, story) => {
      dial(told, client, story);
      return establish(client, story);
    },
  }),
  clientVerb({
    name: "opens",
    summary:
      "Opens a WebSocket and waits only until the target answers: with a frame, a close or a refusal.",
    schema: opens,
    run: async (told, client, story) => {
      dial(told, client, story);
      const answer = await client.until(
        (event) =>
          event.kind === "received" || event.kind === "closed" || event.kind === "upgrade-refused",
        story.deadlineMs,
      );
      return answer ? done() : deadline("the target did not answer the connection attempt");
    },
  }),
];
