/**
 * Reads HTTP in small pieces (P-330).
 *
 * Node parses all the requests of one read, two thousand of them, before anybody else has a turn.
 * So a read is handed to the parser piece by piece, and after a piece with many requests in it
 * everybody else is heard first.
 */
import type { Buffer } from "node:buffer";
import { Buffer as Bytes } from "node:buffer";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/** Some seventy of the shortest requests. */
const PIECE_BYTES = 2048;
/** So many requests in one turn are no flood. */
const REQUESTS_A_TURN = 10;

/** What node:http keeps on a socket, and tells nobody of. */
interface Consumed {
  readonly parser?: { unconsume(): void };
  readonly _handle?: { _consumed?: boolean };
}

/** The parser of node:http takes bytes from beneath the stream, unless it is told not to. */
function readFromStream(socket: Duplex): void {
  const { parser, _handle: handle } = socket as Consumed; // as node:http has made it
  if (handle?._consumed !== true) return;
  parser?.unconsume();
  handle._consumed = false;
}

export interface Pieces {
  /** The first bytes of an upgraded connection: `head`, and what the parser was not given any more. */
  headOf(socket: Duplex, head: Buffer): Buffer;
}

/** `event` is what tells of a connection: `connection`, or `secureConnection` with TLS. */
export function readInPieces(http: Server, event: "connection" | "secureConnection"): Pieces {
  const requests = new WeakMap<Duplex, number>();
  const unread = new WeakMap<Duplex, Buffer>();

  http.on("request", ({ socket }: IncomingMessage) => {
    requests.set(socket, (requests.get(socket) ?? 0) + 1);
  });

  http.on(event, (socket: Duplex) => {
    const [parse] = socket.listeners("data") as ((chunk: Buffer) => void)[]; // node:http's own
    if (parse === undefined) return;
    readFromStream(socket);
    socket.off("data", parse);
    socket.on("data", read);

    function read(chunk: Buffer): void {
      let rest = chunk;
      requests.set(socket, 0);
      while (rest.length > 0 && !socket.destroyed) {
        const piece = rest.subarray(0, PIECE_BYTES);
        rest = rest.subarray(PIECE_BYTES);
        unread.set(socket, rest);
        parse?.(piece);
        if (unread.get(socket) === undefined) return void socket.off("data", read); // upgraded
        if (rest.length > 0 && (requests.get(socket) ?? 0) >= REQUESTS_A_TURN) {
          socket.pause();
          const left = rest;
          setImmediate(() => {
            if (socket.destroyed) return;
            read(left);
            socket.resume();
          });
          return;
        }
      }
    }
  });

  return {
    headOf(socket, head) {
      const rest = unread.get(socket);
      unread.delete(socket);
      return rest === undefined || rest.length === 0 ? head : Bytes.concat([head, rest]);
    },
  };
}
