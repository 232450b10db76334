/**
 * One WebSocket under full control: the `ws` library for the framing, the TCP socket beneath it
 * for everything a well-behaved library would not do (resets, raw bytes, half-open lines).
 */
import type net from "node:net";
import { Buffer } from "node:buffer";
import WebSocket from "ws";
import { proxyOf } from "./tunnel.ts";
import { openLine, openLineThrough, type Way } from "./way.ts";
import { unfinished } from "./unfinished.ts";

/** What a socket reports, in the order it happened. */
export interface SocketListener {
  opened(): void;
  /** Refused before the upgrade, with an HTTP answer; of a long body only the beginning. */
  refused(status: number, body: string): void;
  /**
   * Could not be reached, or broke the WebSocket protocol; `closed` follows. `code` is the system's
   * own word for it, such as `ECONNREFUSED`, where there is one.
   */
  failed(reason: string, code?: string): void;
  /** A message larger than is read: this end breaks off the connection, and `closed` follows. */
  overfull?(reason: string): void;
  text(text: string): void;
  binary(data: Uint8Array): void;
  control(kind: "ping" | "pong", data: Uint8Array): void;
  closed(code: number, reason: string): void;
}

export interface DialOptions {
  /** In the place of the library's own where the names are the same, such as Connection. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Offer permessage-deflate (RFC 7692), as every browser does. */
  readonly offersCompression?: boolean;
  /** Whom to trust, who this client is, and what every upgrade carries. */
  readonly way?: Way;
  /** Answer protocol pings by itself, as every browser does. */
  readonly autoPong?: boolean;
  /** Answer no close frame, so that the line lasts until the other end gives it up. */
  readonly ignoresClose?: boolean;
}

export interface Socket {
  sendText(text: string): void;
  /** Bytes in a text frame, valid UTF-8 or not. */
  sendTextBytes(bytes: Uint8Array): void;
  sendBinary(bytes: Uint8Array): void;
  /** One text message in several frames; `between` runs after the first of them. */
  sendFragments(parts: readonly string[], between?: () => void): void;
  ping(data: string): void;
  pong(data: string): void;
  /** Bytes beneath the WebSocket layer, unmasked and unframed. */
  sendRaw(bytes: Uint8Array): void;
  /** A clean close, with the WebSocket handshake. */
  close(code?: number, reason?: string): void;
  /** Ends this half of the TCP line: no close frame, and what comes is still read. */
  end(): void;
  /** TCP reset: no close frame, no FIN. */
  reset(): void;
  /** Stop reading from TCP, so that the target's buffers fill; and read on. */
  pause(): void;
  resume(): void;
}

/** Bytes of the longest message that is read; a longer one ends the connection. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** The library's own words for such a message, and for one of too many fragments. */
const TOO_LONG = ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", "WS_ERR_TOO_MANY_BUFFERED_PARTS"];
/** Bytes of the body of a refusal that are read. */
const MAX_REFUSAL_BYTES = 64 * 1024;

/** A copy no longer tied to the library's receive buffer, which an encoder might take for its own. */
const plain = (data: Buffer): Uint8Array => new Uint8Array(data);

/**
 * Dials `url`, through a proxy where the environment names one; everything that happens is told to
 * `listener`. Never throws for what a target does.
 */
export function dial(url: string, options: DialOptions, listener: SocketListener): Socket {
  const address = new URL(url);
  const way = options.way ?? {};
  const proxy = proxyOf(address);
  const dialled = (line: net.Socket) => dialOn(line, url, options, listener);
  return proxy === undefined
    ? dialled(openLine(address, way))
    : onceOpen(openLineThrough(proxy, address, way), dialled, listener);
}

/** The socket of a line that is still to come; until then there is nothing to send on. */
function onceOpen(
  coming: Promise<net.Socket>,
  dialled: (line: net.Socket) => Socket,
  listener: SocketListener,
): Socket {
  let socket: Socket | undefined;
  let isGone = false;
  coming.then((line) => {
    if (isGone) line.destroy();
    else socket = dialled(line);
  }, ({ message, code }: Error & { code?: string }) => {
    if (isGone) return;
    isGone = true;
    listener.failed(message, code);
    listener.closed(1006, "");
  });
  const giveUp = () => {
    if (isGone) return;
    isGone = true;
    listener.closed(1006, "");
  };
  return {
    sendText: (text) => socket?.sendText(text),
    sendTextBytes: (bytes) => socket?.sendTextBytes(bytes),
    sendBinary: (bytes) => socket?.sendBinary(bytes),
    sendFragments: (parts, between) => socket?.sendFragments(parts, between),
    ping: (data) => socket?.ping(data),
    pong: (data) => socket?.pong(data),
    sendRaw: (bytes) => socket?.sendRaw(bytes),
    close: (code, reason) => socket ? socket.close(code, reason) : giveUp(),
    end: () => socket ? socket.end() : giveUp(),
    reset: () => socket ? socket.reset() : giveUp(),
    pause: () => socket?.pause(),
    resume: () => socket?.resume(),
  };
}

