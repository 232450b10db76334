/** Publishing over HTTP as it may come over slow lines and through proxies: cut up, chunked, pipelined. */
import { z } from "zod";
import { delay } from "@std/async";
import { quote } from "../record/words.ts";
import { LONGEST_TEXT } from "../record/evidence_log.ts";
import type { Attempt, Exchange } from "../engine/attempt.ts";
import type { SignedRequest } from "../engine/signed_request.ts";
import { milliseconds } from "../language/duration.ts";
import {
  blocked,
  done,
  fails,
  holds,
  type Outcome,
  scenarioVerb,
  type Verb,
  type View,
} from "../engine/verb.ts";
import type { HttpResponse } from "../wire/http.ts";
import { chunk, cut, headOf, type HttpLine, openHttpLine } from "../wire/http_line.ts";
import type { Way } from "../wire/way.ts";
import { dataText } from "./api.ts";
import { many } from "../engine/demand.ts";

const cutting = {
  pieces: z.number().int().min(1).describe("TCP segments, or chunks, the body goes in"),
  gap: z.string().default("5ms").describe("between two pieces, so that they do not merge again"),
};
const publishInPieces = z.strictObject({
  on: z.string().describe("the channel"),
  event: z.string().describe("the event's name"),
  data: z.unknown().optional().describe("a string goes as it is, anything else as JSON"),
  signed: z.unknown().optional().describe("the data that is signed, where other data is sent"),
  ...cutting,
  head: z.enum(["whole", "cut"]).default("whole").describe(
    "cut: the request line and the headers go in as many pieces as the body",
  ),
  framing: z.enum(["length", "chunked"]).default("length").describe(
    "whether Content-Length says where the body ends, or its last chunk",
  ),
  expect: z.boolean().default(false).describe(
    "ask with Expect: 100-continue, and send the body when told to go on, or after a second",
  ),
});
const callInPieces = z.strictObject({
  path: z.string().describe("after /apps/{id}"),
  body: z.string().describe("as it is, whether it is JSON or not"),
  ...cutting,
});
const publishOnOneConnection = z.strictObject({
  on: z.string().describe("the channel"),
  event: z.string().describe("the event's name"),
  count: z.union([
    z.number().int().min(1),
    z.strictObject({ quick: z.number().int().min(1), full: z.number().int().min(1) }),
  ]).describe("events, numbered from 1"),
  pipelined: z.boolean().describe("whether all requests go before the first answer comes"),
});

/** How long a client waits to be told to go on before it goes on unasked (RFC 9110 §10.1.1). */
const PATIENCE_MS = 1000;

const CONNECTION = "tcp";

/** As every ordinary client frames a body. */
const WHOLE = { framing: "length", expect: false } as const;

function publication(attempt: Attempt, on: string, event: string, data: unknown): SignedRequest {
  return attempt.request({
    method: "POST",
    path: "/events",
    body: { name: event, channel: attempt.names.of(on), data: dataText(data) },
  });
}

function begin(attempt: Attempt, { method, target, headers, body }: SignedRequest): number {
  const exchange = attempt.nextExchange();
  attempt.log.add({
    kind: "request",
    exchange,
    connection: CONNECTION,
    method,
    path: target,
    headers,
    body: body.slice(0, LONGEST_TEXT),
  });
  return exchange;
}

/** Records the answer that came early, or waits for it; or records why there was none. */
async function finish(
  attempt: Attempt,
  exchange: number,
  line: HttpLine,
  early?: HttpResponse,
): Promise<Exchange> {
  const { log, deadlineMs } = attempt;
  const due = performance.now() + deadlineMs;
  try {
    let answer = early ?? await line.answer("POST", deadlineMs + log.patienceMs);
    while (answer.status < 200) answer = await line.answer("POST", deadlineMs + log.patienceMs);
    const overdueMs = performance.now() - due;
    return log.add({ kind: "response", exchange, ...answer }, overdueMs) as Exchange; // add returns what it was given, stamped
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return log.add({ kind: "no-response", exchange, reason }) as Exchange; // add returns what it was given, stamped
  }
}

/** What the target says to a head that asks whether the body may follow; nothing within a second. */
async function askedAboutBody(line: HttpLine): Promise<HttpResponse | undefined> {
  try {
    return await line.answer("POST", PATIENCE_MS);
  } catch {
    return undefined;
  }
}

/** The request with the headers that say how its body ends. */
function framed(
  request: SignedRequest,
  { framing, expect }: { framing: "length" | "chunked"; expect: boolean },
): SignedRequest {
  const length = String(new TextEncoder().encode(request.body).length);
  const headers = {
    ...request.headers,
    ...(expect ? { expect: "100-continue" } : {}),
    ...(framing === "chunked" ? { "transfer-encoding": "chunked" } : { "content-length": length }),
  };
  return { ...request, headers };
}

/** How a request is cut up. */
type Cutting = Omit<z.infer<typeof publishInPieces>, "on" | "event" | "data" | "signed">;

