/** What runs a load plan: the embedded engine, or k6 with this project's extension. */
import { type ErrorCode, PlumblineError } from "../record/errors.ts";
import type { LoadMeasurements } from "../record/load/measurements.ts";
import type { LoadPlan } from "../record/load/plan.ts";

export interface Session {
  /** Of every request to the application. */
  readonly headers: Readonly<Record<string, string>>;
  /** What names in the body of a request stand for, such as `${token1}`: as it is in the body. */
  readonly words: Readonly<Record<string, string>>;
}

export interface EngineRun {
  /** The app's secret, which is not in the plan. */
  readonly secret: string;
  /** What lets the clients into the application, which is not in the plan either. */
  readonly session?: Session;
  /** Ends the run early; what was seen until then comes back, marked incomplete. */
  readonly signal: AbortSignal;
  /** For files of the engine's own. */
  readonly out: string;
  /** How many processes share the plan, where the engine can; 1 without it. */
  readonly processes?: number;
  /** Called once a second, where the engine can. */
  readonly onInterval?: (interval: LoadMeasurements["intervals"][number]) => void;
}

/** Throws `CannotRun` where the plan cannot be run from here, or no client connected. */
export type Engine = (plan: LoadPlan, run: EngineRun) => Promise<LoadMeasurements>;

/** The plan cannot be run on this machine, or not at all; the message says what to do. */
export class CannotRun extends PlumblineError {
  override readonly name: string = "CannotRun";
  constructor(message: string, options?: ErrorOptions, code: ErrorCode = "PLB_CANNOT_RUN") {
    super(code, message, options);
  }
}

/** The plan was run, and no client connected. */
export class NoClientConnected extends CannotRun {
  override readonly name = "NoClientConnected";
  constructor(message: string) {
    super(message, undefined, "PLB_NO_CLIENT_CONNECTED");
  }
}

/**
 * Throws `NoClientConnected` where no client had all its subscriptions at any time, in the words of
 * what happened most; not of a run that was interrupted.
 */
export function requireClients(
  { connections, troubles }: LoadMeasurements,
  { aborted }: AbortSignal,
): void {
  if (aborted || connections.planned === 0 || connections.most > 0) return;
  const [worst] = troubles.toSorted((a, b) => b.count - a.count);
  throw new NoClientConnected(
    `no client connected${worst ? `: ${worst.what}: ${worst.detail}` : ""}`,
  );
}
