/** A client of a scenario: a name, its connections one after the other, and what it must answer. */
import { Buffer } from "node:buffer";
import { encodeBase64 } from "@std/encoding";
import type { App } from "../../targets/target.ts";
import { dial, type DialOptions, type Socket } from "../wire/socket.ts";
import { isRecord } from "../wire/frame.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf } from "../record/frames.ts";
import { type EvidenceLog, LONGEST_HEARD, LONGEST_TEXT } from "../record/evidence_log.ts";

/** Whom a client speaks for: it passes on what the target sends, and answers nothing by itself. */
export interface Relay {
  opened(): void;
  text(text: string): void;
  binary(data: Uint8Array): void;
  /** Closed, refused or broken; 1006 without a close frame. */
  ended(code: number, reason: string): void;
}

export interface Client {
  readonly name: string;
  readonly app: App;
  /** The current connection, for example `ana#2`. */
  readonly socket: string;
  /** Index in the journal where the current connection was dialled. */
  readonly since: number;
  readonly isOpen: boolean;
  /** From `pusher:connection_established`; `undefined` before. */
  readonly socketId: string | undefined;
  /** Seconds the server announced; `undefined` before. */
  readonly activityTimeout: number | undefined;
  /** The socket beneath, for what no library would do. Every use must be recorded. */
  readonly line: Socket | undefined;
  /**
   * With `answersEvents: false` every `pusher:ping` on this connection goes unanswered. With a
   * `relay`, the frames go there, and answering is left to it.
   */
  dial(
    url: string,
    options?: DialOptions & { readonly answersEvents?: boolean },
    relay?: Relay,
  ): void;
  /** Sends a message and records it; says nothing when the socket is not open. */
  send(message: unknown): void;
  sendText(text: string): void;
  /** The next event of this client from `from` on that `wanted` accepts; none once its line has ended. */
  until(
    wanted: (event: Evidence) => boolean,
    deadlineMs: number,
    from?: number,
  ): Promise<Evidence | undefined>;
  /** Ends the connection without ceremony, at the end of a run. */
  release(): void;
}

/** Makes a client that writes everything it sends and receives into `journal`. */
export function createClient(
  name: string,
  app: App,
  log: EvidenceLog,
  dialOptions: DialOptions,
): Client {
  let connections = 0;
  let line: Socket | undefined;
  /** Earlier ones may still be open. */
  const lines: Socket[] = [];
  let since = 0;
  let isOpen = false;
  let hasEnded = false;
  let socketId: string | undefined;
  let activityTimeout: number | undefined;

  const record = (kind: "sent" | "received", socket: string, opcode: "text", text: string) => {
    const longest = kind === "received" ? LONGEST_HEARD : LONGEST_TEXT;
    const kept = text.length > longest ? text.slice(0, longest) : text;
    return log.add({
      kind,
      socket,
      opcode,
      text: kept,
      bytes: Buffer.byteLength(text),
    });
  };

  const client: Client = {
    name,
    app,
    get socket() {
      return `${name}#${connections}`;
    },
    get since() {
      return since;
    },
    get isOpen() {
      return isOpen;
    },
    get socketId() {
      return socketId;
    },
    get activityTimeout() {
      return activityTimeout;
    },
    get line() {
      return line;
    },

    dial(url, { answersEvents = true, ...options } = {}, relay) {
      const socket = `${name}#${++connections}`;
      const current = () => socket === client.socket;
      since = log.events.length;
      let closing = false;
      hasEnded = false;
      socketId = activityTimeout = undefined;
      log.add({ kind: "dial", socket, url });
      const intake = log.intake.connection();
      let isGivenUp = false;
      let ended = false;
      const giveUp = (reason: string) => {
        if (isGivenUp || ended) return;
        isGivenUp = true;
        log.intake.giveUp();
        log.add({ kind: "given-up", socket, reason, ...intake.heard });
        begin();
      };
      /** Whether a message is evidence; the first that is too much ends the connection. */
      const takes = (bytes: number) => {
        if (isGivenUp) return false;
        if (intake.takes(bytes)) return true;
        giveUp("it sends more than is taken in as evidence");
        reset();
        return false;
      };
      const finish = (event: () => void) => {
        if (ended) return;
        ended = true;
        if (current()) {
          isOpen = false;
          hasEnded = true;
        }
        event();
      };
      line = dial(url, { ...dialOptions, ...options }, {
        opened: () => {
          if (current()) isOpen = true;
          log.add({ kind: "open", socket });
          relay?.opened();
        },
        refused: (status, body) =>
          finish(() => {
            log.add({
              kind: "upgrade-refused",
              socket,
              status,
              body: body.slice(0, LONGEST_TEXT),
            });
            relay?.ended(1006, "");
          }),
        overfull: giveUp,
        failed: (reason) => void log.add({ kind: "note", text: `${socket}: ${reason}` }),
        text: (text) => {
          if (!takes(text.length)) return;
          const event = record("received", socket, "text", text);
          const frame = frameOf(event);
          relay?.text(text);
          if (!frame || !current()) return;
          if (frame.event === "pusher:connection_established" && isRecord(frame.decoded)) {
            const { socket_id, activity_timeout } = frame.decoded;
            if (typeof socket_id === "string") socketId = socket_id;
            if (typeof activity_timeout === "number") activityTimeout = activity_timeout;
          }
          if (frame.event === "pusher:ping" && answersEvents && !relay) {
            client.send({ event: "pusher:pong", data: {} });
          }
        },
        binary: (data) => {
          if (!takes(data.length)) return;
          log.add({
            kind: "received",
            socket,
            opcode: "binary",
            base64: encodeBase64(data.subarray(0, LONGEST_TEXT)),
            bytes: data.length,
          });
          relay?.binary(data);
        },
        control: (kind, data) => {
          if (!takes(data.length)) return;
          log.add({
            kind: "received",
            socket,
            opcode: kind,
            base64: encodeBase64(data),
            bytes: data.length,
          });
          if (kind === "ping" && options.autoPong !== false) {
            // `ws` has answered by itself; the record shows it as sent.
            log.add({
              kind: "sent",
              socket,
              opcode: "pong",
              base64: encodeBase64(data),
              bytes: data.length,
            });
          }
        },
        closed: (code, reason) =>
          finish(() => {
            log.add({
              kind: "closed",
              socket,
              by: closing ? "plumbline" : "target",
              code,
              reason,
            });
            relay?.ended(code, reason);
          }),
      });
      const { close, end, reset } = line;
      const begin = () => {
        if (!closing && !ended) log.add({ kind: "closing", socket });
        closing = true;
      };
      line = {
        ...line,
        close: (...args) => {
          begin();
          close(...args);
        },
        end: () => {
          begin();
          end();
        },
        reset: () => {
          begin();
          reset();
        },
      };
      lines.push(line);
    },

    send: (message) => client.sendText(JSON.stringify(message)),

    sendText(text) {
      if (!line || !isOpen) return;
      record("sent", client.socket, "text", text);
      line.sendText(text);
    },

    async until(wanted, deadlineMs, from = since) {
      const isOwn = (event: Evidence) => "socket" in event && event.socket === client.socket;
      // A line that has ended says nothing more.
      if (hasEnded) return log.events.slice(from).find((event) => isOwn(event) && wanted(event));
      let found: Evidence | undefined;
      await log.until((event) => {
        if (!isOwn(event)) return false;
        if (wanted(event)) found = event;
        return found !== undefined || event.kind === "closed";
      }, { from, deadlineMs });
      return found;
    },

    release() {
      for (const one of lines.splice(0)) one.reset();
    },
  };
  return client;
}
