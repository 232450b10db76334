/**
 * The official server library for Node, speaking to a target through a relay on this machine that
 * hands every request on byte for byte, so that what it says and hears can be written down.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { Buffer } from "node:buffer";
import type Pusher from "pusher";
import type { HttpRequest, HttpResponse } from "./http.ts";

export interface Account {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
}

export type Official = Pusher;

/** Hands a request on; `undefined` when no answer came. */
export type Hand = (
  request: HttpRequest & { readonly body: string },
) => Promise<Pick<HttpResponse, "status" | "headers" | "body"> | undefined>;

/** Runs `use` with the library set up for the account; every request it makes goes through `hand`. */
export async function withOfficialLibrary<T>(
  account: Account,
  hand: Hand,
  use: (library: Official) => T | Promise<T>,
): Promise<T> {
  const relay = http.createServer((request, response) => void pass(request, response, hand));
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const { port } = relay.address() as AddressInfo; // A TCP server that listens has one.
  try {
    const Library = await load();
    return await use(
      new Library({
        appId: account.id,
        key: account.key,
        secret: account.secret,
        host: "127.0.0.1",
        port: String(port),
        useTLS: false,
      }),
    );
  } finally {
    relay.closeAllConnections();
    relay.close();
  }
}

/** Loaded when first needed, and without the deprecation warning of one of its dependencies. */
async function load(): Promise<typeof Pusher> {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    return (await import("pusher")).default;
  } finally {
    process.noDeprecation = noDeprecation ?? false;
  }
}

async function pass(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  hand: Hand,
): Promise<void> {
  const chunks: Uint8Array[] = [];
  request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  await new Promise((resolve) => request.on("end", resolve));
  const answer = await hand({
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers: headersOf(request),
    body: Buffer.concat(chunks).toString("utf8"),
  });
  if (!answer) {
    response.destroy();
    return;
  }
  const type = answer.headers["content-type"];
  response.writeHead(answer.status, type === undefined ? {} : { "content-type": type });
  response.end(answer.body);
}

/** What belongs to the one connection, and what compresses the answer, stays on this side. */
const OF_THE_CONNECTION = new Set(["host", "connection", "content-length", "accept-encoding"]);

function headersOf({ headers }: http.IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      OF_THE_CONNECTION.has(name) || value === undefined ? [] : [[name, String(value)]]
    ),
  );
}
