/** What a scripted server does, in scenarios that judge a client. */
import { z } from "zod";
import { masterKey } from "../pages/master_key.ts";
import {
  type Script,
  type ScriptedServer,
  scriptedServerOf,
  startScriptedServer,
} from "../pages/scripted_server.ts";
import type { Attempt } from "../engine/attempt.ts";
import { done, scenarioVerb, type Verb } from "../engine/verb.ts";
import { seal, sharedSecret } from "../wire/sealed.ts";

/** A column of the examples, filled in when the scenario is told. */
const column = z.string().regex(/^\$[a-z]\w*$/);
const script = z.strictObject({
  activityTimeout: z.union([z.number(), column]).describe(
    "seconds, as pusher:connection_established says",
  ),
  data: z.union([z.enum(["string", "object"]), column]).describe(
    "how the data of its messages goes",
  ),
  pong: z.union([z.number(), z.literal("never")]).describe(
    "milliseconds until it answers pusher:ping",
  ),
  door: z.enum(["open", "shut", "silent"]).describe("what it does with connection attempts"),
  answers: z.boolean().describe("whether it answers subscriptions and sign-ins"),
}).partial();
const serverSends = z.strictObject({
  event: z.string().describe("the event's name"),
  on: z.string().optional().describe("the channel; none without it"),
  data: z.unknown().optional().describe("its data; {} without it"),
});
const serverSendsEncrypted = z.strictObject({
  event: z.string().describe("the event's name"),
  on: z.string().describe("the encrypted channel"),
  data: z.unknown().describe("its data before it was sealed"),
  sealed: z.string().describe("the name of the master key"),
});
const serverCloses = z.strictObject({
  code: z.union([z.number(), column, z.literal("none")]).describe(
    "the close code; none: the connection ends without a close frame",
  ),
  reason: z.string().default("").describe("the reason of the close"),
});

const DEFAULTS: Script = {
  activityTimeout: 120,
  data: "string",
  pong: 0,
  door: "open",
  answers: true,
};

function serverOf(attempt: Attempt): ScriptedServer {
  const server = scriptedServerOf(attempt);
  if (!server) {
    throw new Error(`${attempt.scenario.id} has no scripted server; begin with "script"`);
  }
  return server;
}

export const SCRIPTED: readonly Verb[] = [
  scenarioVerb({
    name: "script",
    summary: "Sets up a scripted server, or says how it behaves from now on.",
    schema: script,
    run: async (params, attempt) => {
      const changes = Object.fromEntries(
        Object.entries(params).filter(([, value]) => value !== undefined),
      ) as Partial<Script>; // parsed by the schema; a column of the examples is one of its words
      const server = scriptedServerOf(attempt);
      if (server) Object.assign(server.script, changes);
      else await startScriptedServer(attempt, { ...DEFAULTS, ...changes });
      return done();
    },
  }),
  scenarioVerb({
    name: "serverSends",
    bare: "event",
    summary: "The scripted server sends an event.",
    schema: serverSends,
    run: (params, attempt) => {
      serverOf(attempt).send({
        event: params.event,
        ...(params.on === undefined ? {} : { channel: attempt.names.of(params.on) }),
        data: params.data ?? {},
      });
      return done();
    },
  }),
  scenarioVerb({
    name: "serverSends",
    form: "sealed",
    summary: "The scripted server relays an event that was sealed with this master key.",
    schema: serverSendsEncrypted,
    run: (params, attempt) => {
      const channel = attempt.names.of(params.on);
      const secret = sharedSecret(channel, masterKey(params.sealed));
      const data = seal(JSON.stringify(params.data), secret);
      serverOf(attempt).send({ event: params.event, channel, data });
      return done();
    },
  }),
  scenarioVerb({
    name: "serverCloses",
    bare: "code",
    summary: "The scripted server closes the connection with this code, or without a word.",
    schema: serverCloses,
    run: (params, attempt) => {
      const server = serverOf(attempt);
      if (params.code === "none") server.cut();
      else server.closeWith(Number(params.code), params.reason);
      return done();
    },
  }),
];
