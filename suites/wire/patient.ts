/**
 * A line that outlives its own writes. A server may answer before it has read all of a request, and
 * close (RFC 9112 §9.6); what is written then fails, and the runtime would throw away the answer that
 * has arrived. So a write that fails ends nothing: reading has what came, and tells that it is over.
 */
import type { Socket } from "node:net";

type Written = (error?: Error | null) => void;

/** Lets a socket be read to its end whatever becomes of what is written to it. Returns the socket. */
export function patient<S extends Socket>(socket: S): S {
  const { _write: write, _writev: writeMany } = socket;
  socket._write = (chunk, encoding, written: Written) =>
    write.call(socket, chunk, encoding, () => written());
  if (writeMany) {
    socket._writev = (chunks, written: Written) => writeMany.call(socket, chunks, () => written());
  }
  return socket;
}
