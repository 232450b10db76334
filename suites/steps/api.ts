/** The HTTP API: publishing, asking, and every wrong way to sign. */
import type { Demand } from "../engine/demand.ts";
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import { delay } from "@std/async";
import { calling as premisesOfCall, publishing } from "../client/premises.ts";
import { quote } from "../record/words.ts";
import type { Attempt, Exchange } from "../engine/attempt.ts";
import type { ApiCall } from "../engine/signed_request.ts";
import { broken, deadline, done, type Outcome, scenarioVerb, type Verb } from "../engine/verb.ts";
import { isRecord } from "../wire/frame.ts";
import { NEAR_MISS_WORDS } from "../wire/near_miss.ts";
import { judgeAnswer, premisesOfAnswer, unlike } from "../expect/answer.ts";

const sign = z.strictObject({
  app: z.string().describe("another app of the target file, whose key and secret sign"),
  key: z.string(),
  secret: z.string(),
  version: z.string(),
  clockSeconds: z.number(),
  clockIn: z.literal("milliseconds").describe("the time in another unit than seconds"),
  timestamp: z.string().describe("what stands in the place of the time, a number or not"),
  method: z.string(),
  path: z.string(),
  signature: z.string(),
  spoil: z.enum(NEAR_MISS_WORDS).describe("what to get wrong about the signature once it is made"),
  spoilKey: z.enum(NEAR_MISS_WORDS).describe("what to get wrong about the key"),
  bodyMd5: z.string(),
  spoilBodyMd5: z.enum(NEAR_MISS_WORDS).describe("what to get wrong about the body's MD5"),
  omit: z.array(z.string()),
  without: z.array(z.string()),
  append: z.record(z.string(), z.string()),
  encode: z.boolean(),
  reversed: z.boolean(),
}).partial();

const calling = {
  method: z.enum(["GET", "POST", "PUT", "DELETE"]).default("GET").describe("the HTTP method"),
  path: z.string().describe(
    "after /apps/{id}; names in braces get the scenario's suffix: /channels/{orders}",
  ),
  names: z.enum(["raw", "encoded"]).default("raw").describe(
    "names in braces as they are, or percent-encoded",
  ),
  query: z.record(z.string(), z.coerce.string()).optional().describe("besides the signature"),
  body: z.unknown().optional().describe("text as it is, anything else as JSON"),
  headers: z.record(z.string(), z.string()).optional().describe("further headers"),
  app: z.string().optional().describe("another app of the target file"),
  appId: z.string().optional().describe("another id in the path than the app's"),
  sign: sign.optional().describe("what to get wrong about the signature"),
};
const call = z.strictObject({
  ...calling,
  as: z.string().optional().describe("a name for the answer"),
});
const settles = z.strictObject({
  ...calling,
  until: z.unknown().describe("a matcher on the body"),
  status: z.unknown().default(200).describe("a matcher on the status"),
});
type Calling = Omit<z.infer<typeof call>, "as">;

const publish = z.strictObject({
  on: z.union([z.string(), z.array(z.string())]).describe("one channel or several"),
  event: z.string().describe("the event's name"),
  data: z.unknown().optional().describe(
    "a string goes as it is, anything else as JSON; {} without it",
  ),
  except: clientName("the client whose socket_id is excluded").optional(),
  info: z.string().optional().describe("what the answer is to tell, such as user_count"),
  app: z.string().optional().describe("another app of the target file"),
  as: z.string().optional().describe("a name for the answer"),
});

/** Remembers an exchange for `answer`, and breaks the scenario when the call itself had to succeed. */
function finish(
  attempt: Attempt,
  exchange: Exchange,
  as: string | undefined,
  mustSucceed: boolean,
): Outcome {
  attempt.variables.set("answer", exchange.exchange);
  if (as) attempt.variables.set(as, exchange.exchange);
  if (!mustSucceed || (exchange.kind === "response" && exchange.status < 300)) {
    return done([exchange.seq]);
  }
  return broken(`the API call was answered with ${quote(exchange)}`);
}

/** Text for `data`: strings as they are. */
export const dataText = (data: unknown): string =>
  typeof data === "string" ? data : JSON.stringify(data ?? {});

/** Gives the channels an event body names the scenario's suffix. */
function named(body: unknown, attempt: Attempt): unknown {
  if (Array.isArray(body)) return body.map((item) => named(item, attempt));
  if (!isRecord(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => {
      if (key === "channel" && typeof value === "string") return [key, attempt.names.of(value)];
      if (key === "channels" && Array.isArray(value)) {
        return [
          key,
          value.map((c) => typeof c === "string" ? attempt.names.of(c) : c),
        ];
      }
      if (key === "batch") return [key, named(value, attempt)];
      return [key, value];
    }),
  );
}

