/**
 * Plumbline's own memory. A run makes ten times as much garbage as it holds, and V8 lets it pile up
 * as long as the machine has room; who starts a check beside a server wants that room for the server.
 *
 * Collecting early all the time costs two thirds more time (V8's --optimize-for-size), and once a
 * collection takes a third of a second. So garbage may pile up to a bound, and is collected in one go
 * each time that much more was allocated.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const MB = 1024 * 1024;
/** Below it nothing is collected but by V8 itself, in bytes of resident memory. */
const BOUND = 320 * MB;
/** What is allocated between two collections, in bytes of heap and buffers. */
const SHARE = 96 * MB;
const LOOKED_AT_MS = 200;

export interface OwnMemory {
  /** Collects now: before something that needs much at once. */
  collect(): void;
  stop(): void;
}

/** Keeps this process near its bound, until `stop`. */
export function boundOwnMemory(): OwnMemory {
  // Deno hands out no collector; this is how Node's own tests come by one.
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  let left = 0;
  const collect = () => {
    collectGarbage();
    left = held();
  };
  const timer = setInterval(() => {
    if (Deno.memoryUsage().rss > BOUND && held() > left + SHARE) collect();
  }, LOOKED_AT_MS);
  Deno.unrefTimer(timer);
  return { collect, stop: () => clearInterval(timer) };
}

function held(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}
