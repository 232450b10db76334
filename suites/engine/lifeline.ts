/** Deaths of the server, as a run sees them: which scenarios were running, and in which epoch. */
import type { EvidenceLog } from "../record/evidence_log.ts";
import type { OpenTarget } from "./open_target.ts";
import { watchServer } from "./watch.ts";

/** A server that ended while the run went on. */
export interface Death {
  readonly how: string;
  /** Ids of the scenarios that were running. */
  readonly running: readonly string[];
}

export interface Lifeline {
  readonly epoch: number;
  readonly lastDeath: string;
  /** How often the sentinel has lost its line to a server that took it back at once. */
  readonly cuts: number;
  /** Notes that a scenario runs; returns the epoch it began in. */
  enter(log: EvidenceLog): number;
  leave(log: EvidenceLog): void;
  /** Settles when the server has answered, or has been found dead. */
  confirm(): Promise<void>;
  /** Says that the server serves nobody any more, though its process and lines may stand. */
  declareDead(how: string): void;
  /** Watches the server that is there now. */
  follow(open: OpenTarget): Promise<void>;
  stop(): void;
}

/** Begins to watch; `onDeath` is told of each death once. */
export async function holdLifeline(
  open: OpenTarget,
  onDeath: (death: Death) => void,
): Promise<Lifeline> {
  const running = new Set<EvidenceLog>();
  let epoch = 0;
  let lastDeath = "";
  let cuts = 0;
  const die = (how: string) => {
    epoch++;
    lastDeath = how;
    onDeath({ how, running: [...running].map((log) => log.case) });
    for (const log of running) log.add({ kind: "server", what: "died", detail: how });
  };
  const watch = await watchServer(open, { died: die, lineCut: () => cuts++ });
  return {
    get epoch() {
      return epoch;
    },
    get lastDeath() {
      return lastDeath;
    },
    get cuts() {
      return cuts;
    },
    enter: (log) => {
      running.add(log);
      return epoch;
    },
    leave: (log) => void running.delete(log),
    confirm: () => watch.confirm(),
    declareDead: (how) => watch.declareDead(how),
    follow: (now) => watch.follow(now),
    stop: () => watch.stop(),
  };
}

/** For runs without a server of their own, such as those that judge clients. */
export const NO_LIFELINE: Lifeline = {
  epoch: 0,
  lastDeath: "",
  cuts: 0,
  enter: () => 0,
  leave: () => {},
  confirm: () => Promise.resolve(),
  declareDead: () => {},
  follow: () => Promise.resolve(),
  stop: () => {},
};
