/**
 * A TCP socket read by pulling and written with back-pressure, so that a slow reader on one side of
 * the proxy slows the writer on the other side exactly as it would without a proxy between them.
 */
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";

/** Bytes held for a reader that has not asked for them before the sender is made to wait. */
const HIGH_WATER = 64 * 1024;

/** The peer reset the connection, or it could not be made. */
export class ConnectionLost extends Error {}

export interface Stream {
  /** The next bytes, or undefined when the peer has ended its half. Rejects when it was reset. */
  read(): Promise<Uint8Array | undefined>;
  /** Puts bytes back in front, to be read next. */
  unread(bytes: Uint8Array): void;
  /** Resolves when the peer has room for more; at once when the connection is gone. */
  write(bytes: Uint8Array | string): Promise<void>;
  /** Resolves when everything written has left for the peer, or the connection is gone. */
  drained(): Promise<void>;
  /** Ends our half (FIN). */
  end(): void;
  /** Cuts the line with RST. */
  reset(): void;
  /** True once the peer has ended its half or the connection is gone. */
  readonly over: boolean;
  /** Resolves when the peer ends its half or the connection is gone, however much is unread. */
  readonly ended: Promise<void>;
  /** Resolves when both halves are closed. */
  readonly closed: Promise<void>;
}

/** Wraps a connected socket that was opened with `allowHalfOpen`. */
export function streamOf(socket: Socket): Stream {
  const ended = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const chunks: Uint8Array[] = [];
  let held = 0;
  let failure: Error | undefined;
  let over = false;
  let wake = () => {};

  const finish = (error?: Error) => {
    failure ??= error;
    over = true;
    wake();
    ended.resolve();
  };
  socket.setNoDelay(true);
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    held += chunk.length;
    if (held > HIGH_WATER) socket.pause();
    wake();
  });
  socket.on("end", () => finish());
  socket.on("error", ({ message }) => finish(new ConnectionLost(message)));
  socket.on("close", () => {
    finish();
    closed.resolve();
  });

  const drained = async () => {
    if (socket.destroyed || !socket.writableNeedDrain) return;
    const drain = Promise.withResolvers<void>();
    socket.once("drain", drain.resolve);
    await Promise.race([drain.promise, closed.promise]);
    socket.off("drain", drain.resolve);
  };

  return {
    async read() {
      while (chunks.length === 0) {
        if (failure !== undefined) throw failure;
        if (over) return undefined;
        await new Promise<void>((resolve) => wake = resolve);
      }
      const chunk = chunks.shift();
      held -= chunk?.length ?? 0;
      if (socket.isPaused() && held <= HIGH_WATER) socket.resume();
      return chunk;
    },
    unread(bytes) {
      if (bytes.length === 0) return;
      chunks.unshift(bytes);
      held += bytes.length;
    },
    write(bytes) {
      if (!socket.destroyed && !socket.writableEnded) socket.write(bytes);
      return drained();
    },
    drained,
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
    get over() {
      return over;
    },
    ended: ended.promise,
    closed: closed.promise,
  };
}

/** Moves exactly `length` bytes from one stream to the other, or as many as there are. */
export async function move(from: Stream, to: Stream, length: number): Promise<void> {
  let left = length;
  while (left > 0) {
    const chunk = await from.read();
    if (chunk === undefined) return;
    await to.write(chunk.subarray(0, left));
    from.unread(chunk.subarray(left));
    left -= Math.min(left, chunk.length);
  }
}

/** Moves everything until the sender ends; ends and resets travel on. */
export async function pipe(from: Stream, to: Stream): Promise<void> {
  try {
    for (let chunk = await from.read(); chunk !== undefined; chunk = await from.read()) {
      await to.write(chunk);
    }
    to.end();
  } catch {
    to.reset();
  }
}
