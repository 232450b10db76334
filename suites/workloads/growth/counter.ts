/** A connection whose frames are counted and not kept, for traffic that no judge reads. */
import { PUSHER_JS_QUERY } from "../../client/query.ts";
import type { Attempt } from "../../engine/attempt.ts";
import { isRecord, readFrame } from "../../wire/frame.ts";
import { dial, type Socket } from "../../wire/socket.ts";

export interface Counter {
  readonly socketId: string;
  send(message: unknown): void;
  /**
   * Waits until so many frames of this event have come since the connection was made.
   *
   * @throws {Error} when the connection ends before, or the scenario's deadline passes.
   */
  came(event: string, count: number): Promise<void>;
  close(): void;
}

/** Connects to the attempt's app, and waits for the greeting. */
export async function openCounter(attempt: Attempt): Promise<Counter> {
  const { app, target, deadlineMs, log } = attempt;
  const counts = new Map<string, number>();
  let socketId = "";
  let ended: string | undefined;
  let wake = () => {};
  const end = (how: string) => {
    ended ??= how;
    wake();
  };
  const query = new URLSearchParams(PUSHER_JS_QUERY);
  const line: Socket = dial(
    `${target.websocketUrl}/app/${app.key}?${query}`,
    { way: target.ways.websocket },
    {
      opened: () => {},
      refused: (status) => end(`it was refused: HTTP ${status}`),
      failed: (reason) => end(reason),
      text: (text) => {
        const frame = readFrame(text);
        if (!frame) return;
        if (frame.event === "pusher:ping") line.sendText('{"event":"pusher:pong","data":{}}');
        if (isRecord(frame.decoded) && frame.event === "pusher:connection_established") {
          socketId = String(frame.decoded.socket_id);
        }
        counts.set(frame.event, (counts.get(frame.event) ?? 0) + 1);
        wake();
      },
      binary: () => {},
      control: () => {},
      closed: (code) => end(`it was closed with ${code}`),
    },
  );
  const counter: Counter = {
    get socketId() {
      return socketId;
    },
    send: (message) => line.sendText(JSON.stringify(message)),
    came: async (event, count) => {
      const over = performance.now() + deadlineMs + log.patienceMs;
      while ((counts.get(event) ?? 0) < count) {
        if (ended !== undefined) throw new Error(`no ${event} came on a connection: ${ended}`);
        const leftMs = over - performance.now();
        if (leftMs <= 0) {
          throw new Error(`${counts.get(event) ?? 0} of ${count} ${event} came in time`);
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, leftMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    close: () => line.close(1000),
  };
  await counter.came("pusher:connection_established", 1);
  return counter;
}