function dialOn(
  line: net.Socket,
  url: string,
  options: DialOptions,
  listener: SocketListener,
): Socket {
  line.setNoDelay(true);
  // Between two owners of the line nobody else listens, and a reset would end this process.
  line.on("error", () => {});

  const ws = new WebSocket(url, {
    // Set last, or the library's own Connection and Upgrade would take their place.
    finishRequest: (request) => {
      for (const [name, value] of Object.entries({ ...options.way?.headers, ...options.headers })) {
        request.setHeader(name, value);
      }
      request.end();
    },
    perMessageDeflate: options.offersCompression ?? false,
    maxPayload: MAX_MESSAGE_BYTES,
    autoPong: options.autoPong ?? true,
    // ws would otherwise dial by itself, and the line would be out of reach.
    createConnection: () => line,
  });
  // The library answers a close frame by closing.
  if (options.ignoresClose) ws.close = () => {};
  /** Not held on to once it has ended: what it had of an unfinished message ends with it. */
  let open: WebSocket | undefined = ws;
  const held = unfinished();
  let bytesHeld = 0;
  const whole = () => held.holds(bytesHeld = 0);
  line.on("close", whole);
  ws.on("open", () => {
    // Before the library's own listener: what it makes whole of a chunk no longer counts.
    line.prependListener("data", (chunk: Buffer) => {
      if (held.holds(bytesHeld += chunk.length)) return;
      listener.overfull?.("the unfinished messages of all connections are too much to be held");
      line.destroy();
    });
    listener.opened();
  });
  ws.on("unexpected-response", (_request, response) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const refuse = () => {
      listener.refused(
        response.statusCode ?? 0,
        Buffer.concat(chunks).subarray(0, MAX_REFUSAL_BYTES).toString("utf8"),
      );
      line.destroy();
    };
    response.on("data", (chunk: Uint8Array) => {
      if (size >= MAX_REFUSAL_BYTES) return;
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_REFUSAL_BYTES) refuse(); // a body without end has no "end"
    });
    response.on("end", () => {
      if (size < MAX_REFUSAL_BYTES) refuse();
    });
  });
  ws.on("error", (error: Error & { code?: string }) => {
    if (!TOO_LONG.includes(error.code ?? "")) return listener.failed(error.message, error.code);
    listener.overfull?.(`a message that is larger than is read: ${error.message}`);
  });
  ws.on("message", (data: Buffer, isBinary: boolean) => {
    whole();
    if (isBinary) listener.binary(plain(data));
    else listener.text(data.toString("utf8"));
  });
  ws.on("ping", (data: Buffer) => listener.control("ping", plain(data)));
  ws.on("pong", (data: Buffer) => listener.control("pong", plain(data)));
  ws.on("close", (code: number, reason: Buffer) => {
    open = undefined;
    listener.closed(code, reason.toString("utf8"));
  });
  return socketOf(() => open, line);
}

function socketOf(open: () => WebSocket | undefined, line: net.Socket): Socket {
  const whenOpen = (act: (ws: WebSocket) => void) => {
    const ws = open();
    if (ws?.readyState === WebSocket.OPEN) act(ws);
  };
  return {
    sendText: (text) => whenOpen((ws) => ws.send(text)),
    sendTextBytes: (bytes) => whenOpen((ws) => ws.send(bytes, { binary: false })),
    sendBinary: (bytes) => whenOpen((ws) => ws.send(bytes, { binary: true })),
    sendFragments: (parts, between) =>
      whenOpen((ws) =>
        parts.forEach((part, index) => {
          ws.send(part, { fin: index === parts.length - 1, binary: false });
          if (index === 0) between?.();
        })
      ),
    ping: (data) => whenOpen((ws) => ws.ping(data)),
    pong: (data) => whenOpen((ws) => ws.pong(data)),
    sendRaw: (bytes) => void line.write(bytes),
    close: (code, reason) => {
      const ws = open();
      if (ws) WebSocket.prototype.close.call(ws, code, reason);
    },
    end: () => void line.end(),
    reset: () => {
      if ("resetAndDestroy" in line) line.resetAndDestroy();
      else open()?.terminate();
    },
    pause: () => void line.pause(),
    resume: () => void line.resume(),
  };
}