/** What to get wrong about the signature, without keys that were not given. */
function readSigning(
  { app, path, ...rest }: z.infer<typeof sign>,
  attempt: Attempt,
): NonNullable<ApiCall["sign"]> {
  const other = app === undefined ? undefined : attempt.appNamed(app);
  const given = {
    ...(other ? { key: other.key, secret: other.secret } : {}),
    ...(path === undefined ? {} : { path: withNames(path, attempt, "raw") }),
    ...rest,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function withNames(path: string, attempt: Attempt, form: Calling["names"]): string {
  return path.replace(/\{([^}]+)\}/g, (_all, name: string) => {
    const full = attempt.names.of(name);
    return form === "raw" ? full : encodeURIComponent(full);
  });
}

/** A call as a scenario tells it, as the scenario makes it. */
function readCall(params: Calling, attempt: Attempt): ApiCall {
  const app = params.app === undefined ? attempt.app : attempt.appNamed(params.app);
  return {
    method: params.method,
    path: withNames(params.path, attempt, params.names),
    app: params.appId === undefined ? app : { ...app, id: params.appId },
    sign: readSigning(params.sign ?? {}, attempt),
    ...(params.query ? { query: params.query } : {}),
    ...("body" in params ? { body: named(params.body, attempt) } : {}),
    ...(params.headers ? { headers: params.headers } : {}),
  };
}

/** What a call asks of the target, as its step is written; one that is signed wrongly asks nothing. */
function asksOfCall(
  { method, path, body, sign }: Readonly<Record<string, unknown>>,
): Partial<Demand> {
  if (method !== "POST" || typeof path !== "string" || sign !== undefined) return {};
  if (path.endsWith("/terminate_connections")) return { terminations: 1 };
  const { channels, batch } = isRecord(body) ? body : {};
  if (path === "/events") return { messages: Array.isArray(channels) ? channels.length : 1 };
  if (path === "/batch_events") return { messages: Array.isArray(batch) ? batch.length : 1 };
  return {};
}

export const API: readonly Verb[] = [
  scenarioVerb({
    name: "publish",
    summary: "Publishes an event over the HTTP API; the scenario breaks unless it is accepted.",
    schema: publish,
    asks: ({ on }) => ({ messages: [on].flat().length }),
    premises: ({ on, event, data, except, info }) =>
      publishing({
        channels: [on].flat(),
        event,
        data: dataText(data),
        excludes: except !== undefined,
        asksInfo: info !== undefined,
      }),
    run: async (params, attempt) => {
      const channels = [params.on].flat().map((channel) => attempt.names.of(channel));
      const exchange = await attempt.call({
        method: "POST",
        path: "/events",
        body: {
          name: params.event,
          ...(Array.isArray(params.on) ? { channels } : { channel: channels[0] }),
          data: dataText(params.data),
          ...(params.except ? { socket_id: attempt.client(params.except).socketId } : {}),
          ...(params.info ? { info: params.info } : {}),
        },
        ...(params.app ? { app: attempt.appNamed(params.app) } : {}),
      });
      return finish(attempt, exchange, params.as, true);
    },
  }),
  scenarioVerb({
    name: "call",
    summary: "Makes any signed API call, rightly or wrongly; an answer step judges what came back.",
    schema: call,
    asks: asksOfCall,
    run: async (params, attempt) => {
      const exchange = await attempt.call(readCall(params, attempt));
      return finish(attempt, exchange, params.as, false);
    },
  }),
  scenarioVerb({
    name: "settles",
    summary: "Makes a call again and again until its answer is as said, or the deadline is over.",
    schema: settles,
    premises: ({ method, path, until, status }, view) =>
      view ? premisesOfAnswer({ status, body: until }, view) : premisesOfCall(method, path),
    run: async (params, attempt) => {
      const due = performance.now() + attempt.deadlineMs;
      const over = due + attempt.log.patienceMs;
      for (let pauseMs = 5;; pauseMs = Math.min(2 * pauseMs, 250)) {
        const exchange = await attempt.call(readCall(params, attempt));
        const isSettled = exchange.kind === "response" &&
          unlike(exchange, { status: params.status, body: params.until }) === undefined;
        const lateMs = Math.round(performance.now() - due);
        if (isSettled) return { ...done([exchange.seq]), ...(lateMs > 0 ? { lateMs } : {}) };
        if (performance.now() > over) {
          return deadline("the answer did not become what was expected", [exchange.seq]);
        }
        await delay(pauseMs);
      }
    },
    judge: ({ until, status }, view) => judgeAnswer({ status, body: until }, view),
  }),
];
