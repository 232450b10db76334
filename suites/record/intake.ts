/**
 * How much of what a target sends is taken in as evidence. What an ordinary server sends in an
 * ordinary scenario always is; whoever sends without end is heard up to here, and no further.
 */

/** How much is heard, in messages and bytes. */
interface Measure {
  readonly frames: number;
  readonly bytes: number;
}

interface Limits {
  /** What one connection may always send. */
  readonly ordinary: Measure;
  /** The most of one connection. */
  readonly most: Measure;
  /** What all connections of a run together may send beyond the ordinary. */
  readonly beyond: Measure;
  /** Messages of a whole run: some from the start, and some more for each of its connections. */
  readonly ofARun: { readonly atFirst: number; readonly aConnection: number };
}

/**
 * How deep a run goes. An exploration is many short histories side by side, each of which is
 * forgotten when it is judged: `history` is one of them.
 */
export type Depth = "quick" | "full" | "history";

const MB = 1_000_000;
/**
 * By how deep a run goes. The most that scenarios made the reference server send: quick, 2,405
 * messages on one connection and 52,000 in all; full, 25,002 and more than 900,000.
 */
const LIMITS: Readonly<Record<Depth, Limits>> = {
  quick: {
    ordinary: { frames: 500, bytes: MB },
    most: { frames: 10_000, bytes: 48 * MB },
    beyond: { frames: 60_000, bytes: 64 * MB },
    ofARun: { atFirst: 100_000, aConnection: 20 },
  },
  full: {
    ordinary: { frames: 30_000, bytes: 8 * MB },
    most: { frames: 200_000, bytes: 96 * MB },
    beyond: { frames: 600_000, bytes: 384 * MB },
    ofARun: { atFirst: 3_000_000, aConnection: 20 },
  },
  history: {
    ordinary: { frames: 500, bytes: MB },
    most: { frames: 500, bytes: MB },
    beyond: { frames: 0, bytes: 0 },
    ofARun: { atFirst: 3000, aConnection: 50 },
  },
};
/** What is ordinary where a run has had all of that. */
const LITTLE = 50;
/** So many connections and answers that were given up end a run: what else it would say is known. */
export const MOST_GIVEN_UP = 100;

export interface Intake {
  /** Takes in one more message of this size; false where there is no room, and it is not evidence. */
  takes(bytes: number): boolean;
  /** What has come on it, in messages and bytes. */
  readonly heard: Measure;
}

export interface RunIntake {
  /** The account of a new connection. */
  connection(): Intake;
  /** A connection was given up, or an answer. */
  giveUp(): void;
  /** Settles when so many were that going on tells nothing new. */
  readonly flooded: Promise<void>;
}

/** The account of a run. */
export function runIntake(depth: Depth): RunIntake {
  const { ordinary, most, beyond: spare, ofARun } = LIMITS[depth];
  const flooded = Promise.withResolvers<void>();
  const beyond = { ...spare };
  let left = ofARun.atFirst;
  let givenUp = 0;
  return {
    flooded: flooded.promise,
    giveUp: () => {
      if (++givenUp === MOST_GIVEN_UP) flooded.resolve();
    },
    connection: () => {
      left += ofARun.aConnection;
      const heard = { frames: 0, bytes: 0 };
      return {
        heard,
        takes: (bytes) => {
          heard.frames++;
          heard.bytes += bytes;
          left--;
          if (heard.frames > most.frames || heard.bytes > most.bytes) return false;
          const isOrdinary = heard.frames <= ordinary.frames && heard.bytes <= ordinary.bytes;
          if (isOrdinary) return left > 0 || heard.frames <= LITTLE;
          if (heard.frames > ordinary.frames) beyond.frames--;
          if (heard.bytes > ordinary.bytes) beyond.bytes -= bytes;
          return beyond.frames >= 0 && beyond.bytes >= 0;
        },
      };
    },
  };
}
