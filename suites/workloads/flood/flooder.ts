/**
 * The thread that floods: one connection, all of its messages or requests written at once, and the
 * answers counted. It runs beside the main thread, so that the clients there are not the ones who
 * wait for it.
 */
import { parentPort } from "node:worker_threads";
import { clientFrame } from "../../wire/client_frame.ts";

/** What it is told. */
export interface Orders {
  readonly hostname: string;
  readonly port: number;
  /** `Host` of its requests. */
  readonly host: string;
  /** Further headers of its requests. */
  readonly headers: Readonly<Record<string, string>>;
  /** The request that opens the WebSocket, or each of the requests of the flood. */
  readonly target: string;
  readonly floods: "pings" | "requests";
  readonly times: number;
  /** It gives up when nothing has come for so long. */
  readonly idleMs: number;
}

/** What it tells: that it begins, and in the end what came of it. */
export type Report =
  | { readonly kind: "begins" }
  | { readonly kind: "over"; readonly answered: number; readonly how: string };

const text = new TextEncoder();

/** One after the other in one buffer. */
function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let at = 0; at < times; at++) all.set(bytes, at * bytes.length);
  return all;
}

/** The first lines of a request, headers included. */
const headOf = ({ target, host, headers }: Orders) =>
  [`GET ${target} HTTP/1.1`, `Host: ${host}`, ...Object.entries(headers).map((it) => it.join(": "))]
    .join("\r\n");

const handshake = (orders: Orders) =>
  text.encode(
    `${headOf(orders)}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );

async function flood(orders: Orders, tell: (report: Report) => void): Promise<void> {
  const { hostname, port, floods, times, idleMs } = orders;
  const line = await Deno.connect({ hostname, port });
  const decoder = new TextDecoder();
  let isGreeted = floods === "requests";
  const sign = floods === "pings" ? "pusher:pong" : "HTTP/1.1 ";
  let heard = "";
  let answered = 0;
  const buffer = new Uint8Array(65_536);
  /** Reads once; false at the end of the line. */
  const hear = async () => {
    const timer = setTimeout(() => line.close(), idleMs);
    const count = await line.read(buffer).finally(() => clearTimeout(timer));
    if (count === null) return false;
    heard += decoder.decode(buffer.subarray(0, count), { stream: true });
    isGreeted ||= heard.includes("pusher:connection_established");
    const parts = heard.split(sign);
    answered += parts.length - 1;
    heard = parts.at(-1)?.slice(1 - sign.length) ?? "";
    return true;
  };
  const write = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) at += await line.write(bytes.subarray(at));
  };
  let how = "all were answered";
  try {
    if (floods === "pings") {
      await write(handshake(orders));
      while (!isGreeted && await hear());
    }
    const one = floods === "pings"
      ? clientFrame('{"event":"pusher:ping","data":{}}')
      : text.encode(`${headOf(orders)}\r\n\r\n`);
    tell({ kind: "begins" });
    const written = write(repeated(one, times));
    written.catch(() => {}); // the server may let it go at any time, which is fair
    while (answered < times && await hear());
    if (answered < times) how = "the server ended the connection";
  } catch (error) {
    how = error instanceof Deno.errors.BadResource
      ? `nothing came for ${idleMs} ms`
      : "the server ended the connection";
  }
  tell({ kind: "over", answered, how });
}

// Imported for its types, it is no thread and has no parent.
parentPort?.on("message", (orders: Orders) => {
  const tell = (report: Report) => parentPort?.postMessage(report);
  void flood(orders, tell).catch((error: unknown) =>
    tell({ kind: "over", answered: 0, how: String(error) })
  );
});
