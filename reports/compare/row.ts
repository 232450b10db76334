/** What a comparison is made of: rows, whatever was compared. */

/** What became of a figure or a verdict from the base to the new. */
export type Change =
  /** Held, and fails now. */
  | "broken"
  | "fixed"
  /** Fails, and was not judged in the base. */
  | "new"
  /** Was judged in the base, and is not any more. */
  | "gone"
  /** Came to different verdicts in one run or in repeats. */
  | "flaky"
  /** Differs by more than the threshold and more than the noise. */
  | "worse"
  | "better"
  /** A difference that repeating the run may show as well, or one below the threshold. */
  | "noise"
  | "same"
  /** Too little was measured to tell. */
  | "unknown";

export interface Row {
  readonly group: "Verdicts" | "Scores" | "Latency" | "Deliveries" | "Resources" | "Capacity";
  readonly name: string;
  readonly change: Change;
  /** Whether it makes the command fail. */
  readonly isRegression: boolean;
  /** In words with units; absent where there is nothing to show. */
  readonly base?: string;
  readonly new?: string;
  /** `+12% (+8% to +16%)`. */
  readonly difference?: string;
  readonly detail?: string;
}

/** One side of a comparison. */
export interface Side {
  readonly title: string;
  readonly startedAt: string;
  readonly runs: number;
}

export interface Comparison {
  readonly kind: "check" | "load" | "capacity";
  readonly base: Side;
  readonly new: Side;
  readonly rows: readonly Row[];
  /** What a reader must know of the two before the figures. */
  readonly notes: readonly string[];
  /** Why they cannot be compared, or not wholly. */
  readonly incomplete?: string;
}

/** What is asked of a difference, each as a share: 0.1 is ten percent. */
export interface Thresholds {
  readonly latency: number;
  readonly resources: number;
  readonly capacity: number;
  /** Of all deliveries, those that were lost. */
  readonly lost: number;
}

export const THRESHOLDS: Thresholds = { latency: 0.1, resources: 0.2, capacity: 0.1, lost: 0.001 };
