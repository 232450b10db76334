/** The requests that webhooks come in: their form, their headers, their signature. */
import { z } from "zod";
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import { quote } from "../record/words.ts";
import type { Attempt } from "../engine/attempt.ts";
import { mismatch } from "../language/matcher.ts";
import {
  blocked,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import { readWebhook } from "../wire/webhook.ts";
import { signWebhook } from "../wire/signature.ts";

const which = {
  from: z.string().optional().describe("only requests that say they are from this app"),
  requests: z.number().int().min(1).default(1).describe("how many of them to wait for"),
};
const everyWebhook = z.strictObject({
  ...which,
  method: z.unknown().optional().describe("a matcher on the method"),
  path: z.unknown().optional().describe("a matcher on the path"),
  headers: z.unknown().optional().describe("a matcher on the headers, names in lower case"),
  body: z.unknown().optional().describe("a matcher on the decoded body"),
});
const signed = z.strictObject({
  ...which,
  signed: z.union([z.literal(true), z.string()]).describe(
    "with the secret of the scenario's own app, or of the app of this name",
  ),
});
const dated = z.strictObject({
  ...which,
  dated: z.literal(true).describe("time_ms is between the scenario's begin and its arrival"),
});

/** A clock that is read in whole seconds over HTTP may be this far off. */
const CLOCK_SLACK_MS = 3000;

type Request = EvidenceOf<"webhook">;

const isFrom = (event: Evidence, key: unknown): event is Request =>
  event.kind === "webhook" && (key === undefined || event.headers["x-pusher-key"] === key);

interface Which {
  readonly from?: string | undefined;
  readonly requests: number;
}

/** Waits for so many requests, whatever their form, and says whose key they carry. */
async function gather({ from, requests }: Which, attempt: Attempt): Promise<{ key?: string }> {
  const key = from === undefined ? undefined : attempt.appNamed(from).key;
  let seen = 0;
  await attempt.log.until((event) => isFrom(event, key) && ++seen === requests, {
    deadlineMs: attempt.deadlineMs,
  });
  return key === undefined ? {} : { key };
}

/** The first reason found in any request, late ones included; a scenario without one proves nothing. */
function judgeEvery(view: View, reasonFor: (request: Request) => string | undefined): Finding {
  const key = view.ended.facts?.key;
  const requests = view.events.filter((event) => isFrom(event, key));
  if (requests.length === 0) return blocked("no webhook came");
  for (const request of requests) {
    const reason = reasonFor(request);
    if (reason) return fails(`${reason}, in ${quote(request)}`, [request.seq]);
  }
  return holds(
    `${requests.length} requests, the last one ${
      quote(requests[requests.length - 1] ?? view.ended)
    }`,
    requests.map(({ seq }) => seq),
  );
}

const isCut = ({ body, bytes }: Request) => new TextEncoder().encode(body).length < bytes;

export const WEBHOOK_REQUESTS: readonly Verb[] = [
  scenarioVerb({
    name: "everyWebhook",
    summary: "Every webhook request of the scenario has this form.",
    schema: everyWebhook,
    run: async (said, attempt) => done([], await gather(said, attempt)),
    judge: (said, view) =>
      judgeEvery(
        view,
        ({ method, path, headers, body }) =>
          (said.method === undefined ? undefined : mismatch(method, said.method, "method")) ??
            (said.path === undefined ? undefined : mismatch(path, said.path, "path")) ??
            (said.headers === undefined ? undefined : mismatch(headers, said.headers, "headers")) ??
            (said.body === undefined
              ? undefined
              : mismatch(readWebhook(body).decoded, said.body, "body")),
      ),
  }),
  scenarioVerb({
    name: "everyWebhook",
    form: "signed",
    summary: "Every webhook request so far carries the signature of its body, byte for byte.",
    schema: signed,
    run: async (said, attempt) => {
      const facts = await gather(said, attempt);
      const { secret } = said.signed === true ? attempt.app : attempt.appNamed(said.signed);
      const signatures = attempt.log.events.flatMap((event) =>
        event.kind === "webhook" ? [[event.seq, signWebhook(secret, event.body)] as const] : []
      );
      return done([], { ...facts, signatures: Object.fromEntries(signatures) });
    },
    judge: (_said, view) => {
      const { signatures } = factsOf<{ signatures: Record<string, string> }>(view);
      return judgeEvery(view, (request) => {
        if (isCut(request)) return `a body of ${request.bytes} bytes is too long to be verified`;
        const signature = signatures[request.seq];
        // One that came after the step has not been computed.
        if (signature === undefined) return undefined;
        return mismatch(request.headers["x-pusher-signature"], signature, "signature");
      });
    },
  }),
  scenarioVerb({
    name: "everyWebhook",
    form: "dated",
    summary:
      "Every webhook request of the scenario says in time_ms when it was made: after the scenario began, before it came.",
    schema: dated,
    run: async (said, attempt) => {
      const facts = await gather(said, attempt);
      const last = attempt.log.events.at(-1);
      return done([], {
        ...facts,
        // The target's clock, in milliseconds, when the run began.
        began: Math.round(Date.now() + attempt.target.clockOffsetMs - (last?.t ?? 0)),
      });
    },
    judge: (_said, view) => {
      const began = Number(view.ended.facts?.began);
      const earliest = began + (view.events[0]?.t ?? 0) - CLOCK_SLACK_MS;
      return judgeEvery(view, (request) => {
        const latest = began + request.t + CLOCK_SLACK_MS;
        const wish = { $type: "integer", $atLeast: earliest, $atMost: latest };
        return mismatch(readWebhook(request.body).decoded, { time_ms: wish }, "body");
      });
    },
  }),
];
