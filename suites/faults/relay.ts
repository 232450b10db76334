/** HTTP exchanges through the proxy, one after the other on each keep-alive connection. */
import type { Exchange } from "./break.ts";
import { concat } from "../wire/bytes.ts";
import {
  encodeRequest,
  encodeResponse,
  type Framing,
  type Head,
  header,
  type HttpRequest,
  type HttpResponse,
  readBody,
  readHead,
  requestFraming,
  responseFraming,
} from "../wire/http_message.ts";
import type { RuleBook } from "./rule_book.ts";
import { ConnectionLost, pipe, type Stream } from "../wire/byte_stream.ts";
import type { World } from "./world.ts";

export interface RelayOptions {
  /** Whose requests these are: the harness's to the API, or the target's to a webhook endpoint. */
  readonly kind: "request" | "webhook";
  readonly rules: RuleBook;
  readonly world: World;
  /** Opens the connection to the receiver, when the first request needs it. */
  connect(): Promise<Stream>;
}

/** Relays a client's connection, whose first head has been read, until either side is done. */
export async function relay(
  client: Stream,
  first: Head,
  options: RelayOptions,
): Promise<void> {
  const { kind, rules } = options;
  let target: Stream | undefined;
  let busy = true;
  let turn = 0;
  const dial = async () => {
    if (target !== undefined) return target;
    target = await options.connect();
    void target.ended.then(() => busy || client.end());
    return target;
  };
  try {
    for (let head: Head | undefined = first; head !== undefined; head = await readHead(client)) {
      busy = true;
      turn++;
      if (rules.watches(kind)) await exchangeWhole(client, head, turn, dial, options);
      else await exchangeStreaming(client, head, await dial());
      busy = false;
      if (target?.over) return client.end();
    }
    busy = true;
    await untilBothEnd(client, await dial());
  } catch {
    client.reset();
    target?.reset();
  }
}

/** Passes on both ways whatever is said, until both have ended. */
export async function untilBothEnd(client: Stream, target: Stream): Promise<void> {
  await Promise.all([pipe(client, target), pipe(target, client)]);
}

/** The request a head opens, its body not yet read. */
export function requestOf(head: Head): HttpRequest {
  const [method = "", target = ""] = head.start.split(" ");
  return { method, target, headers: head.headers, body: new Uint8Array() };
}

/** The status in a response's head. */
export function statusOf(head: Head): number {
  return Number(head.start.split(" ")[1]);
}

async function exchangeStreaming(client: Stream, head: Head, target: Stream): Promise<void> {
  await target.write(head.raw);
  const sending = stream(client, target, requestFraming(head.headers));
  // Where the answer fails first, nobody waits for this any more.
  sending.catch(() => {});
  await relayResponse(client, target, requestOf(head).method);
  // A target may answer and hang up before it has read the body.
  await Promise.race([sending, target.ended]);
}

async function relayResponse(client: Stream, target: Stream, method: string): Promise<void> {
  let head: Head | undefined;
  do {
    head = await readHead(target);
    if (head === undefined) return await pipe(target, client);
    await client.write(head.raw);
  } while (statusOf(head) < 200);
  await stream(target, client, responseFraming(method, statusOf(head), head.headers));
}

async function stream(from: Stream, to: Stream, framing: Framing): Promise<void> {
  for await (const { raw } of readBody(from, framing)) await to.write(raw);
}

async function exchangeWhole(
  client: Stream,
  head: Head,
  turn: number,
  dial: () => Promise<Stream>,
  { kind, rules, world }: RelayOptions,
): Promise<void> {
  if (header(head.headers, "expect") !== undefined) {
    await client.write("HTTP/1.1 100 Continue\r\n\r\n");
  }
  const asSent = new Map<HttpRequest | HttpResponse, Uint8Array>();
  const began = performance.now();
  const body = await collect(client, requestFraming(head.headers));
  const bodyMs = performance.now() - began;
  const request = { ...requestOf(head), body: body.content };
  asSent.set(request, concat(head.raw, body.raw));

  const exchange: Exchange = {
    request,
    ...partsOf(request.target),
    turn,
    arrival: { headPieces: head.pieces, bodyPieces: body.pieces, bodyMs },
    world,
    async forward(request) {
      const target = await dial();
      await target.write(asSent.get(request) ?? encodeRequest(request));
      const { response, raw } = await readResponse(target, request.method);
      asSent.set(response, raw);
      return response;
    },
  };
  const rule = rules.forRequest(kind, exchange);
  const answer = rule === undefined ? await exchange.forward(request) : await rule.act(exchange);
  if (answer === undefined) return client.reset();
  const second = kind === "request" ? rules.forResponse(answer, exchange) : undefined;
  const reply = second === undefined ? answer : await second.act(answer, exchange);
  if (reply === undefined) return client.reset();
  await client.write(asSent.get(reply) ?? encodeResponse(reply));
}

async function readResponse(
  target: Stream,
  method: string,
): Promise<{ response: HttpResponse; raw: Uint8Array }> {
  let head: Head | undefined;
  do {
    head = await readHead(target);
    if (head === undefined) throw new ConnectionLost("the target ended before it answered");
  } while (statusOf(head) < 200);
  const status = statusOf(head);
  const body = await collect(target, responseFraming(method, status, head.headers));
  const response = { status, headers: head.headers, body: body.content };
  return { response, raw: concat(head.raw, body.raw) };
}

async function collect(from: Stream, framing: Framing) {
  const raw: Uint8Array[] = [];
  const content: Uint8Array[] = [];
  for await (const piece of readBody(from, framing)) {
    raw.push(piece.raw);
    content.push(piece.content);
  }
  return { raw: concat(...raw), content: concat(...content), pieces: content.length };
}

function partsOf(target: string): { path: string; query: ReadonlyMap<string, string> } {
  const question = target.indexOf("?");
  if (question === -1) return { path: target, query: new Map() };
  const query = new Map(new URLSearchParams(target.slice(question + 1)));
  return { path: target.slice(0, question), query };
}