/** What goes on the wire, segment by segment. */
function segments(
  params: Cutting,
  request: SignedRequest,
  origin: URL,
  way: Way,
): Uint8Array[] {
  const head = headOf(request, origin, way);
  const parts = cut(new TextEncoder().encode(request.body), params.pieces);
  if (params.framing === "chunked") return [head, ...parts.map(chunk), chunk(new Uint8Array())];
  return params.head === "cut" ? [...cut(head, params.pieces), ...parts] : [head, ...parts];
}

/** Makes a request over a connection of its own, piece by piece. */
async function sendInPieces(
  attempt: Attempt,
  whole: SignedRequest,
  params: Cutting,
): Promise<Outcome> {
  const origin = new URL(attempt.target.apiUrl);
  const line = await openHttpLine(origin, attempt.target.ways.api);
  const request = framed(whole, params);
  const exchange = begin(attempt, request);
  const [head, ...rest] = segments(params, request, origin, attempt.target.ways.api);
  if (head) await line.write(head);
  const early = params.expect ? await askedAboutBody(line) : undefined;
  if (early === undefined || early.status < 200) {
    // A server may refuse by the head alone, and close before it has read the body (RFC 9110 §9.3).
    line.listen("POST");
    for (const segment of rest) {
      await delay(milliseconds(params.gap));
      // An answer may have arrived while this machine was busy: writing to a line that the server has
      // closed would lose it.
      await arrived();
      if (line.isAnswered) break;
      await line.write(segment);
    }
  }
  const answer = await finish(attempt, exchange, line, early);
  line.close();
  attempt.variables.set("answer", exchange);
  return done([answer.seq], {
    segments: rest.length + 1,
    ...(params.expect ? { toldToGoOn: early?.status === 100 } : {}),
  });
}

/** Lets the event loop deliver what has arrived and been answered meanwhile. */
async function arrived(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Publishes one of the numbered events; its answer is still to be read. */
async function send(
  attempt: Attempt,
  line: HttpLine,
  params: z.infer<typeof publishOnOneConnection>,
  n: number,
): Promise<number> {
  const request = framed(publication(attempt, params.on, params.event, { n }), WHOLE);
  const exchange = begin(attempt, request);
  const head = headOf(request, new URL(attempt.target.apiUrl), attempt.target.ways.api);
  await line.write(new Uint8Array([...head, ...new TextEncoder().encode(request.body)]));
  return exchange;
}

/** The answers of the turn, in the order they came. */
function answersIn({ events, begin, end }: View): Exchange[] {
  return events.slice(begin, end).filter((event): event is Exchange =>
    event.kind === "response" || event.kind === "no-response"
  );
}

export const TRANSPORT: readonly Verb[] = [
  scenarioVerb({
    name: "publish",
    form: "pieces",
    summary:
      "Publishes an event over a TCP connection of its own, the request cut into pieces; an answer step judges what came back.",
    schema: publishInPieces,
    asks: () => ({ messages: 1 }),
    run: ({ on, event, data, signed = data, ...params }, attempt) => {
      const { body } = publication(attempt, on, event, data);
      return sendInPieces(attempt, { ...publication(attempt, on, event, signed), body }, params);
    },
  }),
  scenarioVerb({
    name: "call",
    form: "pieces",
    summary:
      "Posts a rightly signed body of any kind to the HTTP API, cut into pieces, over a TCP connection of its own.",
    schema: callInPieces,
    run: ({ path, body, pieces, gap }, attempt) =>
      sendInPieces(attempt, attempt.request({ method: "POST", path, body }), {
        ...WHOLE,
        head: "whole",
        pieces,
        gap,
      }),
  }),
  scenarioVerb({
    name: "publishSequence",
    form: "pipelined",
    summary:
      "Publishes numbered events over one TCP connection, each request answered before the next or all sent at once; every one must be accepted.",
    schema: publishOnOneConnection,
    asks: ({ count }, turn) => ({ messages: many(count, turn) }),
    run: async (params, attempt) => {
      const count = typeof params.count === "number" ? params.count : params.count[attempt.depth];
      const line = await openHttpLine(new URL(attempt.target.apiUrl), attempt.target.ways.api);
      const numbers = Array.from({ length: count }, (_, index) => index + 1);
      const ahead: number[] = [];
      if (params.pipelined) {
        for (const n of numbers) ahead.push(await send(attempt, line, params, n));
      }
      for (const n of numbers) {
        const exchange = ahead[n - 1] ?? await send(attempt, line, params, n);
        const answer = await finish(attempt, exchange, line);
        if (answer.kind === "no-response" || answer.status !== 200) break;
      }
      line.close();
      return done([], { count });
    },
    judge: (_told, view) => {
      const count = Number(view.ended.facts?.count);
      const answers = answersIn(view);
      const bad = answers.find((answer) => answer.kind !== "response" || answer.status !== 200);
      const good = bad ? answers.indexOf(bad) : answers.length;
      if (bad) {
        return fails(
          `expected ${count} answers with status 200 on one connection; after ${good} came ${
            quote(bad)
          }`,
          [bad.seq],
        );
      }
      return good === count
        ? holds(
          `${count} requests were answered on one connection`,
          answers.slice(-1).map((a) => a.seq),
        )
        : blocked(`only ${good} of ${count} requests were made`);
    },
  }),
];
