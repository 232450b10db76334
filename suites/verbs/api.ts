/** The HTTP API: publishing, asking, and every wrong way to sign. */
import { z } from "zod";
import type { EvidenceOf } from "../engine/evidence.ts";
import { quote } from "../engine/frames.ts";
import type { ApiCall, Exchange, Story } from "../engine/story.ts";
import { mismatch, show } from "../language/matcher.ts";
import {
  broken,
  done,
  fails,
  holds,
  type Outcome,
  storyVerb,
  type Verb,
} from "../language/verb.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { signChannel } from "../wire/signature.ts";
import { channelDataOf } from "./subscribe.ts";

const sign = z.strictObject({
  key: z.string(),
  secret: z.string(),
  version: z.string(),
  clockSeconds: z.number(),
  method: z.string(),
  path: z.string(),
  signature: z.string(),
  bodyMd5: z.string(),
  omit: z.array(z.string()),
  without: z.array(z.string()),
  append: z.record(z.string(), z.string()),
  encode: z.boolean(),
}).partial();

const publish = z.strictObject({
  on: z.union([z.string(), z.array(z.string())]).describe("one channel or several"),
  event: z.string(),
  data: z.unknown().optional().describe(
    "a string goes as it is, anything else as JSON; {} without it",
  ),
  except: z.string().optional().describe("the client whose socket_id is excluded"),
  info: z.string().optional(),
  app: z.string().optional(),
  as: z.string().optional().describe("a name for the answer"),
});
const call = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "DELETE"]).default("GET"),
  path: z.string().describe(
    "after /apps/{id}; channel names in braces get the scenario's suffix: /channels/{orders}",
  ),
  query: z.record(z.string(), z.coerce.string()).optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  app: z.string().optional(),
  sign: sign.optional().describe("what to get wrong about the signature"),
  as: z.string().optional().describe("a name for the answer"),
});
const answer = z.strictObject({
  of: z.string().optional().describe("which answer; the last one without it"),
  status: z.unknown().optional().describe(
    "a matcher on the status; 4xx stands for any from 400 to 499",
  ),
  body: z.unknown().optional().describe("a matcher on the body, decoded where it is JSON"),
  headers: z.unknown().optional().describe("a matcher on the headers, names in lower case"),
});
const signing = z.strictObject({
  channel: z.string(),
  for: z.string().describe("the client whose socket is admitted"),
  as: z.string().describe("the name of the result; NAMEData is the signed channel_data"),
  user: z.string().optional(),
  info: z.unknown().optional(),
  channelData: z.string().optional(),
  key: z.string().optional().describe("another key than the app's"),
  secret: z.string().optional(),
  spoil: z.enum(["one digit", "cut short", "drawn out"]).optional().describe(
    "what to get wrong about the signature once it is made",
  ),
});
const name = z.strictObject({
  of: z.string().describe("a name to make"),
  length: z.number().int().optional().describe("padded with x to this many characters"),
  as: z.string(),
});

/** Remembers an exchange for `answer`, and breaks the story when the call itself had to succeed. */
function finish(
  story: Story,
  exchange: Exchange,
  as: string | undefined,
  mustSucceed: boolean,
): Outcome {
  story.variables.set("answer", exchange.exchange);
  if (as) story.variables.set(as, exchange.exchange);
  if (!mustSucceed || (exchange.kind === "response" && exchange.status < 300)) {
    return done([exchange.seq]);
  }
  return broken(`the API call was answered with ${quote(exchange)}`);
}

/** Text for `data`: strings as they are. */
export const dataText = (data: unknown): string =>
  typeof data === "string" ? data : JSON.stringify(data ?? {});

/** Gives the channels an event body names the scenario's suffix. */
function named(body: unknown, story: Story): unknown {
  if (Array.isArray(body)) return body.map((item) => named(item, story));
  if (!isRecord(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => {
      if (key === "channel" && typeof value === "string") return [key, story.names.of(value)];
      if (key === "channels" && Array.isArray(value)) {
        return [
          key,
          value.map((c) => typeof c === "string" ? story.names.of(c) : c),
        ];
      }
      if (key === "batch") return [key, named(value, story)];
      return [key, value];
    }),
  );
}

/** The sign options that were given, without keys that were not. */
function given(options: z.infer<typeof sign> = {}): NonNullable<ApiCall["sign"]> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** A signature that comes as near to the right one as a wrong one can. */
function spoilt(signature: string, how: NonNullable<z.infer<typeof signing>["spoil"]>): string {
  const [all, last] = [signature.slice(0, -1), signature.at(-1)];
  switch (how) {
    case "one digit":
      return all + (last === "0" ? "1" : "0");
    case "cut short":
      return all;
    case "drawn out":
      return `${signature}0`;
  }
}

