/** What a page can learn from its library: settings, states, its socket id, the order of things. */
import { z } from "zod";
import { pageOf } from "../pages/page.ts";
import type { Evidence } from "../record/evidence.ts";
import { mismatch, show } from "../language/matcher.ts";
import { clientVerb, done, fails, holds, type Verb, type View } from "../engine/verb.ts";

const hasSettings = z.strictObject({
  hasSettings: z.unknown().describe("a matcher on the library's settings, in milliseconds"),
});
const knowsSocketId = z.strictObject({ knowsSocketId: z.string() });
const passedThrough = z.strictObject({
  passedThrough: z.array(z.string()).describe("all states of the connection so far, in order"),
});
const sawOnly = z.strictObject({
  sawOnly: z.array(z.string()).describe("all that was passed on of the channel so far, in order"),
  on: z.string(),
});
const askedForKey = z.strictObject({
  askedForKey: z.number().int().describe("requests to the application so far"),
  on: z.string(),
});

type Page = Extract<Evidence, { kind: "page" }>;

/** What the page was told up to the end of the step. */
const params = (view: View, wanted: (event: Page) => boolean): Page[] =>
  view.events.slice(0, view.end).filter((event): event is Page =>
    event.kind === "page" && event.who === view.who && wanted(event)
  );

function judgeSequence(view: View, expected: readonly string[], seen: readonly Page[]) {
  const names = seen.map(({ event }) => event);
  const quotes = seen.map(({ seq }) => seq);
  return names.join() === expected.join()
    ? holds(names.join(", "), quotes)
    : fails(`expected ${show(expected)}, ${view.who}'s page was told ${show(names)}`, quotes);
}

export const PAGE_KNOWS: readonly Verb[] = [
  clientVerb({
    name: "hasSettings",
    summary: "The library's settings, after its defaults, are as said.",
    schema: hasSettings,
    run: (_told, client) => {
      const { activityTimeout, pongTimeout } = pageOf(client).settings ?? {};
      return done([], { activityTimeout, pongTimeout });
    },
    judge: (params, view) => {
      const reason = mismatch(view.ended.facts, params.hasSettings, "settings");
      return reason ? fails(reason) : holds(show(view.ended.facts));
    },
  }),
  clientVerb({
    name: "knowsSocketId",
    summary: "The library has read the socket id that the server announced.",
    schema: knowsSocketId,
    run: (_told, client) => done([], { socketId: pageOf(client).socketId ?? null }),
    judge: (params, view) => {
      const reason = mismatch(view.ended.facts?.socketId, params.knowsSocketId, "socket id");
      return reason ? fails(reason) : holds(params.knowsSocketId);
    },
  }),
  clientVerb({
    name: "passedThrough",
    summary: "The states of the library's connection so far are exactly these.",
    schema: passedThrough,
    run: () => done(),
    judge: ({ passedThrough }, view) =>
      judgeSequence(view, passedThrough, params(view, ({ what }) => what === "state")),
  }),
  clientVerb({
    name: "sawOnly",
    summary: "What the library passed on of a channel so far is exactly this.",
    schema: sawOnly,
    run: (params, _client, attempt) => done([], { channel: attempt.names.of(params.on) }),
    judge: ({ sawOnly }, view) => {
      const { channel } = view.ended.facts ?? {};
      return judgeSequence(
        view,
        sawOnly,
        params(view, (event) => event.what === "event" && event.channel === channel),
      );
    },
  }),
  clientVerb({
    name: "askedForKey",
    summary: "How often the library has asked the application to sign for a channel.",
    schema: askedForKey,
    run: (params, _client, attempt) => done([], { channel: attempt.names.of(params.on) }),
    judge: ({ askedForKey }, view) => {
      const { channel } = view.ended.facts ?? {};
      const asked = params(
        view,
        (event) => event.what === "authorization" && event.channel === channel,
      );
      const quotes = asked.map(({ seq }) => seq);
      return asked.length === askedForKey
        ? holds(`asked ${asked.length} times`, quotes)
        : fails(`expected ${askedForKey} requests, the library made ${asked.length}`, quotes);
    },
  }),
];
