/** The worker that a load runs in, so that nothing else of this process delays it. */
import { carryOut } from "./carry_out.ts";
import type { FromWorker, Order, ToWorker } from "./embedded_engine.ts";
import { Run } from "./run.ts";

declare const self: {
  onmessage: (event: MessageEvent<ToWorker>) => void;
  postMessage(message: FromWorker): void;
};

const interrupted = new AbortController();

self.onmessage = ({ data }) => {
  if (data.kind === "interrupt") interrupted.abort();
  else void work(data);
};

async function work({ plan, secret, session }: Order): Promise<void> {
  const measurements = await carryOut(
    new Run(plan, secret, session),
    interrupted.signal,
    (interval) => self.postMessage({ kind: "interval", interval }),
  );
  self.postMessage({ kind: "measured", measurements });
}
