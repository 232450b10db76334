/** An HTTP endpoint that keeps what webhooks brought, for tests. */
import { Buffer } from "node:buffer";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { fail } from "@std/assert";

export interface WebhookRequest {
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: string;
  readonly events: readonly { readonly name: string; readonly [field: string]: unknown }[];
  readonly at: number;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly requests: readonly WebhookRequest[];
  /** Statuses of the next answers; 200 when there are none left, silence for 0. */
  readonly answers: number[];
  /** Resolves when the condition holds of what has come. */
  until(condition: (requests: readonly WebhookRequest[]) => boolean): Promise<void>;
  /** The first request, past or to come, that carries such an event. */
  whenNamed(name: string): Promise<WebhookRequest>;
  stop(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const requests: WebhookRequest[] = [];
  const answers: number[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const rawBody = new TextDecoder().decode(Buffer.concat(chunks));
      const { events } = JSON.parse(rawBody);
      requests.push({ headers: request.headers, rawBody, events, at: performance.now() });
      const status = answers.shift() ?? 200;
      if (status !== 0) response.writeHead(status).end();
      for (const look of [...waiting]) look();
    });
  });
  const until = (condition: (requests: readonly WebhookRequest[]) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!condition(requests)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    answers,
    until,
    async whenNamed(name) {
      const find = () => requests.find(({ events }) => events.some((event) => event.name === name));
      await until(() => find() !== undefined);
      return find() ?? fail(`no ${name} came`);
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
