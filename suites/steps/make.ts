/** What a scenario makes before it uses it: signatures, names of a given length, long texts, lists. */
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import { done, scenarioVerb, type Verb } from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";
import { AUTH_SPOILINGS, nearlyAuth } from "../client/near_auth.ts";
import { NEAR_MISS_WORDS, nearly } from "../wire/near_miss.ts";
import { signChannel } from "../wire/signature.ts";
import { channelDataOf } from "./subscribe.ts";

const signing = z.strictObject({
  channel: z.string().describe("the channel to be admitted to"),
  for: clientName("the client whose socket is admitted"),
  as: z.string().describe("the name of the result; NAMEData is the signed channel_data"),
  user: z.string().optional().describe("user id in channel_data; the client's name without it"),
  info: z.unknown().optional().describe(
    'user_info in channel_data, "none" for no such field; the user\'s name without it',
  ),
  channelData: z.string().optional().describe('channel_data as it is, "none" for none'),
  key: z.string().optional().describe("another key than the app's"),
  secret: z.string().optional().describe("another secret than the app's"),
  app: z.string().optional().describe("another app of the target file, whose key and secret sign"),
  spoil: z.enum(AUTH_SPOILINGS).optional().describe(
    "what to get wrong about the digits once they are made, or about the key",
  ),
});
const as = z.string().describe("the name that later steps use, as $name");
const name = z.strictObject({
  name: z.string().describe("a name to make"),
  length: z.number().int().min(1).optional().describe("padded with x to this many characters"),
  as,
});
const like = z.strictObject({
  like: z.string().describe("a channel or user of the scenario"),
  but: z.enum(NEAR_MISS_WORDS).describe("what is different about it"),
  as,
});
const near = z.strictObject({
  near: z.string().describe("any text, such as $app.key"),
  but: z.enum(NEAR_MISS_WORDS).describe("what is different about it"),
  as,
});
const times = z.number().int().min(1).describe("how often");
const text = z.strictObject({
  text: z.string().describe("what is repeated"),
  times,
  as,
});
const list = z.strictObject({
  list: z.unknown().describe("an item; {n} in its texts is the item's number, from 1"),
  times,
  as,
});

/** A copy of `value` with `{n}` in every text written as `n`. */
function numbered(value: unknown, n: number): unknown {
  if (typeof value === "string") return value.replaceAll("{n}", String(n));
  if (Array.isArray(value)) return value.map((item) => numbered(item, n));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, numbered(inner, n)]),
  );
}

export const MAKE: readonly Verb[] = [
  scenarioVerb({
    name: "sign",
    summary: "Makes a channel signature, as a backend would, and names it.",
    schema: signing,
    run: (params, attempt) => {
      const client = attempt.client(params.for);
      const channel = attempt.names.of(params.channel);
      const presence = channel.startsWith("presence-");
      const given = params.channelData ??
        (presence ? channelDataOf(attempt, client, params.user, params.info) : "none");
      const data = given === "none" ? undefined : given;
      const app = params.app === undefined ? client.app : attempt.appNamed(params.app);
      const credentials = { key: params.key ?? app.key, secret: params.secret ?? app.secret };
      const signature = signChannel(credentials, client.socketId ?? "", channel, data);
      attempt.variables.set(
        params.as,
        params.spoil ? nearlyAuth(signature, params.spoil) : signature,
      );
      if (data !== undefined) attempt.variables.set(`${params.as}Data`, data);
      return done();
    },
  }),
  scenarioVerb({
    name: "make",
    form: "name",
    summary: "Makes a channel or user name of a given length, which later steps use as it is.",
    schema: name,
    run: (params, attempt) => {
      const full = attempt.names.of(params.name);
      const padding = Math.max(0, (params.length ?? full.length) - full.length);
      const padded = `${params.name}${"x".repeat(padding)}${attempt.names.suffix}`;
      attempt.variables.set(params.as, attempt.names.keep(padded));
      return done();
    },
  }),
  scenarioVerb({
    name: "make",
    form: "like",
    summary: "Makes a name that is nearly another one, which later steps use as it is.",
    schema: like,
    run: (params, attempt) => {
      const other = nearly(attempt.names.of(params.like), params.but);
      attempt.variables.set(params.as, attempt.names.keep(other));
      return done();
    },
  }),
  scenarioVerb({
    name: "make",
    form: "near",
    summary: "Makes a text that is nearly another one.",
    schema: near,
    run: (params, attempt) => {
      attempt.variables.set(params.as, nearly(params.near, params.but));
      return done();
    },
  }),
  scenarioVerb({
    name: "make",
    form: "text",
    summary: "Makes a long text of a short one, repeated.",
    schema: text,
    run: (params, attempt) => {
      attempt.variables.set(params.as, params.text.repeat(params.times));
      return done();
    },
  }),
  scenarioVerb({
    name: "make",
    form: "list",
    summary: "Makes a list of one item, repeated, such as 101 channels or the events of a batch.",
    schema: list,
    run: (params, attempt) => {
      const items = Array.from(
        { length: params.times },
        (_, at) => numbered(params.list, at + 1),
      );
      attempt.variables.set(params.as, items);
      return done();
    },
  }),
];
