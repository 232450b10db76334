/** Servers that send webhooks of the wrong form, or do not care whether they arrive (P-275 to P-283, P-293, P-294). */
import { answerOf, bodyOf, withBody } from "../answers.ts";
import type { Break, Exchange, RequestAction } from "../break.ts";
import { header, type Headers, type HttpRequest } from "../../wire/http_message.ts";
import { asObject, type Json } from "../message.ts";
import { toClient, webhook } from "../rules.ts";
import { channelIn } from "../subscribing.ts";
import { bodyOfWebhook, eventsIn, rewrittenWebhook, senderOf } from "../webhook.ts";
import type { World } from "../world.ts";

/** The webhook with other headers. */
function withHeaders(change: (headers: Headers) => Headers): RequestAction {
  return ({ request, forward }) => forward({ ...request, headers: change(request.headers) });
}

function without(name: string): RequestAction {
  return withHeaders((headers) => headers.filter(([given]) => given.toLowerCase() !== name));
}

function replaced(name: string, change: (value: string) => string): RequestAction {
  return withHeaders((headers) =>
    headers.map(([given, value]) =>
      given.toLowerCase() === name ? [given, change(value)] as const : [given, value] as const
    )
  );
}

/** The events of the webhook before, for a server that sends several in one. */
const previous = new WeakMap<World, readonly Json[]>();

/** Webhooks whose receiver has not answered yet. */
const unanswered = new WeakMap<World, Map<Promise<unknown>, string>>();

function tamperedBody(request: HttpRequest): HttpRequest {
  return withBody(request, { ...bodyOf(request), tampered: true });
}

function eventsOfAnotherApp(exchange: Exchange): readonly Json[] {
  const { world } = exchange;
  const mine = senderOf(exchange);
  return [...strays.get(world) ?? []].flatMap(([id, events]) => id === mine?.id ? [] : events);
}

/** The latest events of each app, by its id. */
const strays = new WeakMap<World, Map<string, readonly Json[]>>();