export const API: readonly Verb[] = [
  storyVerb({
    name: "publish",
    summary: "Publishes an event over the HTTP API; the story breaks unless it is accepted.",
    schema: publish,
    run: async (told, story) => {
      const channels = [told.on].flat().map((channel) => story.names.of(channel));
      const exchange = await story.call({
        method: "POST",
        path: "/events",
        body: {
          name: told.event,
          ...(Array.isArray(told.on) ? { channels } : { channel: channels[0] }),
          data: dataText(told.data),
          ...(told.except ? { socket_id: story.client(told.except).socketId } : {}),
          ...(told.info ? { info: told.info } : {}),
        },
        ...(told.app ? { app: story.appNamed(told.app) } : {}),
      });
      return finish(story, exchange, told.as, true);
    },
  }),
  storyVerb({
    name: "call",
    summary: "Makes any signed API call, rightly or wrongly; an answer step judges what came back.",
    schema: call,
    run: async (told, story) => {
      const exchange = await story.call({
        method: told.method,
        path: told.path.replace(/\{([^}]+)\}/g, (_all, channel: string) => story.names.of(channel)),
        sign: given(told.sign),
        ...(told.query ? { query: told.query } : {}),
        ...("body" in told ? { body: named(told.body, story) } : {}),
        ...(told.headers ? { headers: told.headers } : {}),
        ...(told.app ? { app: story.appNamed(told.app) } : {}),
      });
      return finish(story, exchange, told.as, false);
    },
  }),
  storyVerb({
    name: "answer",
    summary: "The answer to the last call, or to the one of this name, is as said.",
    schema: answer,
    run: (told, story) => {
      const exchange = story.variables.get(told.of ?? "answer");
      const event = story.journal.events.find((event) =>
        (event.kind === "response" || event.kind === "no-response") && event.exchange === exchange
      );
      return event
        ? done([event.seq])
        : broken(`no call was answered yet${told.of ? ` as ${told.of}` : ""}`);
    },
    judge: (told, view) => {
      const event = view.events.find((event) => event.seq === view.ended.took[0]);
      if (event?.kind !== "response") {
        return fails(event ? quote(event) : "no answer came", event ? [event.seq] : []);
      }
      const request = view.events.find((e): e is EvidenceOf<"request"> =>
        e.kind === "request" && e.exchange === event.exchange
      );
      const quotes = [...(request ? [request.seq] : []), event.seq];
      const reason = badStatus(event.status, told.status) ??
        (told.headers === undefined
          ? undefined
          : mismatch(event.headers, told.headers, "headers")) ??
        (told.body === undefined
          ? undefined
          : mismatch(readJson(event.body) ?? event.body, told.body, "body"));
      const asked = request ? ` to ${request.method} ${request.path.split("?")[0]}` : "";
      return reason
        ? fails(`${reason}, in the answer${asked}: ${quote(event)}`, quotes)
        : holds(quote(event), quotes);
    },
  }),
  storyVerb({
    name: "sign",
    summary: "Makes a channel signature, as a backend would, and names it.",
    schema: signing,
    run: (told, story) => {
      const client = story.client(told.for);
      const channel = story.names.of(told.channel);
      const presence = channel.startsWith("presence-");
      const data = told.channelData ??
        (presence ? channelDataOf(story, client, told.user, told.info) : undefined);
      const credentials = {
        key: told.key ?? client.app.key,
        secret: told.secret ?? client.app.secret,
      };
      const signature = signChannel(credentials, client.socketId ?? "", channel, data);
      story.variables.set(told.as, told.spoil ? spoilt(signature, told.spoil) : signature);
      if (data !== undefined) story.variables.set(`${told.as}Data`, data);
      return done();
    },
  }),
  storyVerb({
    name: "name",
    summary: "Makes a channel or user name of a given length, which later steps use as it is.",
    schema: name,
    run: (told, story) => {
      const full = story.names.of(told.of);
      const padding = Math.max(0, (told.length ?? full.length) - full.length);
      const padded = `${told.of}${"x".repeat(padding)}${story.names.suffix}`;
      story.variables.set(told.as, story.names.keep(padded));
      return done();
    },
  }),
];

/** `4xx` stands for a class of statuses; anything else is a matcher. */
function badStatus(status: number, wish: unknown): string | undefined {
  if (wish === undefined) return undefined;
  const classOf = typeof wish === "string" ? /^([1-5])xx$/.exec(wish)?.[1] : undefined;
  if (classOf === undefined) return mismatch(status, wish, "status");
  return Math.floor(status / 100) === Number(classOf)
    ? undefined
    : `status: expected ${show(wish)}, found ${status}`;
}
