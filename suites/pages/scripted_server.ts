/**
 * A server that behaves as a scenario says, for judging clients: a real WebSocket server at a free
 * port. What travels is recorded as the client sees it: `sent` is what the client sends.
 */
import http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";
import { Buffer } from "node:buffer";
import { encodeBase64 } from "@std/encoding";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Happening } from "../record/evidence.ts";
import type { Attempt } from "../engine/attempt.ts";
import { isRecord, readFrame } from "../wire/frame.ts";

/** How the server behaves until it is told otherwise. */
export interface Script {
  /** In `pusher:connection_established`, seconds. */
  activityTimeout: number;
  /** Whether the data of its messages is a string of JSON or an object. */
  data: "string" | "object";
  /** Milliseconds until it answers `pusher:ping`, or `never`. */
  pong: number | "never";
  /** What it does with connection attempts: answer, end them, or say nothing at all. */
  door: "open" | "shut" | "silent";
  /** Answers to `pusher:subscribe` and `pusher:signin`, or none. */
  answers: boolean;
}

export interface ScriptedServer {
  readonly host: string;
  readonly port: number;
  /** Another port, where a TLS handshake is only noticed. */
  readonly tlsPort: number;
  readonly script: Script;
  /** From now on what travels is recorded under this client's name. */
  serve(client: string): void;
  /** Sends a message on the latest connection. */
  send(
    message: { readonly event: string; readonly channel?: string; readonly data?: unknown },
  ): void;
  /** A ping of the WebSocket protocol. */
  ping(): void;
  closeWith(code: number, reason: string): void;
  /** Ends the TCP connection without a close frame. */
  cut(): void;
  close(): void;
}

const servers = new WeakMap<Attempt, ScriptedServer>();

/** The scenario's scripted server, when a step has set one up. */
export const scriptedServerOf = (attempt: Attempt): ScriptedServer | undefined =>
  servers.get(attempt);

/** Starts the scenario's scripted server; it ends with the scenario. */
export async function startScriptedServer(
  attempt: Attempt,
  script: Script,
): Promise<ScriptedServer> {
  const host = "127.0.0.1";
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const doorway = http.createServer();
  const lines = new Set<Duplex>();
  let client = "";
  let connections = 0;
  let latest: Connection | undefined;

  const add = (happening: Happening) => void attempt.log.add(happening);
  doorway.on("upgrade", (request, line, head) => {
    lines.add(line);
    line.on("error", () => line.destroy());
    const socket = `${client}#${++connections}`;
    add({ kind: "dial", socket, url: `ws://${host}:${port}${request.url ?? ""}` });
    if (script.door === "shut") line.destroy();
    if (script.door !== "open") return;
    sockets.handleUpgrade(request, line, head, (ws) => {
      latest = converse(ws, line, { socket, script, add, number: connections });
    });
  });
  const secure = net.createServer((line) => {
    lines.add(line);
    line.on("error", () => line.destroy());
    line.once("data", (bytes) => {
      const what = bytes[0] === TLS_HANDSHAKE ? "wss" : "ws";
      add({
        kind: "dial",
        socket: `${client}#${++connections}`,
        url: `${what}://${host}:${tlsPort}`,
      });
      line.destroy();
    });
  });
  const [port, tlsPort] = await Promise.all([listening(doorway, host), listening(secure, host)]);

  const server: ScriptedServer = {
    host,
    port,
    tlsPort,
    script,
    serve: (name) => {
      client = name;
    },
    send: (message) => latest?.send(message),
    ping: () => latest?.ping(),
    closeWith: (code, reason) => latest?.end(code, reason),
    cut: () => latest?.end(1006, ""),
    close: () => {
      doorway.close();
      secure.close();
      for (const line of lines) line.destroy();
    },
  };
  servers.set(attempt, server);
  attempt.atRelease(server.close);
  return server;
}

/** First byte of a TLS record that begins a handshake (RFC 8446, section 5.1). */
const TLS_HANDSHAKE = 0x16;

async function listening(server: net.Server, host: string): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as net.AddressInfo; // a listening TCP server has one
  return port;
}

interface Connection {
  send: ScriptedServer["send"];
  ping(): void;
  /** With 1006, without a close frame. */
  end(code: number, reason: string): void;
}

interface ConnectionParts {
  readonly socket: string;
  readonly script: Script;
  readonly add: (happening: Happening) => void;
  readonly number: number;
}

function converse(ws: WebSocket, line: Duplex, parts: ConnectionParts): Connection {
  const { socket, script, add, number } = parts;
  let over = false;
  const ended = (by: "target" | "plumbline", code: number, reason: string) => {
    if (over) return;
    over = true;
    add({ kind: "closed", socket, by, code, reason });
  };
  const send: ScriptedServer["send"] = ({ event, channel, data = {} }) => {
    if (over) return;
    const encoded = script.data === "string" && typeof data !== "string"
      ? JSON.stringify(data)
      : data;
    const text = JSON.stringify({
      event,
      ...(channel === undefined ? {} : { channel }),
      data: encoded,
    });
    add({ kind: "received", socket, opcode: "text", text, bytes: Buffer.byteLength(text) });
    ws.send(text);
  };
  const control = (kind: "sent" | "received", opcode: "ping" | "pong", data: Buffer) =>
    add({ kind, socket, opcode, base64: encodeBase64(data), bytes: data.length });

  ws.on("message", (data: RawData, binary: boolean) => {
    const bytes = data as Buffer; // the default binaryType gives one buffer
    if (binary) {
      const base64 = encodeBase64(bytes);
      return add({ kind: "sent", socket, opcode: "binary", base64, bytes: bytes.length });
    }
    const text = bytes.toString("utf8");
    add({ kind: "sent", socket, opcode: "text", text, bytes: bytes.length });
    reply(text, script, send);
  });
  ws.on("ping", (data: Buffer) => control("sent", "ping", data));
  ws.on("pong", (data: Buffer) => control("sent", "pong", data));
  ws.on("error", () => ws.terminate());
  ws.on("close", (code: number, reason: Buffer) => ended("plumbline", code, reason.toString()));
  add({ kind: "open", socket });
  send({
    event: "pusher:connection_established",
    data: { socket_id: `1.${number}`, activity_timeout: script.activityTimeout },
  });
  return {
    send,
    ping: () => {
      control("received", "ping", Buffer.from("are you there"));
      ws.ping("are you there");
    },
    end: (code, reason) => {
      ended("target", code, reason);
      if (code === 1006) line.destroy();
      else ws.close(code, reason);
    },
  };
}

/** What a server that admits everybody answers. */
function reply(text: string, script: Script, send: ScriptedServer["send"]): void {
  const frame = readFrame(text);
  if (!frame) return;
  if (frame.event === "pusher:ping" && script.pong !== "never") {
    setTimeout(() => send({ event: "pusher:pong" }), script.pong);
  }
  if (!script.answers || !isRecord(frame.data)) return;
  const { channel, channel_data, user_data } = frame.data;
  if (frame.event === "pusher:subscribe" && typeof channel === "string") {
    const data = typeof channel_data === "string" ? rosterOf(channel_data) : {};
    send({ event: "pusher_internal:subscription_succeeded", channel, data });
  }
  if (frame.event === "pusher:signin") {
    send({ event: "pusher:signin_success", data: { user_data } });
  }
}

/** A roster with the joining member alone. */
function rosterOf(channelData: string): unknown {
  const { user_id, user_info = null } = JSON.parse(channelData);
  return { presence: { ids: [user_id], hash: { [user_id]: user_info }, count: 1 } };
}