export const WEBHOOKS: readonly Break[] = [
  {
    name: "webhook-put",
    title: "Sends webhooks with PUT.",
    violates: ["P-275"],
    rules: [webhook({}, ({ request, forward }) => forward({ ...request, method: "PUT" }))],
  },
  {
    name: "webhook-events-bare",
    title: "Sends a bare list of events.",
    violates: ["P-275", "P-276"],
    rules: [webhook({}, rewrittenWebhook((body) => body["events"]))],
  },
  {
    name: "webhook-event-unwrapped",
    title: "Sends an event where a list of events is due.",
    violates: ["P-275"],
    rules: [
      webhook({}, rewrittenWebhook((body) => ({ ...body, events: eventsIn(body)[0] }))),
    ],
  },
  {
    name: "webhook-time-in-seconds",
    title: "Gives the time of a webhook in seconds.",
    violates: ["P-276"],
    rules: [
      webhook(
        {},
        rewrittenWebhook((body) => ({
          ...body,
          time_ms: Math.floor(Number(body["time_ms"]) / 1000),
        })),
      ),
    ],
  },
  {
    name: "webhook-time-a-string",
    title: "Gives the time of a webhook as a string.",
    violates: ["P-276"],
    rules: [
      webhook({}, rewrittenWebhook((body) => ({ ...body, time_ms: String(body["time_ms"]) }))),
    ],
  },
  {
    name: "webhook-several-events",
    title: "Sends with each event the one before it.",
    violates: ["P-277", "P-292"],
    rules: [
      webhook({}, (exchange) => {
        const events = eventsIn(bodyOfWebhook(exchange));
        const before = previous.get(exchange.world) ?? events;
        previous.set(exchange.world, events);
        return rewrittenWebhook((body) => ({ ...body, events: [...before, ...events] }))(exchange);
      }),
    ],
  },
  {
    name: "webhook-content-type-text",
    title: "Sends webhooks as plain text.",
    violates: ["P-278"],
    rules: [webhook({}, replaced("content-type", () => "text/plain"))],
  },
  {
    name: "webhook-key-missing",
    title: "Does not say for which app a webhook is.",
    violates: ["P-279"],
    rules: [webhook({}, without("x-pusher-key"))],
  },
  {
    name: "webhook-key-wrong",
    title: "Puts the app's id where its key is due.",
    violates: ["P-279"],
    rules: [
      webhook(
        {},
        (exchange) => replaced("x-pusher-key", () => senderOf(exchange)?.id ?? "?")(exchange),
      ),
    ],
  },
  {
    name: "webhook-unsigned",
    title: "Sends webhooks without a signature.",
    violates: ["P-280"],
    rules: [webhook({}, without("x-pusher-signature"))],
  },
  {
    name: "webhook-signature-wrong",
    title: "Signs webhooks with something that is not the app's secret.",
    violates: ["P-280"],
    rules: [
      webhook({}, replaced("x-pusher-signature", (given) => [...given].reverse().join(""))),
    ],
  },
  {
    name: "webhook-signed-before-filtering",
    title: "Signs a webhook, and changes its body afterwards.",
    violates: ["P-280"],
    rules: [webhook({}, ({ request, forward }) => forward(tamperedBody(request)))],
  },
  {
    name: "webhook-never-retried",
    title: "Sends a webhook once, whether it arrives or not.",
    violates: ["P-281", "P-282"],
    rules: [
      webhook({}, (exchange) => {
        const app = senderOf(exchange);
        const events = eventsIn(bodyOfWebhook(exchange));
        if (app !== undefined) void exchange.world.sendWebhook(app, events);
        return answerOf(200, {});
      }),
    ],
  },
  {
    name: "webhook-retried-at-once",
    title: "Sends a refused webhook again at once, without backing off.",
    violates: ["P-281"],
    rules: [
      webhook({}, async ({ request, forward }) => {
        let answer = await forward(request);
        for (let attempt = 0; attempt < 4 && answer.status >= 300; attempt++) {
          answer = await forward(request);
        }
        return { ...answer, status: 200 };
      }),
    ],
  },
  {
    name: "webhook-batch-too-large",
    title: "Puts more than twenty events into one webhook.",
    violates: ["P-283", "P-277"],
    rules: [
      webhook(
        {},
        rewrittenWebhook((body) => ({
          ...body,
          events: Array(21).fill(eventsIn(body)[0]),
        })),
      ),
    ],
  },
  {
    name: "webhook-holds-up-events",
    title: "Delivers no channel event while a webhook is on its way.",
    violates: ["P-293"],
    rules: [
      webhook({}, (exchange) => {
        const { request, forward, world } = exchange;
        const pending = unanswered.get(world) ?? new Map<Promise<unknown>, string>();
        unanswered.set(world, pending);
        const answer = forward(request);
        pending.set(answer, new TextDecoder().decode(request.body));
        return answer.finally(() => pending.delete(answer));
      }),
      toClient({ published: true, channel: "*" }, async (passage) => {
        // Scenarios tell their names apart by the ending; what others wait for is no matter here.
        const ending = /-[^-]+-[^-]+$/.exec(channelIn(passage))?.[0] ?? "";
        const waiting = [...unanswered.get(passage.line.world) ?? []]
          .filter(([, body]) => body.includes(ending)).map(([answer]) => answer);
        await Promise.allSettled(waiting);
        await passage.pass();
      }),
    ],
  },
  {
    name: "webhook-to-another-app",
    title: "Sends one app's events along with another app's webhook.",
    violates: ["P-294", "P-303"],
    rules: [
      webhook({}, (exchange) => {
        const mine = senderOf(exchange);
        const latest = strays.get(exchange.world) ?? new Map<string, readonly Json[]>();
        strays.set(exchange.world, latest);
        if (mine !== undefined) latest.set(mine.id, eventsIn(bodyOfWebhook(exchange)));
        const stray = eventsOfAnotherApp(exchange);
        const rewrite = (body: Json) => ({ ...body, events: [...eventsIn(body), ...stray] });
        return stray.length === 0
          ? exchange.forward(exchange.request)
          : rewrittenWebhook(rewrite)(exchange);
      }),
    ],
  },
  {
    name: "webhook-tells-the-secret",
    title: "Puts the app's secret into its webhooks.",
    violates: ["P-304"],
    rules: [
      webhook({}, (exchange) =>
        rewrittenWebhook((body) => ({
          ...body,
          app: {
            key: header(exchange.request.headers, "x-pusher-key"),
            secret: senderOf(exchange)?.secret,
          },
        }))(exchange)),
    ],
  },
  {
    name: "webhook-events-nested",
    title: "Wraps what an event says in a field of its own.",
    violates: ["P-284", "P-285", "P-289"],
    rules: [
      webhook(
        {},
        rewrittenWebhook((body) => ({
          ...body,
          events: eventsIn(body).map(({ name, ...payload }) => ({
            name,
            payload: asObject(payload),
          })),
        })),
      ),
    ],
  },
];
