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
const calls = z.strictObject({ calls: method, on: channel.on });
const listens = z.strictObject({ listens: z.string(), ...channel });
const listensForWhisper = z.strictObject({ listensForWhisper: z.string(), ...channel });
const echoLeaves = z.strictObject({ echoLeaves: z.string().describe("the name without prefix") });

const methodOf = (told: string) => z.enum(ECHO_METHODS).parse(told);

function echoOf(client: Client): EchoPage {
  const { echo } = pageOf(client);
  if (!echo) throw new Error(`${client.name} does not run laravel-echo`);
  return echo;
}

export const ECHO: readonly Verb[] = [
  clientVerb({
    name: "calls",
    summary: "Names a channel with a method of Echo, which adds the prefix.",
    schema: calls,
    run: (told, client, story) => {
      echoOf(client).call(methodOf(told.calls), story.names.of(told.on));
      return done();
    },
  }),
  clientVerb({
    name: "listens",
    summary: "Sets a listener with Echo; a name without a leading dot gets the namespace.",
    schema: listens,
    run: (told, client, story) => {
      echoOf(client).listen(methodOf(told.with), story.names.of(told.on), told.listens);
      return done();
    },
  }),
  clientVerb({
    name: "listensForWhisper",
    summary: "Sets a listener for a client event with Echo.",
    schema: listensForWhisper,
    run: (told, client, story) => {
      echoOf(client).listenForWhisper(
        methodOf(told.with),
        story.names.of(told.on),
        told.listensForWhisper,
      );
      return done();
    },
  }),
  clientVerb({
    name: "echoLeaves",
    summary: "Leaves a channel and its private, encrypted and presence variants with Echo.",
    schema: echoLeaves,
    run: (told, client, story) => {
      echoOf(client).leave(story.names.of(told.echoLeaves));
      return done();
    },
  }),
];
