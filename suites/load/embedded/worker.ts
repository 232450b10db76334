/** The worker that a load runs in, so that nothing else of this process delays it. */
import { carryOut } from "./carry_out.ts";
import type { FromWorker, Order, ToWorker } from "./embedded_engine.ts";
import { Run } from "./run.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}

// A worker's own global scope, which the types of the main thread do not have.
const scope = self as unknown as WorkerScope;
const interrupted = new AbortController();

scope.onmessage = ({ data }) => {
  if (data.kind === "interrupt") interrupted.abort();
  else void work(data);
};

async function work({ plan, secret, session }: Order): Promise<void> {
  const measurements = await carryOut(
    new Run(plan, secret, session),
    interrupted.signal,
    (interval) => scope.postMessage({ kind: "interval", interval }),
  );
  scope.postMessage({ kind: "measured", measurements });
}
