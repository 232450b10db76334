/**
 * One WebSocket under full control: the `ws` library for the framing, the TCP socket beneath it
 * for everything a well-behaved library would not do (resets, raw bytes, half-open lines).
 */
import net from "node:net";
import tls from "node:tls";
import { Buffer } from "node:buffer";
import WebSocket from "ws";

/** What a socket reports, in the order it happened. */
export interface SocketListener {
  opened(): void;
  /** Refused before the upgrade, with an HTTP answer. */
  refused(status: number, body: string): void;
  /**
   * Could not be reached, or broke the WebSocket protocol; `closed` follows. `code` is the system's
   * own word for it, such as `ECONNREFUSED`, where there is one.
   */
  failed(reason: string, code?: string): void;
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
  /** PEM certificates to trust, for `wss`. */
  readonly ca?: string;
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

const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** A copy no longer tied to the library's receive buffer, which an encoder might take for its own. */
const plain = (data: Buffer): Uint8Array => new Uint8Array(data);

/** Dials `url`; everything that happens is told to `listener`. Never throws for what a target does. */
export function dial(url: string, options: DialOptions, listener: SocketListener): Socket {
  const { hostname, port, protocol } = new URL(url);
  const secure = protocol === "wss:";
  const where = {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port || (secure ? 443 : 80)),
  };
  const line = secure
    ? tls.connect({
      ...where,
      servername: net.isIP(where.host) ? "" : where.host,
      ...(options.ca ? { ca: options.ca } : {}),
    })
    : net.connect(where);
  line.setNoDelay(true);
  // Between two owners of the line nobody else listens, and a reset would end this process.
  line.on("error", () => {});

  const ws = new WebSocket(url, {
    // Set last, or the library's own Connection and Upgrade would take their place.
    finishRequest: (request) => {
      for (const [name, value] of Object.entries(options.headers ?? {})) {
        request.setHeader(name, value);
      }
      request.end();
    },
    perMessageDeflate: options.offersCompression ?? false,
    maxPayload: MAX_FRAME_BYTES,
    autoPong: options.autoPong ?? true,
    // ws would otherwise dial by itself, and the line would be out of reach.
    createConnection: () => line,
  });
  // The library answers a close frame by closing.
  const close = ws.close.bind(ws);
  if (options.ignoresClose) ws.close = () => {};
  ws.on("open", () => listener.opened());
  ws.on("unexpected-response", (_request, response) => {
    const chunks: Uint8Array[] = [];
    response.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    response.on("end", () => {
      listener.refused(response.statusCode ?? 0, Buffer.concat(chunks).toString("utf8"));
      line.destroy();
    });
  });
  ws.on("error", (error: Error & { code?: string }) => listener.failed(error.message, error.code));
  ws.on("message", (data: Buffer, isBinary: boolean) => {
    if (isBinary) listener.binary(plain(data));
    else listener.text(data.toString("utf8"));
  });
  ws.on("ping", (data: Buffer) => listener.control("ping", plain(data)));
  ws.on("pong", (data: Buffer) => listener.control("pong", plain(data)));
  ws.on("close", (code: number, reason: Buffer) => listener.closed(code, reason.toString("utf8")));

  const whenOpen = (act: () => void) => {
    if (ws.readyState === WebSocket.OPEN) act();
  };
  return {
    sendText: (text) => whenOpen(() => ws.send(text)),
    sendTextBytes: (bytes) => whenOpen(() => ws.send(bytes, { binary: false })),
    sendBinary: (bytes) => whenOpen(() => ws.send(bytes, { binary: true })),
    sendFragments: (parts, between) =>
      whenOpen(() =>
        parts.forEach((part, index) => {
          ws.send(part, { fin: index === parts.length - 1, binary: false });
          if (index === 0) between?.();
        })
      ),
    ping: (data) => whenOpen(() => ws.ping(data)),
    pong: (data) => whenOpen(() => ws.pong(data)),
    sendRaw: (bytes) => void line.write(bytes),
    close,
    end: () => void line.end(),
    reset: () => {
      if ("resetAndDestroy" in line) line.resetAndDestroy();
      else ws.terminate();
    },
    pause: () => void line.pause(),
    resume: () => void line.resume(),
  };
}
