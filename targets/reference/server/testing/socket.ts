/** A bare WebSocket client for tests: frames as they come, waited for by event. */
import { WebSocket } from "ws";

export interface Frame {
  readonly event: string;
  readonly channel?: string;
  readonly data?: string;
  readonly user_id?: string;
}

export interface TestSocket {
  readonly ws: WebSocket;
  /** Every frame so far, in order. */
  readonly frames: readonly Frame[];
  socketId: string;
  established(): Promise<void>;
  send(message: unknown): void;
  subscribe(channel: string, more?: Record<string, unknown>): void;
  /** The next frame of that event that was not returned before, within five seconds. */
  next(event: string): Promise<Frame>;
  /** Everything the server had to say before it answered a ping sent now. */
  settled(): Promise<readonly Frame[]>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

const PATIENCE_MS = 5000;

export function openSocket(
  url: string,
  options: ConstructorParameters<typeof WebSocket>[2] = {},
): TestSocket {
  const ws = new WebSocket(url, options);
  const frames: Frame[] = [];
  const taken = new Set<Frame>();
  const waiting = new Set<() => void>();

  ws.on("message", (data) => {
    frames.push(JSON.parse(data.toString()));
    for (const look of [...waiting]) look();
  });
  ws.on("error", () => {});
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });

  function next(event: string): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const frame = frames.find((one) => one.event === event && !taken.has(one));
        if (frame === undefined) return;
        taken.add(frame);
        waiting.delete(look);
        clearTimeout(overdue);
        resolve(frame);
      };
      const overdue = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`no ${event} came; what came: ${JSON.stringify(frames)}`));
      }, PATIENCE_MS);
      waiting.add(look);
      look();
    });
  }

  const send = (message: unknown) => {
    ws.send(typeof message === "string" ? message : JSON.stringify(message));
  };
  const socket: TestSocket = {
    ws,
    frames,
    socketId: "",
    async established() {
      const frame = await next("pusher:connection_established");
      socket.socketId = JSON.parse(frame.data ?? "").socket_id;
    },
    send,
    subscribe: (channel, more = {}) =>
      send({ event: "pusher:subscribe", data: { channel, ...more } }),
    next,
    async settled() {
      send({ event: "pusher:ping", data: {} });
      await next("pusher:pong");
      return frames;
    },
    closed,
  };
  return socket;
}
