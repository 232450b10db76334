/**
 * Where the target's webhooks arrive. One receiver serves the whole run; what comes is sorted to
 * the stories by the suffix in the names of channels and users.
 */
import type { Journal } from "./journal.ts";

/** How a story wants its next webhooks answered: a status, or `never` at all. */
export type Answer = number | "never";

export interface WebhookReceiver {
  readonly url: string;
  /** Hands every webhook that mentions `suffix` to `journal`. */
  listen(suffix: string, journal: Journal): void;
  /** The answers to the next webhooks that mention `suffix`, one each; 200 after that. */
  answer(suffix: string, answers: readonly Answer[]): void;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;

/** Starts a receiver; port 0 takes a free one. */
export function receiveWebhooks(host: string, port: number): WebhookReceiver {
  const journals = new Map<string, Journal>();
  const plans = new Map<string, Answer[]>();
  const stop = new AbortController();
  const server = Deno.serve(
    { hostname: host, port, signal: stop.signal, onListen: () => {} },
    async (request) => {
      const body = (await request.text()).slice(0, MAX_BODY_BYTES);
      const headers = Object.fromEntries(request.headers);
      const mentioned = [...journals].filter(([suffix]) => body.includes(suffix));
      const answers = mentioned.map(([suffix]) => plans.get(suffix)?.shift()).filter((answer) =>
        answer !== undefined
      );
      const answer = answers[0] ?? 200;
      const answered = answer === "never" ? 0 : answer;
      for (const [, journal] of mentioned) {
        journal.add({
          kind: "webhook",
          headers,
          body,
          answered,
        });
      }
      if (answer === "never") {
        await new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
      }
      return new Response(null, { status: answered || 503 });
    },
  );
  return {
    url: `http://${host}:${server.addr.port}/webhooks`,
    listen: (suffix, journal) => void journals.set(suffix, journal),
    answer: (suffix, answers) => void plans.set(suffix, [...answers]),
    close: async () => {
      stop.abort();
      await server.finished;
    },
  };
}
