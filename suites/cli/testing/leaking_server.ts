/**
 * A server of its own process that keeps memory and an open file of every event, where it is told to:
 *
 *     deno run -A leaking_server.ts PORT BYTES
 */
import { serveScript } from "../../load/testing/scripted_target.ts";

const [port, bytes] = Deno.args.map(Number);
const kept: unknown[] = [];

await serveScript(
  {
    answer: () => {
      if (bytes) kept.push(new Uint8Array(bytes).fill(1), Deno.openSync("/dev/null"));
      return {};
    },
  },
  Infinity,
  port,
);
