/**
 * Where the target's webhooks arrive. One receiver serves the whole run; what comes is sorted to
 * the scenarios by the suffix in the names of channels and users. What it is sent may be hostile: no
 * body, however long, slow or broken, ends it.
 */
import { isRecord } from "../wire/frame.ts";
import { readWebhook } from "../wire/webhook.ts";
import type { EvidenceLog } from "../record/evidence_log.ts";

/** How a scenario wants a webhook answered: with a status, or `never` at all. */
export type Answer = number | "never";

/** The answers to the next webhooks that tell of such an event, one each; 200 after that. */
export interface AnswerPlan {
  /** The event's name; any without it. */
  readonly event?: string | undefined;
  /** The full name of the event's channel; any that has the suffix without it. */
  readonly channel?: string | undefined;
  readonly answers: readonly Answer[];
}

export interface WebhookReceiver {
  /** Apps may add a path of their own to it. */
  readonly url: string;
  /** Hands every webhook that mentions `suffix` to `journal`. */
  listen(suffix: string, log: EvidenceLog): void;
  /** Tells that log no more, and lets go of it. */
  forget(suffix: string): void;
  /** Answers the next webhooks that mention `suffix` and are as the plan says. */
  answer(suffix: string, plan: AnswerPlan): void;
  close(): Promise<void>;
}

/** Webhooks that tell of nothing, of which the first so many are kept. */
const EMPTY = 3;
/** More of a body than this is not kept; evidence tells its size. */
const LONGEST_BODY = 1024 * 1024;
/** A body longer than this is not read to its end. */
const HOSTILE_BODY = 16 * LONGEST_BODY;

/** Starts a receiver; port 0 takes a free one. */
export function receiveWebhooks(host: string, port: number): WebhookReceiver {
  const logs = new Map<string, EvidenceLog>();
  const plans = new Map<string, { readonly plan: AnswerPlan; readonly left: Answer[] }[]>();
  let empty = 0;
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) =>
    stop.signal.addEventListener("abort", () => resolve())
  );

  /** The first answer a plan still holds for a webhook with these events. */
  function planned(suffix: string, body: string): Answer | undefined {
    const waiting = plans.get(suffix)?.filter(({ left }) => left.length > 0);
    if (!waiting || waiting.length === 0) return undefined;
    const { events } = readWebhook(body);
    const concerned = waiting.find(({ plan: { event, channel } }) =>
      events.some((params) =>
        (event === undefined || params.name === event) &&
        (channel === undefined
          ? String(params.channel).includes(suffix)
          : params.channel === channel)
      )
    );
    return concerned?.left.shift();
  }

  async function take(request: Request): Promise<Response> {
    const { text, bytes } = await readBody(request);
    const mentioned = [...logs].filter(([suffix]) => text.includes(suffix));
    // What tells of nothing is nobody's, and a fault all the same: whoever came last is told.
    if (empty < EMPTY && isEmpty(text)) {
      empty++;
      mentioned.push(...[...logs].slice(-1));
    }
    const answers = mentioned.flatMap(([suffix]) => planned(suffix, text) ?? []);
    const answer = answers[0] ?? 200;
    for (const [, log] of mentioned) {
      log.add({
        kind: "webhook",
        method: request.method,
        path: new URL(request.url).pathname,
        headers: Object.fromEntries(request.headers),
        body: text,
        bytes,
        answered: answer === "never" ? 0 : answer,
      });
    }
    if (answer === "never") await stopped;
    return new Response(null, { status: answer === "never" ? 503 : answer });
  }

  const server = Deno.serve({
    hostname: host,
    port,
    signal: stop.signal,
    onListen: () => {},
    // A sender that hangs up halfway has sent no webhook.
    onError: () => new Response(null, { status: 400 }),
  }, (request) => Promise.race([take(request), stopped.then(() => new Response(null))]));
  return {
    url: `http://${host}:${server.addr.port}/webhooks`,
    listen: (suffix, log) => void logs.set(suffix, log),
    forget: (suffix) => {
      logs.delete(suffix);
      plans.delete(suffix);
    },
    answer: (suffix, plan) => {
      const mine = plans.get(suffix) ?? [];
      plans.set(suffix, [...mine, { plan, left: [...plan.answers] }]);
    },
    close: async () => {
      stop.abort();
      await server.finished;
    },
  };
}

/** A webhook as Pusher's page shows it, but without an event. */
function isEmpty(text: string): boolean {
  const { decoded } = readWebhook(text);
  return isRecord(decoded) && Array.isArray(decoded.events) && decoded.events.length === 0;
}

/** The beginning of a body as text, byte order mark included, and how many bytes it had. */
async function readBody(
  request: Request,
): Promise<{ readonly text: string; readonly bytes: number }> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    if (bytes < LONGEST_BODY) {
      text += decoder.decode(chunk.subarray(0, LONGEST_BODY - bytes), { stream: true });
    }
    bytes += chunk.length;
    if (bytes > HOSTILE_BODY) break;
  }
  return { text, bytes };
}
