/** What a scripted server does, in stories that judge a client. */
import { z } from "zod";
import { masterKey } from "../pages/master_key.ts";
import {
  type Script,
  type ScriptedServer,
  scriptedServerOf,
  startScriptedServer,
} from "../pages/scripted_server.ts";
import type { Story } from "../engine/attempt.ts";
import { done, storyVerb, type Verb } from "../engine/verb.ts";
import { seal, sharedSecret } from "../wire/sealed.ts";

/** A column of the examples, filled in when the story is told. */
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
  serverSends: z.string().describe("the event"),
  on: z.string().optional(),
  data: z.unknown().optional(),
});
const serverSendsEncrypted = z.strictObject({
  serverSendsEncrypted: z.string().describe("the event"),
  on: z.string(),
  data: z.unknown(),
  key: z.string().describe("the name of the master key"),
});
const serverCloses = z.strictObject({
  serverCloses: z.union([z.number(), column]),
  reason: z.string().default(""),
});

const DEFAULTS: Script = {
  activityTimeout: 120,
  data: "string",
  pong: 0,
  door: "open",
  answers: true,
};

function serverOf(story: Story): ScriptedServer {
  const server = scriptedServerOf(story);
  if (!server) throw new Error(`${story.scenario.id} has no scripted server; begin with "script"`);
  return server;
}

export const SCRIPTED: readonly Verb[] = [
  storyVerb({
    name: "script",
    summary: "Sets up a scripted server, or says how it behaves from now on.",
    schema: script,
    run: async (told, story) => {
      const changes = Object.fromEntries(
        Object.entries(told).filter(([, value]) => value !== undefined),
      ) as Partial<Script>; // parsed by the schema; a column of the examples is one of its words
      const server = scriptedServerOf(story);
      if (server) Object.assign(server.script, changes);
      else await startScriptedServer(story, { ...DEFAULTS, ...changes });
      return done();
    },
  }),
  storyVerb({
    name: "serverSends",
    summary: "The scripted server sends an event.",
    schema: serverSends,
    run: (told, story) => {
      serverOf(story).send({
        event: told.serverSends,
        ...(told.on === undefined ? {} : { channel: story.names.of(told.on) }),
        data: told.data ?? {},
      });
      return done();
    },
  }),
  storyVerb({
    name: "serverSendsEncrypted",
    summary: "The scripted server relays an event that was sealed with this master key.",
    schema: serverSendsEncrypted,
    run: (told, story) => {
      const channel = story.names.of(told.on);
      const secret = sharedSecret(channel, masterKey(told.key));
      const data = seal(JSON.stringify(told.data), secret);
      serverOf(story).send({ event: told.serverSendsEncrypted, channel, data });
      return done();
    },
  }),
  storyVerb({
    name: "serverCloses",
    summary: "The scripted server closes the connection with this code.",
    schema: serverCloses,
    run: (told, story) => {
      serverOf(story).closeWith(Number(told.serverCloses), told.reason);
      return done();
    },
  }),
  storyVerb({
    name: "serverCuts",
    summary: "The scripted server ends the connection without a close frame.",
    schema: z.strictObject({ serverCuts: z.null() }),
    run: (_told, story) => {
      serverOf(story).cut();
      return done();
    },
  }),
];
