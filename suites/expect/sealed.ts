/** Events on encrypted channels: sealed here, opened here, unreadable to the server (P-137, P-139). */
import { z } from "zod";
import { encodeBase64 } from "@std/encoding";
import type { Evidence } from "../record/evidence.ts";
import { frameOf, isFrame, quote } from "../record/frames.ts";
import type { Attempt } from "../engine/attempt.ts";
import {
  broken,
  clientVerb,
  deadline,
  done,
  factsOf,
  fails,
  holds,
  scenarioVerb,
  type Verb,
} from "../engine/verb.ts";
import { seal, sharedSecret, unseal } from "../wire/sealed.ts";
import { leaksIn } from "./secrets.ts";

const publishSealed = z.strictObject({
  on: z.string().describe("an encrypted channel"),
  event: z.string(),
  text: z.string().describe("what only those with the channel's key may read"),
});
const opens = z.strictObject({
  unseals: z.string().describe("the event's name"),
  on: z.string(),
  text: z.string(),
});
const staysSealed = z.strictObject({
  on: z.string().describe("the encrypted channel"),
  text: z.string().describe("what was published sealed"),
});

/** The application's master key: the same for the whole scenario, and known to nobody else. */
const masterKeys = new WeakMap<Attempt, Uint8Array>();

function masterKeyOf(attempt: Attempt): Uint8Array {
  const key = masterKeys.get(attempt) ?? crypto.getRandomValues(new Uint8Array(32));
  masterKeys.set(attempt, key);
  return key;
}

/** What would betray the sealed text, as itself or by way of a key. */
function betrayals(attempt: Attempt, channel: string, text: string) {
  const key = masterKeyOf(attempt);
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
  scenarioVerb({
    name: "publishSealed",
    summary: "Publishes a text sealed with the channel's key, as the official libraries do.",
    schema: publishSealed,
    run: async (params, attempt) => {
      const channel = attempt.names.of(params.on);
      const data = seal(params.text, sharedSecret(channel, masterKeyOf(attempt)));
      const answer = await attempt.call({
        method: "POST",
        path: "/events",
        body: { name: params.event, channel, data },
      });
      return answer.kind === "response" && answer.status < 300
        ? done([answer.seq])
        : broken(`the sealed event was answered with ${quote(answer)}`);
    },
  }),
  clientVerb({
    name: "unseals",
    summary: "Receives an event whose data opens, with the channel's key, to this text.",
    schema: opens,
    run: async (params, client, attempt) => {
      const channel = attempt.names.of(params.on);
      const event = await client.until(
        (event: Evidence) =>
          isFrame(event, { event: params.unseals, channel }) && !attempt.taken.has(event.seq),
        attempt.deadlineMs,
      );
      if (!event) return deadline(`no ${params.unseals} came`);
      const secret = sharedSecret(channel, masterKeyOf(attempt));
      return done([event.seq], { opened: unseal(frameOf(event)?.decoded, secret) ?? null });
    },
    judge: (params, view) => {
      const event = view.events.find(({ seq }) => seq === view.ended.took[0]);
      if (!event) return fails(view.ended.detail ?? `no ${params.unseals} came`);
      return view.ended.facts?.opened === params.text
        ? holds(`${quote(event)} opens`, [event.seq])
        : fails(`${quote(event)} does not open to what was sealed`, [event.seq]);
    },
  }),
  scenarioVerb({
    name: "staysSealed",
    summary:
      "Neither the text nor a key to it is in any frame, answer or webhook, nor in what a server started here has printed.",
    schema: staysSealed,
    run: (params, attempt) => {
      const secrets = betrayals(attempt, attempt.names.of(params.on), params.text);
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
