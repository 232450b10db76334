/** How a command ends; each number means one thing. */
export const EXIT = {
  /** All well. */
  ok: 0,
  /** A check failed that no file expected to. */
  failed: 1,
  /** Wrong usage, or a file that cannot be used. */
  usage: 2,
  /** The target could not be reached, or the run could not be completed. */
  incomplete: 3,
  /** An expected failure now passes: the list of expectations is out of date. */
  stale: 4,
  /** A fault of Plumbline's own. */
  internal: 5,
  /** A load objective was missed; the number k6 uses. */
  objective: 99,
  /** Interrupted by the user. */
  interrupted: 130,
} as const;
export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** From the gravest: when several hold, the first one is the exit code. */
const PRECEDENCE: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.internal,
  EXIT.usage,
  EXIT.failed,
  EXIT.incomplete,
  EXIT.objective,
  EXIT.stale,
];

/** The one exit code for everything that happened. */
export function exitCode(happened: Iterable<ExitCode>): ExitCode {
  const all = new Set(happened);
  return PRECEDENCE.find((code) => all.has(code)) ?? EXIT.ok;
}
