/** What an application does with laravel-echo, as its own code would write it. */
import { z } from "zod";
import { ECHO_METHODS, type EchoPage, pageOf } from "../pages/page.ts";
import type { Client } from "../client/client.ts";
import { clientVerb, done, type Verb } from "../engine/verb.ts";

/** A method, or a column of the examples that names one. */
const method = z.union([z.enum(ECHO_METHODS), z.string().regex(/^\$[a-z]\w*$/)]);
const channel = {
  with: method.describe("the method of Echo that names the channel"),
  on: z.string().describe("the name as the application writes it"),
};
const calls = z.strictObject({
  joins: channel.on,
  with: channel.with,
});
const listens = z.strictObject({ listens: z.string().describe("the event's name"), ...channel });
const listensForWhisper = z.strictObject({
  listens: z.string().describe("the event's name"),
  whisper: z.literal(true).describe("to a client event"),
  ...channel,
});
const echoLeaves = z.strictObject({
  leaves: z.string().describe("the name without prefix"),
  with: z.literal("echo").describe("Echo, which knows all variants of the name"),
});

const methodOf = (params: string) => z.enum(ECHO_METHODS).parse(params);

function echoOf(client: Client): EchoPage {
  const { echo } = pageOf(client);
  if (!echo) throw new Error(`${client.name} does not run laravel-echo`);
  return echo;
}

export const ECHO: readonly Verb[] = [
  clientVerb({
    name: "joins",
    form: "with",
    summary: "Names a channel with a method of Echo, which adds the prefix.",
    schema: calls,
    run: (params, client, attempt) => {
      echoOf(client).call(methodOf(params.with), attempt.names.of(params.joins));
      return done();
    },
  }),
  clientVerb({
    name: "listens",
    summary: "Sets a listener with Echo; a name without a leading dot gets the namespace.",
    schema: listens,
    run: (params, client, attempt) => {
      echoOf(client).listen(methodOf(params.with), attempt.names.of(params.on), params.listens);
      return done();
    },
  }),
  clientVerb({
    name: "listens",
    form: "whisper",
    summary: "Sets a listener for a client event with Echo.",
    schema: listensForWhisper,
    run: (params, client, attempt) => {
      echoOf(client).listenForWhisper(
        methodOf(params.with),
        attempt.names.of(params.on),
        params.listens,
      );
      return done();
    },
  }),
  clientVerb({
    name: "leaves",
    form: "with",
    summary: "Leaves a channel and its private, encrypted and presence variants with Echo.",
    schema: echoLeaves,
    run: (params, client, attempt) => {
      echoOf(client).leave(attempt.names.of(params.leaves));
      return done();
    },
  }),
];
