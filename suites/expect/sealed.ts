/** Events on encrypted channels: sealed here, opened here, unreadable to the server (P-137, P-139). */
import { z } from "zod";
import { encodeBase64 } from "@std/encoding";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import {
  clientVerb,
  deadline,
  done,
  factsOf,
  fails,
  holds,
  scenarioVerb,
  type Verb,
} from "../engine/verb.ts";
import { masterKey } from "../pages/master_key.ts";
import { sharedSecret, unseal } from "../wire/sealed.ts";
import { leaksIn } from "./secrets.ts";

const key = z.string().default("main").describe("the name of the master key");
const opens = z.strictObject({
  receives: z.string().describe("the event's name"),
  on: z.string().describe("the encrypted channel"),
  unsealed: z.unknown().describe("what was published, before it was sealed"),
  key,
});
const staysSealed = z.strictObject({
  sealed: z.string().describe("a text that was published sealed"),
  on: z.string().describe("the encrypted channel"),
  key,
});

/** What would betray the sealed text, as itself or by way of a key. */
function betrayals(channel: string, text: string, key: Uint8Array) {
  return [
    { what: "the text that was sealed", text },
    { what: "the master key", text: encodeBase64(key) },
    { what: "the channel's shared secret", text: encodeBase64(sharedSecret(channel, key)) },
  ];
}

interface Leak {
  readonly what: string;
  readonly where: string;
  readonly seq?: number;
}

export const SEALED: readonly Verb[] = [
  clientVerb({
    name: "receives",
    form: "unsealed",
    summary: "Receives an event whose data opens, with the channel's key, to what was published.",
    schema: opens,
    asks: () => ({ messages: 1 }),
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.on);
      const event = await client.until(
        (event: Evidence) =>
          isFrame(event, { event: params.receives, channel }) && !attempt.taken.has(event.seq),
        attempt.deadlineMs,
      );
      if (!event) return deadline(`no ${params.receives} came`);
      const secret = sharedSecret(channel, masterKey(params.key));
      return done([event.seq], { opened: unseal(frameOf(event)?.decoded, secret) ?? null });
    },
    judge: (params, view) => {
      const event = view.events.find(({ seq }) => seq === view.ended.took[0]);
      if (!event) return fails(view.ended.detail ?? `no ${params.receives} came`);
      return view.ended.facts?.opened === JSON.stringify(params.unsealed)
        ? holds(`${quote(event)} opens`, [event.seq])
        : fails(`${quote(event)} does not open to what was sealed`, [event.seq]);
    },
  }),
  scenarioVerb({
    name: "staysSecret",
    form: "sealed",
    summary:
      "Neither the text nor a key to it is in any frame, answer or webhook, nor in what a server started here has printed.",
    schema: staysSealed,
    run: (params, attempt) => {
      const secrets = betrayals(attempt.names.of(params.on), params.sealed, masterKey(params.key));
      const output = attempt.target.server?.output() ?? "";
      const leaks: Leak[] = [
        ...leaksIn(attempt.log.events, secrets),
        ...secrets.filter(({ text }) => output.includes(text)).map(({ what }) => ({
          what,
          where: "the server's output",
        })),
      ];
      return done([], { leaks });
    },
    judge: (_told, view) => {
      const { leaks } = factsOf<{ leaks: readonly Leak[] }>(view);
      const [first] = leaks;
      return first
        ? fails(`${first.what} is in ${first.where}`, leaks.flatMap(({ seq }) => seq ?? []))
        : holds("sealed in every frame, answer and webhook, and in the server's output");
    },
  }),
];
