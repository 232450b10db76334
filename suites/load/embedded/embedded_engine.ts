/** The embedded engine: runs a load plan in a Deno worker, with nothing to install. */
import { CannotRun, type Engine, type EngineRun, requireSomebody } from "../engine.ts";
import type { LoadMeasurements } from "../measurements.ts";
import type { LoadPlan } from "../plan.ts";
import type { Interval } from "./collect.ts";
import { obstacle } from "./limits.ts";

/** What is to be run. */
export interface Order extends Pick<EngineRun, "secret" | "session"> {
  readonly plan: LoadPlan;
}

export type ToWorker =
  | ({ readonly kind: "run" } & Order)
  | { readonly kind: "interrupt" };

export type FromWorker =
  | { readonly kind: "interval"; readonly interval: Interval }
  | { readonly kind: "measured"; readonly measurements: LoadMeasurements };

export const embedded: Engine = async (plan, { secret, session, signal, onInterval }) => {
  const problem = await obstacle(plan);
  if (problem) throw new CannotRun(problem);
  const worker = new Worker(new URL("worker.ts", import.meta.url), { type: "module" });
  const post = (message: ToWorker) => worker.postMessage(message);
  const interrupt = () => post({ kind: "interrupt" });
  try {
    const measurements = await new Promise<LoadMeasurements>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === "interval") onInterval?.(data.interval);
        else resolve(data.measurements);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`the load worker has failed: ${event.message}`));
      };
      post({ kind: "run", plan, secret, ...(session ? { session } : {}) });
      if (signal.aborted) interrupt();
      signal.addEventListener("abort", interrupt);
    });
    requireSomebody(measurements);
    return measurements;
  } finally {
    signal.removeEventListener("abort", interrupt);
    worker.terminate();
  }
};
