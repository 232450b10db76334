/**
 * The process that a load runs in: its order is the first line of the input, whose end interrupts
 * the run; what it sees and measures are lines of the output.
 */
import { TextLineStream } from "@std/streams";
import { carryOut } from "./carry_out.ts";
import type { Message, Order } from "./embedded_engine.ts";
import { Run } from "./run.ts";

const encoder = new TextEncoder();

/** One line, in the order they are told; a reader that has gone is nobody's loss. */
let written: Promise<void> = Promise.resolve();
const output = Deno.stdout.writable.getWriter();
function tell(message: Message): void {
  const line = encoder.encode(`${JSON.stringify(message)}\n`);
  written = written.then(() => output.write(line)).catch(() => {});
}

// A terminal interrupts the whole group: the process that began this one says when it is over.
Deno.addSignalListener("SIGINT", () => {});

const interrupted = new AbortController();
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
  .pipeThrough(new TextLineStream()).getReader();
const { value: first = "null" } = await lines.read();
const order: Order = JSON.parse(first);
void lines.read().then(() => interrupted.abort());

const measurements = await carryOut(
  new Run(order.plan, order.secret, order.session),
  interrupted.signal,
  (interval) => tell({ kind: "interval", interval }),
);
tell({ kind: "measured", measurements });
await written;
Deno.exit(0);
