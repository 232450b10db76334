/**
 * A target in a worker of its own that holds each event back for 100 to 300 ms from its intended
 * instant, and for one second in every five lets nothing go. It knows what it did: it records each
 * delivery's time from the intended instant until it was written, by the engine's clock.
 */
import { now } from "../clock.ts";
import { Histogram } from "../histogram.ts";
import { findStamp, type Stamp } from "../stamp.ts";
import { serve } from "./target.ts";

export type ToDelaying =
  | { readonly ask: "time" }
  /** `offset`: nanoseconds from this worker's clock to the engine's. */
  | { readonly ask: "listen"; readonly offset: number }
  | { readonly ask: "applied" };

declare const self: {
  onmessage: (event: MessageEvent<ToDelaying>) => void;
  postMessage(answer: unknown): void;
};

const SECOND = 1e9, PERIOD = 5 * SECOND;
const applied = new Histogram();
const encoder = new TextEncoder();
let offset = 0;

const stamp: Stamp = {
  machine: 0,
  phase: 0,
  stream: 0,
  sequence: 0,
  intended: 0,
  overlapping: false,
};
/** By the engine's clock; what has no stamp was meant for this moment. */
function intendedOf(data: string): number | undefined {
  const bytes = encoder.encode(data);
  return findStamp(bytes, 0, bytes.length, stamp) ? stamp.intended : undefined;
}
const engineNow = () => now() + offset;

async function listen() {
  const began = engineNow();
  const hold = (data: string) => {
    let until = (intendedOf(data) ?? engineNow()) + (100 + 200 * Math.random()) * 1e6;
    const into = (until - began) % PERIOD;
    if (into > PERIOD - SECOND) until += PERIOD - into; // a stall lets go of all it holds at its end
    return new Promise<void>((resolve) =>
      void setTimeout(resolve, Math.max(0, (until - engineNow()) / 1e6))
    );
  };
  const wrote = (data: string) => {
    const intended = intendedOf(data);
    if (intended !== undefined) applied.record(engineNow() - intended);
  };
  const { websocket, api } = await serve({ hold, wrote });
  self.postMessage({ websocket, api });
}

self.onmessage = ({ data }) => {
  switch (data.ask) {
    case "time":
      return self.postMessage(now());
    case "listen":
      offset = data.offset;
      return void listen();
    case "applied":
      return self.postMessage(applied.encoded());
  }
};
